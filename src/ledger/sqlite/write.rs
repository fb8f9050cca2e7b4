//! How do entries get in? All of one append in one transaction: looks, chained entries and what is read off them.

use std::{slice, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{
    Ends, Numbers, Sqlite, days,
    record::{Before, Record},
    roll,
    trouble::{Tried, Trouble},
};
use crate::{
    entry::{Entry, IncidentNews, IncidentTurn, Told},
    ledger::{
        Hash, Head, Hour, LedgerError, Seq,
        chain::Body,
        history::{Place, announced},
        memory::probes_of,
    },
    model::{Incident, Moment, Observation, ProbeId, TlsFacts},
};

pub(super) const DAY_MS: i64 = 86_400_000;

struct Writing<'a> {
    to: Transaction<'a>,
    numbers: &'a mut Numbers,
    ends: Ends,
}

/// What comes in from elsewhere: its text is kept letter by letter, or the chain would break.
pub(super) enum Incoming {
    Look(Box<Observation>),
    Chained(Box<Entry>, Body),
}

/// Appends all of `entries`; says where the book ends then.
pub(super) fn append(
    connection: &mut Connection,
    numbers: &mut Numbers,
    ends: Ends,
    entries: &[Arc<Entry>],
) -> Tried<Ends> {
    transact(connection, numbers, ends, roll::roll, |writing| {
        entries.iter().try_for_each(|entry| writing.take(entry))
    })
}

/// The same for what comes from elsewhere. Its hours come too, so that its looks are not counted.
fn take_in(
    connection: &mut Connection,
    numbers: &mut Numbers,
    ends: Ends,
    incoming: &[Incoming],
) -> Tried<Ends> {
    transact(connection, numbers, ends, roll::move_on, |writing| {
        incoming.iter().try_for_each(|incoming| match incoming {
            Incoming::Look(look) => {
                writing.told(look.ended, slice::from_ref(&look.probe)).and_then(|()| writing.look(look))
            }
            Incoming::Chained(entry, body) => {
                writing.told(entry.at(), &probes_of(entry))?;
                Place::of(entry).map_or(Ok(()), |place| writing.chain(entry, &place, body))
            }
        })
    })
}

/// All of it or nothing. Looks that have waited long enough move on.
fn transact(
    connection: &mut Connection,
    numbers: &mut Numbers,
    ends: Ends,
    roll: fn(&Connection, &mut Ends) -> Tried<()>,
    fill: impl FnOnce(&mut Writing<'_>) -> Tried<()>,
) -> Tried<Ends> {
    let to = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writing = Writing { to, numbers, ends };
    fill(&mut writing)?;
    let mut ends = writing.ends;
    if ends.waiting >= roll::limit(&writing.to)? {
        roll(&writing.to, &mut ends)?;
    }
    put_ends(&writing.to, ends)?;
    writing.to.commit()?;
    Ok(ends)
}

/// Where the book ends.
pub(super) fn ends(connection: &Connection) -> Tried<Ends> {
    let sql = "SELECT seq, hash, newest, arrivals, turnover, (SELECT count(*) FROM look) FROM ends";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| {
        Ok(Ends {
            head: Head { seq: Seq(row.get(0)?), hash: Hash(row.get(1)?) },
            newest: row.get::<_, Option<i64>>(2)?.map(Moment::from_ms),
            arrivals: row.get(3)?,
            turnover: row.get(4)?,
            waiting: row.get(5)?,
        })
    })?)
}

