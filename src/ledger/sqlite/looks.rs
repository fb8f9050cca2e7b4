//! Which looks were there, by when they began?

use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
};

use rusqlite::{OptionalExtension, params};

use super::{
    Sqlite, page,
    record::Record,
    trouble::{Tried, Trouble},
};
use crate::{
    ledger::EachLook,
    model::{Observation, Period, ProbeId, TlsFacts},
};

/// A page that may hold looks of the period: when its first look began, where it is, whose it is.
type Sheet = (i64, u64, i64);

/// Looks that wait for their turn: by when they began, then by probe, then as they came.
type Due = BTreeMap<(i64, ProbeId, u64), Record>;

impl Sqlite {
    pub(super) fn looks_of(&self, probe: Option<&ProbeId>, period: Period, each: EachLook<'_>) -> Tried<()> {
        let _snapshot = self.snapshot()?;
        let names = self.names()?;
        let n = match probe {
            None => None,
            Some(id) => match self.number(id)? {
                Some(n) => Some(n),
                None => return Ok(()),
            },
        };
        let mut due = self.arrived(n, period, &names)?;
        for (first, arrival, probe) in self.sheets(n, period)? {
            if self.tell(&mut due, Some(first), each)?.is_break() {
                return Ok(());
            }
            let looks = page::read(&self.body(arrival)?)?;
            let name = named(&names, probe)?;
            let within = looks.into_iter().filter(|(_, record)| is_within(period, record));
            due.extend(within.map(|(arrival, record)| ((record.began, name.clone(), arrival), record)));
        }
        self.tell(&mut due, None, each).map(drop)
    }

    /// The facts of TLS kept under a number.
    pub(super) fn fact(&self, n: u64) -> Tried<Option<TlsFacts>> {
        let sql = "SELECT body FROM fact WHERE n = ?1";
        let body = self.connection.prepare_cached(sql)?.query_row([n], |row| row.get::<_, String>(0));
        Ok(body.optional()?.map(|body| serde_json::from_str(&body)).transpose()?)
    }

    /// Every probe by its number.
    pub(super) fn names(&self) -> Tried<HashMap<i64, ProbeId>> {
        let mut read = self.connection.prepare_cached("SELECT n, service, probe FROM probe")?;
        let mut rows = read.query([])?;
        let mut names = HashMap::new();
        while let Some(row) = rows.next()? {
            let slug = |at| Ok::<_, Trouble>(row.get::<_, String>(at)?.parse()?);
            names.insert(row.get(0)?, ProbeId::new(slug(1)?, slug(2)?));
        }
        Ok(names)
    }

    /// Tells what is due before `before`.
    fn tell(&self, due: &mut Due, before: Option<i64>, each: EachLook<'_>) -> Tried<ControlFlow<()>> {
        while let Some(next) = due.first_entry() {
            if before.is_some_and(|before| next.key().0 >= before) {
                break;
            }
            let ((_, id, _), record) = next.remove_entry();
            if each(self.observation(id, record)?).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Looks that have not moved on.
    fn arrived(&self, n: Option<i64>, period: Period, names: &HashMap<i64, ProbeId>) -> Tried<Due> {
        let sql = "SELECT arrival, probe, body FROM look WHERE ?1 IS NULL OR probe = ?1";
        let mut read = self.connection.prepare_cached(sql)?;
        let mut rows = read.query([n])?;
        let mut due = Due::new();
        while let Some(row) = rows.next()? {
            let record = Record::alone(&row.get::<_, Vec<u8>>(2)?)?;
            if is_within(period, &record) {
                due.insert((record.began, named(names, row.get(1)?)?.clone(), row.get(0)?), record);
            }
        }
        Ok(due)
    }

    fn sheets(&self, n: Option<i64>, period: Period) -> Tried<Vec<Sheet>> {
        let whose = if n.is_some() { "probe = ?1 AND" } else { "?1 IS NULL AND" };
        let sql = format!(
            "SELECT first, arrival, probe FROM page INDEXED BY page_of_probe WHERE {whose} first < ?2 AND last >= ?3"
        );
        let mut read = self.connection.prepare_cached(&sql)?;
        let row = params![n, period.until.as_ms(), period.from.as_ms()];
        let sheets = read.query_map(row, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut sheets: Vec<Sheet> = sheets.collect::<Result<_, _>>()?;
        sheets.sort_unstable();
        Ok(sheets)
    }

    /// The looks of one page.
    pub(super) fn body(&self, arrival: u64) -> Tried<Vec<u8>> {
        let sql = "SELECT body FROM page WHERE arrival = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([arrival], |row| row.get(0))?)
    }

    /// The look that `record` holds.
    pub(super) fn observation(&self, id: ProbeId, record: Record) -> Tried<Observation> {
        let tls = record.fact().map(|fact| self.fact(fact)).transpose()?;
        record.look(id, tls.flatten().map(Box::new))
    }
}

pub(super) fn named(names: &HashMap<i64, ProbeId>, n: i64) -> Tried<&ProbeId> {
    names.get(&n).ok_or_else(|| Trouble::Broken(format!("probe number {n} has no name")))
}

fn is_within(period: Period, record: &Record) -> bool {
    (period.from.as_ms()..period.until.as_ms()).contains(&record.began)
}
