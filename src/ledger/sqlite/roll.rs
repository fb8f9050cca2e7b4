//! How do looks move on from where they arrive, and when are they forgotten?
//!
//! Looks of a thousand probes arrive mixed. Written where each probe's looks are, each would cost a page of the disk; so they
//! wait where they arrive, and many move on at once.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Ends,
    days::day_of,
    page,
    record::Record,
    trouble::Tried,
    write::{first_day, put_ends},
};
use crate::{ledger::Hour, model::Moment};

/// The looks of each probe, as they came.
type Sorted = BTreeMap<i64, Vec<(u64, Record)>>;

/// Where the hours are kept, and in which column is when each begins.
pub(super) const HOUR: &str = "hour";
/// The same of days, each the sum of its hours.
pub(super) const DAY: &str = "day";

/// So many looks of one probe share a row.
const PAGE: usize = 256;

/// How many looks may wait: about 128 a probe, within bounds that keep both moving on and reading quick.
pub(super) fn limit(connection: &Connection) -> Tried<u64> {
    let sql = "SELECT count(*) FROM probe";
    let probes: u64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(probes.saturating_mul(128).clamp(8_192, 262_144))
}

/// Moves all that wait on to their pages, and counts them in their hours and days.
pub(super) fn roll(to: &Connection, ends: &mut Ends) -> Tried<()> {
    waiting(to)?.iter().try_for_each(|(probe, looks)| count(to, *probe, looks))?;
    move_on(to, ends)
}

/// Moves all that wait on to their pages.
pub(super) fn move_on(to: &Connection, ends: &mut Ends) -> Tried<()> {
    for (probe, looks) in waiting(to)? {
        looks.chunks(PAGE).try_for_each(|page| put_page(to, probe, page))?;
    }
    to.execute("DELETE FROM look", [])?;
    ends.waiting = 0;
    ends.turnover += 1;
    Ok(())
}

/// Forgets the looks that began before `before`; how many, and where the book ends then.
pub(super) fn prune(connection: &mut Connection, mut ends: Ends, before: Moment) -> Tried<(u64, Ends)> {
    let to = connection.transaction()?;
    let waiting = prune_waiting(&to, before)?;
    let forgotten = waiting + prune_pages(&to, before)?;
    to.execute("DELETE FROM fact WHERE day < ?1", [first_day(before)])?;
    ends.waiting -= waiting;
    ends.turnover += 1;
    put_ends(&to, ends)?;
    to.commit()?;
    Ok((forgotten, ends))
}

/// The looks that wait.
fn waiting(from: &Connection) -> Tried<Sorted> {
    let mut sorted = Sorted::new();
    let mut read = from.prepare_cached("SELECT arrival, probe, body FROM look ORDER BY arrival")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let record = Record::alone(&row.get::<_, Vec<u8>>(2)?)?;
        sorted.entry(row.get(1)?).or_default().push((row.get(0)?, record));
    }
    Ok(sorted)
}

fn put_page(to: &Connection, probe: i64, looks: &[(u64, Record)]) -> Tried<()> {
    let began = || looks.iter().map(|(_, record)| record.began);
    if let (Some((arrival, _)), Some(first), Some(last)) = (looks.first(), began().min(), began().max()) {
        let row = params![arrival, probe, first, last, looks.len(), page::write(looks)];
        to.prepare_cached("INSERT INTO page VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(row)?;
    }
    Ok(())
}

/// Counts looks that leave where they arrived in their hours and days.
fn count(to: &Connection, probe: i64, looks: &[(u64, Record)]) -> Tried<()> {
    let (mut hours, mut days) = (BTreeMap::new(), BTreeMap::new());
    for (_, record) in looks {
        let began = Moment::from_ms(record.began);
        for (spans, from) in [(&mut hours, Hour::of(began)), (&mut days, day_of(began))] {
            record.count(spans.entry(from).or_insert_with(|| Hour::new(from)));
        }
    }
    hours.into_values().try_for_each(|hour| add(to, HOUR, probe, hour))?;
    days.into_values().try_for_each(|day| add(to, DAY, probe, day))
}

fn add(to: &Connection, table: &str, probe: i64, mut sum: Hour) -> Tried<()> {
    let sql = format!("SELECT body FROM {table} WHERE probe = ?1 AND {table} = ?2");
    let place = [probe, sum.from.as_ms()];
    let held = to.prepare_cached(&sql)?.query_row(place, |row| row.get::<_, Vec<u8>>(0)).optional()?;
    if let Some(held) = held {
        page::add_hour(&mut sum, &held)?;
    }
    put(to, table, probe, &sum)
}

/// Puts the looks of an hour or a day in their place.
pub(super) fn put(to: &Connection, table: &str, probe: i64, sum: &Hour) -> Tried<()> {
    let row = params![probe, sum.from.as_ms(), page::write_hour(sum)];
    to.prepare_cached(&format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2, ?3)"))?.execute(row)?;
    Ok(())
}

fn prune_waiting(to: &Connection, before: Moment) -> Tried<u64> {
    let mut forgotten = 0;
    for (probe, mut looks) in waiting(to)? {
        looks.retain(|(_, record)| record.began < before.as_ms());
        count(to, probe, &looks)?;
        for (arrival, _) in &looks {
            to.prepare_cached("DELETE FROM look WHERE arrival = ?1")?.execute([arrival])?;
        }
        forgotten += looks.len() as u64;
    }
    Ok(forgotten)
}

fn prune_pages(to: &Connection, before: Moment) -> Tried<u64> {
    let sql = "SELECT arrival, probe, last, looks FROM page INDEXED BY page_of_probe WHERE first < ?1";
    let mut read = to.prepare(sql)?;
    let old =
        read.query_map([before.as_ms()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let old: Vec<(u64, i64, i64, u64)> = old.collect::<Result<_, _>>()?;
    let mut forgotten = 0;
    for (arrival, probe, last, looks) in old {
        let left = if last < before.as_ms() { Vec::new() } else { since(to, arrival, before)? };
        to.prepare_cached("DELETE FROM page WHERE arrival = ?1")?.execute([arrival])?;
        put_page(to, probe, &left)?;
        forgotten += looks.saturating_sub(left.len() as u64);
    }
    Ok(forgotten)
}

/// The looks of a page that began at or after `before`.
fn since(to: &Connection, arrival: u64, before: Moment) -> Tried<Vec<(u64, Record)>> {
    let sql = "SELECT body FROM page WHERE arrival = ?1";
    let body: Vec<u8> = to.prepare_cached(sql)?.query_row([arrival], |row| row.get(0))?;
    let mut looks = page::read(&body)?;
    looks.retain(|(_, record)| record.began >= before.as_ms());
    Ok(looks)
}
