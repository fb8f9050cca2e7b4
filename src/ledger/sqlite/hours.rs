//! What were the looks in each hour?

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use super::{Sqlite, page, record::Record, trouble::Tried};
use crate::{
    ledger::Hour,
    model::{Moment, Period, ProbeId},
};

/// The hours of the looks that have not moved on: counted once, then only what is new.
#[derive(Debug, Default)]
pub(super) struct Unrolled {
    turnover: u64,
    upto: u64,
    hours: BTreeMap<(i64, Moment), Hour>,
}

impl Sqlite {
    pub(super) fn hours_of(&self, probe: &ProbeId, period: Period) -> Tried<Vec<Hour>> {
        let _snapshot = self.snapshot()?;
        let Some(n) = self.number(probe)? else { return Ok(Vec::new()) };
        let mut hours = self.rolled_hours(n, period)?;
        self.count_unrolled()?;
        for ((_, from), hour) in self.unrolled.borrow().hours.range((n, period.from)..(n, period.until)) {
            hours.entry(*from).or_insert_with(|| Hour::new(*from)).merge(hour);
        }
        Ok(hours.into_values().collect())
    }

    /// The number of a probe, if it is remembered.
    pub(super) fn number(&self, id: &ProbeId) -> Tried<Option<i64>> {
        let sql = "SELECT n FROM probe WHERE service = ?1 AND probe = ?2";
        let name = [id.service.as_str(), id.probe.as_str()];
        Ok(self.connection.prepare_cached(sql)?.query_row(name, |row| row.get(0)).optional()?)
    }

    /// The looks of one hour that have not moved on.
    pub(super) fn unrolled_hour(&self, n: i64, from: Moment) -> Tried<Hour> {
        self.count_unrolled()?;
        Ok(self.unrolled.borrow().hours.get(&(n, from)).cloned().unwrap_or_else(|| Hour::new(from)))
    }

    /// The hours of looks that have not moved on.
    pub(super) fn add_unrolled(&self, n: i64, period: Period, sum: &mut Hour) -> Tried<()> {
        self.count_unrolled()?;
        let unrolled = self.unrolled.borrow();
        let within = unrolled.hours.range((n, period.from)..(n, period.until));
        within.for_each(|(_, hour)| sum.merge(hour));
        Ok(())
    }

    fn rolled_hours(&self, n: i64, period: Period) -> Tried<BTreeMap<Moment, Hour>> {
        let sql = "SELECT hour, body FROM hour WHERE probe = ?1 AND hour >= ?2 AND hour < ?3";
        let mut read = self.connection.prepare_cached(sql)?;
        let mut rows = read.query([n, period.from.as_ms(), period.until.as_ms()])?;
        let mut hours = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let from = Moment::from_ms(row.get(0)?);
            hours.insert(from, page::read_hour(from, &row.get::<_, Vec<u8>>(1)?)?);
        }
        Ok(hours)
    }

    fn count_unrolled(&self) -> Tried<()> {
        let sql = "SELECT turnover FROM ends";
        let turnover = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        let mut counted = self.unrolled.borrow_mut();
        if counted.turnover != turnover {
            *counted = Unrolled { turnover, ..Unrolled::default() };
        }
        let sql = "SELECT arrival, probe, body FROM look WHERE arrival > ?1 ORDER BY arrival";
        let mut read = self.connection.prepare_cached(sql)?;
        let mut rows = read.query([counted.upto])?;
        while let Some(row) = rows.next()? {
            let body: Vec<u8> = row.get(2)?;
            let record = Record::alone(&body)?;
            let from = Hour::of(Moment::from_ms(record.began));
            record.count(counted.hours.entry((row.get(1)?, from)).or_insert_with(|| Hour::new(from)));
            counted.upto = row.get(0)?;
        }
        Ok(())
    }
}