pub(super) fn put_ends(to: &Connection, ends: Ends) -> Tried<()> {
    let sql = "UPDATE ends SET seq = ?1, hash = ?2, newest = ?3, arrivals = ?4, turnover = ?5";
    let newest = ends.newest.map(Moment::as_ms);
    let row = params![ends.head.seq.0, ends.head.hash.0, newest, ends.arrivals, ends.turnover];
    to.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

impl Sqlite {
    /// Whether the last entry is the one that the head vouches for.
    pub(super) fn check_head(&self) -> Tried<()> {
        let last = "SELECT seq, hash, body, (SELECT hash FROM entry WHERE seq = last.seq - 1)
            FROM entry AS last ORDER BY seq DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| {
            let before = row.get::<_, Option<[u8; 32]>>(3)?.unwrap_or_default();
            let seq: u64 = row.get(0)?;
            let before = Head { seq: Seq(seq.saturating_sub(1)), hash: Hash(before) };
            Ok((Head { seq: Seq(seq), hash: Hash(row.get(1)?) }, before.plus(&row.get::<_, String>(2)?)))
        };
        let found = self.connection.query_row(last, [], read).optional()?.unwrap_or_default();
        let whole = found.0 == self.ends.head && found.1 == found.0 || self.ends.head == Head::default();
        if whole {
            Ok(())
        } else {
            Err(Trouble::Broken("the last entry is not the one that was written last".into()))
        }
    }
}

impl Sqlite {
    /// Takes in what comes from elsewhere.
    pub(super) fn take_in(&mut self, incoming: &[Incoming]) -> Result<(), LedgerError> {
        let tried = take_in(&mut self.connection, &mut self.numbers, self.ends, incoming);
        self.wrote(tried.map(|ends| ((), ends)))
    }

    /// Puts whole hours in, of which the looks that wait are a part that is counted again when they move on.
    pub(super) fn take_hours(&mut self, hours: &[(ProbeId, Hour)]) -> Result<(), LedgerError> {
        let tried = self.put_hours_less_waiting(hours);
        self.told(tried)
    }

    /// Adds the hours up to days, once all have been put in.
    pub(super) fn make_days(&mut self) -> Result<(), LedgerError> {
        let tried = days::make(&mut self.connection);
        self.told(tried)
    }

    fn put_hours_less_waiting(&mut self, hours: &[(ProbeId, Hour)]) -> Tried<()> {
        let to = self.connection.unchecked_transaction()?;
        for (probe, hour) in hours {
            let lost =
                || Trouble::Broken(format!("{probe} has more looks than its hour at {} counts", hour.from));
            let n = number(&to, probe)?;
            let rest = hour.minus(&self.unrolled_hour(n, hour.from)?).ok_or_else(lost)?;
            roll::put(&to, roll::HOUR, n, &rest)?;
        }
        Ok(to.commit()?)
    }
}

impl Writing<'_> {
    fn take(&mut self, entry: &Entry) -> Tried<()> {
        self.told(entry.at(), &probes_of(entry))?;
        match (entry, Place::of(entry)) {
            (Entry::Observed(look), _) => self.look(look),
            (_, Some(place)) => self.chain(entry, &place, &Body::of(entry)?),
            (_, None) => Ok(()),
        }
    }

    fn told(&mut self, at: Moment, probes: &[ProbeId]) -> Tried<()> {
        self.ends.newest = self.ends.newest.max(Some(at));
        probes.iter().try_for_each(|probe| self.probe(probe).map(drop))
    }

    fn look(&mut self, look: &Observation) -> Tried<()> {
        let probe = self.probe(&look.probe)?;
        let tls = look.seen.details.tls.as_deref().filter(|_| look.seen.outcome.index() > 0);
        let fact = tls.map(|tls| self.fact(look.began, tls)).transpose()?;
        let mut body = Vec::with_capacity(64);
        Record::of(look, fact)?.write(&mut body, &mut Before::default());
        self.ends.arrivals += 1;
        self.ends.waiting += 1;
        let sql = "INSERT INTO look VALUES (?1, ?2, ?3)";
        self.to.prepare_cached(sql)?.execute(params![self.ends.arrivals, probe, body])?;
        Ok(())
    }

    fn chain(&mut self, entry: &Entry, place: &Place, body: &Body) -> Tried<()> {
        if let Some((hash, outline)) = &body.outline {
            let sql = "INSERT OR IGNORE INTO plan VALUES (?1, ?2)";
            self.to.prepare_cached(sql)?.execute(params![hash.0, outline])?;
        }
        self.ends.head = self.ends.head.plus(&body.text);
        let Head { seq, hash } = self.ends.head;
        let (since, until) = (place.since.as_ms(), place.until.map(Moment::as_ms));
        let sql = "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let row = params![seq.0, self.ends.arrivals, place.stream, since, until, body.text, hash.0];
        self.to.prepare_cached(sql)?.execute(row)?;
        self.read_off(entry, &place.stream)
    }

    /// Keeps up what the tail and the list of incidents are read from.
    fn read_off(&mut self, entry: &Entry, stream: &str) -> Tried<()> {
        match entry {
            Entry::Incident(news) => self.incident(news),
            Entry::Started { .. }
            | Entry::Stopped { .. }
            | Entry::SetAside { .. }
            | Entry::Note(_)
            | Entry::Deed(_)
            | Entry::ClockStepped { .. } => Ok(()),
            Entry::Maintenance(news) => match announced(&news.what) {
                Some(id) => self.latest(&format!("maintenance {id}")),
                None => Ok(()),
            },
            Entry::Told(told) => self.receiver_was_told(told),
            Entry::ProbeRemoved { probe, .. } => {
                self.latest(&format!("removed {probe}"))?;
                self.latest(stream)
            }
            _ => self.latest(stream),
        }
    }

    fn latest(&mut self, stream: &str) -> Tried<()> {
        let sql = "INSERT INTO latest VALUES (?1, ?2) ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq";
        self.to.prepare_cached(sql)?.execute(params![stream, self.ends.head.seq.0])?;
        Ok(())
    }

    /// As [`crate::entry::Tail::absorb`] does: that it was told of an end is forgotten after a while.
    fn receiver_was_told(&mut self, told: &Told) -> Tried<()> {
        let stream = |what: &str| format!("{what} {} {}", told.receiver, told.alert);
        let (now, before) = if told.resolved { ("over", "firing") } else { ("firing", "over") };
        self.latest(&stream(now))?;
        self.to.prepare_cached("DELETE FROM latest WHERE stream = ?1")?.execute([stream(before)])?;
        let sql = "DELETE FROM latest WHERE stream > 'over ' AND stream < 'over!'
            AND (SELECT since FROM entry WHERE entry.seq = latest.seq) < ?1";
        self.to.prepare_cached(sql)?.execute([(told.at - Told::REMEMBERED).as_ms()])?;
        Ok(())
    }

    /// As [`crate::entry::Tail::absorb`] does: what closed long before this one began can no longer be reopened.
    fn incident(&mut self, news: &IncidentNews) -> Tried<()> {
        let incident = &news.incident;
        if news.what == IncidentTurn::Withdrawn {
            self.to.prepare_cached("DELETE FROM incident WHERE id = ?1")?.execute([incident.id.as_str()])?;
        } else {
            self.put_incident(incident)?;
        }
        let stale = incident.since().unwrap_or_default() - Incident::MERGED_WITHIN;
        let sql = "UPDATE incident SET recent = 0
            WHERE service = ?1 AND recent = 1 AND open = 0 AND (until IS NULL OR until < ?2)";
        self.to.prepare_cached(sql)?.execute(params![incident.service.as_str(), stale.as_ms()])?;
        Ok(())
    }

    fn put_incident(&mut self, incident: &Incident) -> Tried<()> {
        let ms = |at: Option<Moment>| at.map(Moment::as_ms);
        let (since, until) = (ms(incident.since()), ms(incident.until()));
        let sql = "INSERT OR REPLACE INTO incident VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)";
        let (service, kind) = (incident.service.as_str(), incident.kind.label());
        let seq = self.ends.head.seq.0;
        let row = params![incident.id.as_str(), service, kind, since, until, incident.is_open(), seq];
        self.to.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// The number that stands for `id`, for ever.
    fn probe(&mut self, id: &ProbeId) -> Tried<i64> {
        if let Some(n) = self.numbers.probes.get(id) {
            return Ok(*n);
        }
        let n = number(&self.to, id)?;
        self.numbers.probes.insert(id.clone(), n);
        Ok(n)
    }

    /// The number under which these facts are kept. Looks of one day share them, so that they can be forgotten with the day.
    fn fact(&mut self, began: Moment, tls: &TlsFacts) -> Tried<u64> {
        let body = serde_json::to_string(tls)?;
        let (day, hash) = (began.as_ms().div_euclid(DAY_MS), Hash::of(body.as_bytes()));
        if let Some(n) = self.numbers.facts.get(&(day, hash)) {
            return Ok(*n);
        }
        let sql = "INSERT INTO fact (day, hash, body) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET day = day RETURNING n";
        let n = self.to.prepare_cached(sql)?.query_row(params![day, hash.0, body], |row| row.get(0))?;
        self.numbers.facts.retain(|(known, _), _| *known == day);
        self.numbers.facts.insert((day, hash), n);
        Ok(n)
    }
}

fn number(to: &Connection, id: &ProbeId) -> Tried<i64> {
    let name = [id.service.as_str(), id.probe.as_str()];
    let sql = "INSERT INTO probe (service, probe) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET probe = probe RETURNING n";
    Ok(to.prepare_cached(sql)?.query_row(name, |row| row.get(0))?)
}

/// The first day whose looks may still be there once those before `before` are forgotten.
pub(super) fn first_day(before: Moment) -> i64 {
    before.as_ms().div_euclid(DAY_MS)
}
