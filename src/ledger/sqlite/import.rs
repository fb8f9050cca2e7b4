//! How is an export taken in? Wholly, or not at all.

use std::{
    collections::HashMap,
    fs,
    io::BufRead,
    mem::take,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Sqlite, door, write::Incoming};
use crate::{
    entry::Entry,
    ledger::{
        Hash, Head, Hour, LedgerError, Seq, chain,
        line::{Counts, FORMAT, Header, Line, lines},
    },
    model::{Outline, ProbeId},
};

/// So many lines are one transaction.
const BATCH: usize = 10_000;

struct Importing {
    ledger: Sqlite,
    header: Option<Header>,
    end: Option<Counts>,
    head: Head,
    counts: Counts,
    outlines: HashMap<Hash, (String, Arc<Outline>)>,
    incoming: Vec<Incoming>,
    hours: Vec<(ProbeId, Hour)>,
}

impl Sqlite {
    /// Takes an export into the folder `dir`, which has no ledger yet. It appears there when all of it is taken in.
    ///
    /// # Errors
    /// There is a ledger, a line is not as it was written, the export breaks off, or the disk refuses. Then nothing is there.
    pub fn import(dir: &Path, from: impl BufRead) -> Result<Counts, LedgerError> {
        let _lock = door::reserve(dir)?;
        let passing = dir.join("importing");
        let done = remove(&passing).and_then(|()| fill(&passing, from)).and_then(|counts| {
            door::move_in(&passing, dir)?;
            Ok(counts)
        });
        remove(&passing)?;
        done
    }
}

/// What an import that was killed left behind, or this one.
fn remove(passing: &Path) -> Result<(), LedgerError> {
    match fs::remove_dir_all(passing) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(LedgerError::File { path: PathBuf::from(passing), source })
        }
        _ => Ok(()),
    }
}

fn fill(passing: &Path, from: impl BufRead) -> Result<Counts, LedgerError> {
    let ledger = Sqlite::open(passing)?.ledger;
    let mut importing = Importing {
        ledger,
        header: None,
        end: None,
        head: Head::default(),
        counts: Counts::default(),
        outlines: HashMap::new(),
        incoming: Vec::new(),
        hours: Vec::new(),
    };
    let mut last = 0;
    for line in lines(from) {
        let (number, line) = line?;
        last = number;
        importing.take(line).map_err(|wrong| wrong.at(number))?;
    }
    importing.flush()?;
    importing.ledger.make_days()?;
    importing.finish().map_err(|what| LedgerError::Line { line: last + 1, what })
}

/// What is wrong with a line, or with the disk.
enum Wrong {
    Line(String),
    Ledger(LedgerError),
}

impl Wrong {
    fn at(self, line: u64) -> LedgerError {
        match self {
            Self::Line(what) => LedgerError::Line { line, what },
            Self::Ledger(error) => error,
        }
    }
}

impl From<LedgerError> for Wrong {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(error: serde_json::Error) -> Self {
        Self::Line(error.to_string())
    }
}

fn wrong<T>(what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong::Line(what.into()))
}

impl Importing {
    fn take(&mut self, line: Line) -> Result<(), Wrong> {
        if self.header.is_none() != matches!(line, Line::Header(_)) {
            return wrong("an export begins with one line that has the key wardround_ledger");
        }
        if self.end.is_some() {
            return wrong("the export has ended before this line");
        }
        match line {
            Line::Header(header) if header.wardround_ledger == FORMAT => self.header = Some(header),
            Line::Header(header) => {
                return wrong(format!("format {} is not known here, only {FORMAT}", header.wardround_ledger));
            }
            Line::Outline(hash, text) => self.outline(hash, text)?,
            Line::Entry(seq, hash, text) => self.entry(seq, hash, text)?,
            Line::Look(look) => self.look(look)?,
            Line::Hour(probe, hour) => self.hours.push((probe, hour)),
            Line::End(end) => self.end = Some(end),
        }
        if self.incoming.len() + self.hours.len() >= BATCH { Ok(self.flush()?) } else { Ok(()) }
    }

    fn outline(&mut self, hash: Hash, text: String) -> Result<(), Wrong> {
        if Hash::of(text.as_bytes()) != hash {
            return wrong("this outline was altered: it does not have its hash");
        }
        let outline = serde_json::from_str(&text)?;
        self.outlines.insert(hash, (text, outline));
        Ok(())
    }

    fn entry(&mut self, Seq(seq): Seq, hash: Hash, text: String) -> Result<(), Wrong> {
        let head = self.head.plus(&text);
        if head.seq != Seq(seq) {
            return wrong(format!("entry {} is missing: entry {seq} stands in its place", head.seq.0));
        }
        if head.hash != hash {
            return wrong(format!("entry {seq} was altered: it does not have its hash"));
        }
        let mut named = None;
        let entry = chain::entry(&text, |hash| {
            let (text, outline) =
                self.outlines.get(&hash).ok_or_else(|| Wrong::Line("its outline is missing".into()))?;
            named = Some((hash, text.clone()));
            Ok::<_, Wrong>(Arc::clone(outline))
        })?;
        if matches!(entry, Entry::Observed(_)) {
            return wrong("a look is no chained entry");
        }
        self.head = head;
        self.counts.entries += 1;
        self.incoming.push(Incoming::Chained(Box::new(entry), chain::Body { text, outline: named }));
        Ok(())
    }

    fn look(&mut self, look: Box<crate::model::Observation>) -> Result<(), Wrong> {
        if self.counts.hours > 0 || !self.hours.is_empty() {
            return wrong("looks come before hours");
        }
        self.counts.looks += 1;
        self.incoming.push(Incoming::Look(look));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        self.counts.hours += self.hours.len() as u64;
        self.ledger.take_in(&take(&mut self.incoming))?;
        let hours = take(&mut self.hours);
        self.ledger.take_hours(&hours)
    }

    /// Whether all came that was announced.
    fn finish(self) -> Result<Counts, String> {
        let (Some(header), Some(end)) = (self.header, self.end) else {
            return Err("the export breaks off: its last line is missing".into());
        };
        if end != self.counts || (header.seq, header.hash) != (self.head.seq, self.head.hash) {
            return Err(format!(
                "the export has lost lines: {end:?} were written, {:?} are there",
                self.counts
            ));
        }
        Ok(self.counts)
    }
}
