//! Where did the last writer break off?
//!
//! The tail is the fold of few entries in their order: the latest of each stream, the incidents that may still matter, and
//! the last looks of each probe. What they leave out would be overwritten by them.

use std::collections::{BTreeMap, HashMap};

use super::{Sqlite, looks::named, page, record::Record, trouble::Tried, write};
use crate::entry::{Entry, LastSeen, Tail};

/// The last looks of each probe, the newest first.
type Last = HashMap<i64, Vec<(u64, Record)>>;

impl Sqlite {
    pub(super) fn end(&self) -> Tried<Tail> {
        let _snapshot = self.snapshot()?;
        let (mut tail, mut looks) = (Tail::default(), self.last_looks()?);
        for (arrivals, entry) in self.latest_entries()? {
            let later = looks.split_off(&(arrivals + 1));
            for earlier in looks.values().chain([&entry]) {
                tail.absorb(earlier);
            }
            looks = later;
        }
        for look in looks.values() {
            tail.absorb(look);
        }
        Ok(Tail { newest: write::ends(&self.connection)?.newest, ..tail })
    }

    /// In order, each with the number of the last look before it.
    fn latest_entries(&self) -> Tried<Vec<(u64, Entry)>> {
        let sql = "SELECT arrivals, body FROM entry WHERE seq IN
            (SELECT seq FROM latest UNION SELECT seq FROM incident WHERE recent = 1) ORDER BY seq";
        let mut read = self.connection.prepare_cached(sql)?;
        let mut rows = read.query([])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push((row.get(0)?, self.entry(&row.get::<_, String>(1)?)?));
        }
        Ok(entries)
    }

    /// As they came.
    fn last_looks(&self) -> Tried<BTreeMap<u64, Entry>> {
        let names = self.names()?;
        let mut last = self.last_arrived()?;
        for n in names.keys() {
            self.fill_up(*n, last.entry(*n).or_default())?;
        }
        let mut looks = BTreeMap::new();
        for (n, records) in last {
            for (arrival, record) in records {
                let look = self.observation(named(&names, n)?.clone(), record)?;
                looks.insert(arrival, Entry::Observed(Box::new(look)));
            }
        }
        Ok(looks)
    }

    fn last_arrived(&self) -> Tried<Last> {
        let mut last = Last::new();
        let mut read =
            self.connection.prepare_cached("SELECT probe, arrival, body FROM look ORDER BY arrival DESC")?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let looks = last.entry(row.get(0)?).or_default();
            if looks.len() < LastSeen::LOOKS {
                let body: Vec<u8> = row.get(2)?;
                looks.push((row.get(1)?, Record::alone(&body)?));
            }
        }
        Ok(last)
    }

    /// Adds looks that have moved on, while there are too few.
    fn fill_up(&self, n: i64, looks: &mut Vec<(u64, Record)>) -> Tried<()> {
        let sql = "SELECT arrival FROM page INDEXED BY page_of_probe WHERE probe = ?1 ORDER BY arrival DESC";
        let mut read = self.connection.prepare_cached(sql)?;
        let mut rows = read.query([n])?;
        while looks.len() < LastSeen::LOOKS {
            let Some(row) = rows.next()? else { break };
            let older = page::read(&self.body(row.get(0)?)?)?;
            looks.extend(older.into_iter().rev().take(LastSeen::LOOKS - looks.len()));
        }
        Ok(())
    }
}
