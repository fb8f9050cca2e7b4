//! How does all of it leave, so that it can be taken in again elsewhere?

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Write,
    iter::Peekable,
    vec::IntoIter,
};

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Sqlite, looks::named, page, record::Record, trouble::Tried, write};
use crate::{
    ledger::{
        Hash, LedgerError, Seq, chain,
        line::{self, Counts, EndLine, EntryLine, FORMAT, Header, OutlineLine},
    },
    model::{Moment, Observation, Period, ProbeId},
};

const ALWAYS: Period = Period { from: Moment::from_ms(i64::MIN), until: Moment::from_ms(i64::MAX) };

/// Looks in the order in which they came.
struct Arriving {
    period: Period,
    sheets: Peekable<IntoIter<(u64, i64)>>,
    due: BTreeMap<u64, (i64, Record)>,
    names: HashMap<i64, ProbeId>,
}

/// An entry as it is stored.
struct Stored {
    seq: u64,
    hash: Hash,
    body: String,
    arrivals: u64,
}

impl Sqlite {
    /// Writes all that is remembered as JSON lines; of the looks only those that began in `looks`, if that is given.
    ///
    /// # Errors
    /// It cannot be read, or `out` not be written.
    pub fn export(&self, looks: Option<Period>, out: &mut dyn Write) -> Result<Counts, LedgerError> {
        let _snapshot = self.told(self.snapshot())?;
        let head = self.told(write::ends(&self.connection))?.head;
        let (looks_from_ms, looks_until_ms) =
            (looks.map(|looks| looks.from.as_ms()), looks.map(|looks| looks.until.as_ms()));
        let (seq, hash) = (head.seq, head.hash);
        put(out, &Header { wardround_ledger: FORMAT, seq, hash, looks_from_ms, looks_until_ms })?;
        let mut end = Counts { entries: head.seq.0, ..Counts::default() };
        end.looks = self.put_chain(looks.unwrap_or(ALWAYS), out)?;
        end.hours = self.put_hours(out)?;
        put(out, &EndLine { end })?;
        out.flush().map_err(LedgerError::Output)?;
        Ok(end)
    }

    /// Entries and looks as they came; how many looks.
    fn put_chain(&self, period: Period, out: &mut dyn Write) -> Result<u64, LedgerError> {
        let mut arriving = self.told(self.arriving(period))?;
        let (mut looks, mut outlines, mut after) = (0, HashSet::new(), 0);
        loop {
            let entry = self.told(self.next_entry(after))?;
            let until = entry.as_ref().map_or(u64::MAX, |entry| entry.arrivals);
            while let Some(look) = self.told(self.next_look(&mut arriving, until))? {
                put_text(out, &line::look(&look).map_err(unwritable)?)?;
                looks += 1;
            }
            let Some(entry) = entry else { return Ok(looks) };
            self.put_entry(&entry, &mut outlines, out)?;
            after = entry.seq;
        }
    }

    fn put_entry(
        &self,
        entry: &Stored,
        told: &mut HashSet<Hash>,
        out: &mut dyn Write,
    ) -> Result<(), LedgerError> {
        if let Some(outline) = chain::outline(&entry.body).filter(|outline| told.insert(*outline)) {
            let text = self.told(self.outline_text(outline))?;
            put(out, &OutlineLine { outline, body: self.raw(&text)? })?;
        }
        put(out, &EntryLine { seq: Seq(entry.seq), hash: entry.hash, entry: self.raw(&entry.body)? })
    }

    fn put_hours(&self, out: &mut dyn Write) -> Result<u64, LedgerError> {
        let mut hours = 0;
        for probe in crate::ledger::Ledger::probes(self)? {
            for hour in self.told(self.hours_of(&probe, ALWAYS))? {
                put_text(out, &line::hour(&probe, &hour).map_err(unwritable)?)?;
                hours += 1;
            }
        }
        Ok(hours)
    }

    fn raw<'a>(&self, text: &'a str) -> Result<&'a RawValue, LedgerError> {
        self.told(serde_json::from_str(text).map_err(Into::into))
    }

    fn next_entry(&self, after: u64) -> Tried<Option<Stored>> {
        let sql = "SELECT seq, hash, body, arrivals FROM entry WHERE seq > ?1 ORDER BY seq LIMIT 1";
        let mut read = self.connection.prepare_cached(sql)?;
        let mut rows = read.query([after])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (seq, hash) = (row.get(0)?, Hash(row.get(1)?));
        Ok(Some(Stored { seq, hash, body: row.get(2)?, arrivals: row.get(3)? }))
    }

    fn arriving(&self, period: Period) -> Tried<Arriving> {
        let sql = "SELECT arrival, probe FROM page INDEXED BY page_of_probe WHERE first < ?1 AND last >= ?2 ORDER BY arrival";
        let mut read = self.connection.prepare(sql)?;
        let sheets = read
            .query_map([period.until.as_ms(), period.from.as_ms()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sheets: Vec<(u64, i64)> = sheets.collect::<Result<_, _>>()?;
        let mut arriving = Arriving {
            period,
            sheets: sheets.into_iter().peekable(),
            due: BTreeMap::new(),
            names: self.names()?,
        };
        let mut read = self.connection.prepare("SELECT arrival, probe, body FROM look")?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            arriving.take(row.get(0)?, row.get(1)?, Record::alone(&row.get::<_, Vec<u8>>(2)?)?);
        }
        Ok(arriving)
    }

    /// The next look that came no later than the one numbered `until`.
    fn next_look(&self, arriving: &mut Arriving, until: u64) -> Tried<Option<Observation>> {
        while let Some((arrival, probe)) = arriving.next_sheet(until) {
            for (arrival, record) in page::read(&self.body(arrival)?)? {
                arriving.take(arrival, probe, record);
            }
        }
        let Some((arrival, _)) = arriving.due.first_key_value() else { return Ok(None) };
        let Some((probe, record)) =
            (*arrival <= until).then(|| arriving.due.pop_first()).flatten().map(|(_, due)| due)
        else {
            return Ok(None);
        };
        self.observation(named(&arriving.names, probe)?.clone(), record).map(Some)
    }
}

impl Arriving {
    fn take(&mut self, arrival: u64, probe: i64, record: Record) {
        if self.period.contains(Moment::from_ms(record.began)) {
            self.due.insert(arrival, (probe, record));
        }
    }

    /// The next page, if it may hold the look that is next.
    fn next_sheet(&mut self, until: u64) -> Option<(u64, i64)> {
        let next = self.due.first_key_value().map_or(until, |(arrival, _)| until.min(*arrival));
        self.sheets.next_if(|(arrival, _)| *arrival <= next)
    }
}

fn put(out: &mut dyn Write, line: &impl Serialize) -> Result<(), LedgerError> {
    put_text(out, &serde_json::to_string(line).map_err(unwritable)?)
}

fn put_text(out: &mut dyn Write, line: &str) -> Result<(), LedgerError> {
    writeln!(out, "{line}").map_err(LedgerError::Output)
}

fn unwritable(error: serde_json::Error) -> LedgerError {
    LedgerError::Output(error.into())
}
