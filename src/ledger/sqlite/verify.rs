//! Was anything altered or lost?

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt, path::Path};

use rusqlite::{Connection, backup::Backup};

use super::{
    Sqlite, layout,
    trouble::{Tried, Trouble},
    write,
};
use crate::{
    ledger::{Hash, Head, LedgerError, Seq, history::Place},
    model::Moment,
};

/// What a walk along the whole chain found.
#[derive(Debug)]
pub struct Verdict {
    /// How many entries the chain has, as far as it holds.
    pub entries: u64,
    /// How many looks are kept.
    pub looks: u64,
    /// How many hours of probes are kept.
    pub hours: u64,
    /// The end of the chain, as far as it holds: whoever noted it elsewhere can see later that all up to here is as it was.
    pub head: Head,
    /// Everything that is not as it was written: the first place where the chain breaks, and what the database says of itself.
    pub broken: Vec<String>,
}

/// An entry as it is stored.
struct Link {
    seq: u64,
    hash: Hash,
    body: String,
    stream: String,
    since: i64,
    until: Option<i64>,
}

impl Sqlite {
    /// Walks the whole chain, and lets the database look through itself.
    ///
    /// # Errors
    /// It cannot be read at all. What does not hold is no error: see [`Verdict::broken`].
    pub fn verify(&self) -> Result<Verdict, LedgerError> {
        self.told(self.walk())
    }

    /// Copies the ledger as it is now to `file`, while it is read and written.
    ///
    /// # Errors
    /// There is a file already, or the disk refuses.
    pub fn backup(&self, file: &Path) -> Result<(), LedgerError> {
        let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        new.map_err(|source| LedgerError::File { path: file.to_owned(), source: said(source) })?;
        let copied = self.copy_to(file).map_err(|trouble| trouble.told(file));
        if copied.is_err() {
            let _ = std::fs::remove_file(file); // half a copy is worse than none
        }
        copied
    }

    fn copy_to(&self, file: &Path) -> Tried<()> {
        let mut copy = Connection::open(file)?;
        Backup::new(&self.connection, &mut copy)?.step(-1)?;
        Ok(copy.close().map_err(|(_, error)| error)?)
    }

    fn walk(&self) -> Tried<Verdict> {
        let _snapshot = self.snapshot()?;
        let (head, broken) = self.follow()?;
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, u64>(0));
        let looks = "SELECT (SELECT count(*) FROM look) + (SELECT ifnull(sum(looks), 0) FROM page INDEXED BY page_of_probe)";
        let mut broken = Vec::from_iter(broken);
        broken.extend(words(self.days_hold()));
        broken.extend(words(layout::check_all(&self.connection)));
        Ok(Verdict {
            entries: head.seq.0,
            looks: count(looks)?,
            hours: count("SELECT count(*) FROM hour")?,
            head,
            broken,
        })
    }

    /// How far the chain holds, and what breaks it there.
    fn follow(&self) -> Tried<(Head, Option<String>)> {
        let mut head = Head::default();
        let sql = "SELECT seq, hash, body, stream, since, until FROM entry ORDER BY seq";
        let mut read = self.connection.prepare(sql)?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let link = link(row);
            match link.map_err(|error| error.to_string()).and_then(|link| self.next(head, &link)) {
                Ok(next) => head = next,
                Err(broken) => return Ok((head, Some(broken))),
            }
        }
        let written = write::ends(&self.connection)?.head;
        let lost = || {
            format!(
                "entries are missing at the end: {} were written, the chain has {}",
                written.seq.0, head.seq.0
            )
        };
        Ok((head, (written != head).then(lost)))
    }

    /// The head behind `link`, if it is the one that follows `head`.
    fn next(&self, head: Head, link: &Link) -> Result<Head, String> {
        let next = head.plus(&link.body);
        let Seq(wanted) = next.seq;
        if link.seq != wanted {
            return Err(format!("entry {wanted} is missing: entry {} stands in its place", link.seq));
        }
        if link.hash != next.hash {
            return Err(format!("entry {wanted} was altered: it does not have its hash"));
        }
        let entry = self.entry(&link.body).map_err(|trouble| match trouble {
            Trouble::Broken(what) => format!("entry {wanted} cannot be read: {what}"),
            Trouble::Sql(error) => format!("entry {wanted} cannot be read: {error}"),
        })?;
        let place = Place::of(&entry)
            .map(|place| (place.stream, place.since.as_ms(), place.until.map(Moment::as_ms)));
        if place != Some((link.stream.clone(), link.since, link.until)) {
            return Err(format!("entry {wanted} is filed in the wrong place"));
        }
        Ok(next)
    }
}

/// What does not hold, if anything.
fn words(held: Tried<()>) -> Option<String> {
    match held {
        Ok(()) => None,
        Err(Trouble::Broken(what)) => Some(what),
        Err(Trouble::Sql(error)) => Some(error.to_string()),
    }
}

fn link(row: &rusqlite::Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        seq: row.get(0)?,
        hash: Hash(row.get(1)?),
        body: row.get(2)?,
        stream: row.get(3)?,
        since: row.get(4)?,
        until: row.get(5)?,
    })
}

fn said(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            io::Error::new(error.kind(), "there is a file already: give another name")
        }
        _ => error,
    }
}
