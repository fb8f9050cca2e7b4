//! How are many hours added up quickly? Each day of UTC is kept as the sum of its hours.

use rusqlite::{Connection, Error};

use super::{
    Sqlite,
    looks::named,
    page,
    roll::{self, DAY, HOUR},
    trouble::{Tried, Trouble},
    write::DAY_MS,
};
use crate::{
    ledger::Hour,
    model::{Moment, Period, ProbeId},
};

/// When the day begins in which `at` is.
pub(super) fn day_of(at: Moment) -> Moment {
    let day = at.as_ms().div_euclid(DAY_MS);
    Moment::from_ms(day.saturating_mul(DAY_MS))
}

/// Keeps the days anew, from the hours.
pub(super) fn make(to: &mut Connection) -> Tried<()> {
    let writing = to.transaction()?;
    writing.execute("DELETE FROM day", [])?;
    each_day(&writing, |n, day| roll::put(&writing, DAY, n, &day))?;
    Ok(writing.commit()?)
}

impl Sqlite {
    /// The hours of `period`: whole days where it has them, single hours before and after.
    pub(super) fn sum_of(&self, probe: &ProbeId, period: Period) -> Tried<Hour> {
        let _snapshot = self.snapshot()?;
        let mut sum = Hour::new(period.from);
        let Some(n) = self.number(probe)? else { return Ok(sum) };
        let [before, days, after] = split(period);
        for (table, part) in [(HOUR, before), (DAY, days), (HOUR, after)] {
            self.add_rolled(table, n, part, &mut sum)?;
        }
        self.add_unrolled(n, period, &mut sum)?;
        Ok(sum)
    }

    fn add_rolled(&self, table: &str, n: i64, period: Period, sum: &mut Hour) -> Tried<()> {
        if period.is_empty() {
            return Ok(());
        }
        let sql = format!("SELECT body FROM {table} WHERE probe = ?1 AND {table} >= ?2 AND {table} < ?3");
        let mut read = self.connection.prepare_cached(&sql)?;
        let mut rows = read.query([n, period.from.as_ms(), period.until.as_ms()])?;
        while let Some(row) = rows.next()? {
            let body = row.get_ref(0)?.as_blob().map_err(|_| Trouble::Broken("an hour is no blob".into()))?;
            page::add_hour(sum, body)?;
        }
        Ok(())
    }

    /// Whether each day is the sum of its hours.
    pub(super) fn days_hold(&self) -> Tried<()> {
        let names = self.names()?;
        let mut read = self.connection.prepare("SELECT probe, day, body FROM day ORDER BY probe, day")?;
        let mut days = read.query([])?;
        each_day(&self.connection, |n, sum| {
            let kept = days.next()?.map(|row| Ok::<_, Error>((row.get(0)?, row.get(1)?, row.get(2)?)));
            if kept.transpose()? == Some((n, sum.from.as_ms(), page::write_hour(&sum))) {
                return Ok(());
            }
            let probe = named(&names, n)?;
            Err(Trouble::Broken(format!("{probe}: the day from {} is not the sum of its hours", sum.from)))
        })?;
        match days.next()? {
            None => Ok(()),
            Some(_) => Err(Trouble::Broken("there is a day that has no hours".into())),
        }
    }
}

/// Tells what the days should be, by probe and day.
fn each_day(from: &Connection, mut each: impl FnMut(i64, Hour) -> Tried<()>) -> Tried<()> {
    let mut read = from.prepare("SELECT probe, hour, body FROM hour ORDER BY probe, hour")?;
    let mut rows = read.query([])?;
    let mut day: Option<(i64, Hour)> = None;
    while let Some(row) = rows.next()? {
        let (n, from) = (row.get(0)?, day_of(Moment::from_ms(row.get(1)?)));
        if let Some((n, whole)) = day.take_if(|(of, day)| (*of, day.from) != (n, from)) {
            each(n, whole)?;
        }
        let (_, sum) = day.get_or_insert_with(|| (n, Hour::new(from)));
        page::add_hour(sum, &row.get::<_, Vec<u8>>(2)?)?;
    }
    day.map_or(Ok(()), |(n, whole)| each(n, whole))
}

/// What of `period` is before its whole days, they themselves, and what is after.
fn split(Period { from, until }: Period) -> [Period; 3] {
    let first = day_of(Moment::from_ms(from.as_ms().saturating_add(DAY_MS - 1)));
    let last = day_of(until);
    [Period::new(from, first.min(until)), Period::new(first, last), Period::new(first.max(last), until)]
}
