//! What was chained, and what is read off it?

use std::{ops::ControlFlow, sync::Arc};

use rusqlite::{OptionalExtension, Params, params};

use super::{
    Sqlite,
    trouble::{Tried, Trouble},
};
use crate::{
    entry::Entry,
    ledger::{EachEntry, Hash, Seq, Whose, chain, history::Rule},
    model::{Incident, Outline, Period, Slug},
};

impl Sqlite {
    pub(super) fn entries_after(&self, after: Seq, each: EachEntry<'_>) -> Tried<()> {
        let mut read =
            self.connection.prepare_cached("SELECT seq, body FROM entry WHERE seq > ?1 ORDER BY seq")?;
        let mut rows = read.query([after.0])?;
        while let Some(row) = rows.next()? {
            let entry = self.entry(&row.get::<_, String>(1)?)?;
            if each(Seq(row.get(0)?), entry).is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn history_of(&self, whose: Whose<'_>, period: Period, each: EachEntry<'_>) -> Tried<()> {
        let mut told = Vec::new();
        let snapshot = self.snapshot()?;
        for (stream, rule) in whose.streams() {
            told.extend(self.picked(&stream, rule, period)?);
        }
        drop(snapshot);
        told.sort_by_key(|(seq, _)| *seq);
        for (seq, body) in told {
            if each(Seq(seq), self.entry(&body)?) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn incidents_within(&self, period: Period) -> Tried<Vec<Incident>> {
        let sql = "SELECT seq, entry.body FROM incident JOIN entry USING (seq)
            WHERE incident.since < ?2 AND (incident.open OR incident.until > ?1 OR incident.since >= ?1)
            ORDER BY incident.since, incident.id";
        let bodies = self.bodies(sql, params![period.from.as_ms(), period.until.as_ms()])?;
        bodies.into_iter().map(|(_, body)| self.reported(&body)).collect()
    }

    pub(super) fn incident_called(&self, id: &Slug) -> Tried<Option<Incident>> {
        let sql = "SELECT entry.body FROM incident JOIN entry USING (seq) WHERE incident.id = ?1";
        let found =
            self.connection.prepare_cached(sql)?.query_row([id.as_str()], |row| row.get::<_, String>(0));
        found.optional()?.map(|body| self.reported(&body)).transpose()
    }

    /// The entry that was kept as `body`.
    pub(super) fn entry(&self, body: &str) -> Tried<Entry> {
        chain::entry(body, |hash| self.outline(hash))
    }

    fn reported(&self, body: &str) -> Tried<Incident> {
        match self.entry(body)? {
            Entry::Incident(news) => Ok(news.incident),
            _ => Err(Trouble::Broken("an incident leads to another entry".into())),
        }
    }

    fn outline(&self, hash: Hash) -> Tried<Arc<Outline>> {
        if let Some(known) = self.outlines.borrow().get(&hash) {
            return Ok(Arc::clone(known));
        }
        let text = self.outline_text(hash)?;
        if Hash::of(text.as_bytes()) != hash {
            return Err(Trouble::Broken(format!("the outline {hash} was altered")));
        }
        let outline: Arc<Outline> = Arc::new(serde_json::from_str(&text)?);
        self.outlines.borrow_mut().insert(hash, Arc::clone(&outline));
        Ok(outline)
    }

    pub(super) fn outline_text(&self, hash: Hash) -> Tried<String> {
        let sql = "SELECT outline FROM plan WHERE hash = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([hash.0], |row| row.get(0))?)
    }

    fn picked(&self, stream: &str, rule: Rule, period: Period) -> Tried<Vec<(u64, String)>> {
        let rule = match rule {
            Rule::All => "?2 IS NOT NULL AND ?3 IS NOT NULL",
            Rule::Within => "since >= ?2 AND since < ?3",
            Rule::Spans => "since < ?3 AND until > ?2",
            Rule::Turns => {
                "since < ?3 AND seq >= ifnull((SELECT max(seq) FROM entry WHERE stream = ?1 AND since <= ?2), 0)"
            }
        };
        let sql = format!("SELECT seq, body FROM entry WHERE stream = ?1 AND {rule}");
        self.bodies(&sql, params![stream, period.from.as_ms(), period.until.as_ms()])
    }

    fn bodies(&self, sql: &str, with: impl Params) -> Tried<Vec<(u64, String)>> {
        let mut read = self.connection.prepare_cached(sql)?;
        let rows = read.query_map(with, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
