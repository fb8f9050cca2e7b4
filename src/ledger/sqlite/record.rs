//! How is a look written in some thirty bytes?
//!
//! A byte of flags, then numbers of seven bits a byte: when it began after the look before, how long after its due, how long
//! it lasted, how late it was, its cadence where it differs from that of the look before, the HTTP status, each phase with
//! its microseconds. What was not up has its outcome and details as JSON, and what TLS showed as the number of a `fact`.

use std::time::Duration;

use super::{
    trouble::{Tried, Trouble},
    varint::{Bytes, put, put_signed, put_slice},
};
use crate::{
    ledger::{
        Hour,
        histogram::micros,
        kept::{ends, millis},
    },
    model::{Cadence, Details, Moment, Observation, Outcome, Phase, ProbeId, Seen, Timeline, TlsFacts, Why},
};

/// A look as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) began: i64,
    pub(super) outcome: u8,
    why: u8,
    due: i64,
    ended: i64,
    late_us: u64,
    cadence: (u64, u64),
    status: Option<u16>,
    phases: Vec<(u8, u8, u64)>,
    evidence: Option<Vec<u8>>,
    fact: Option<u64>,
}

/// What a record is written against: the one before it in the same blob.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    began: i64,
    cadence: (u64, u64),
}

const WHYS: [Why; 4] = [Why::Due, Why::First, Why::Recheck, Why::Asked];

impl Record {
    /// What is stored of `look`; `fact` is the number under which its TLS facts are kept.
    pub(super) fn of(look: &Observation, fact: Option<u64>) -> Tried<Self> {
        Ok(Self {
            began: look.began.as_ms(),
            outcome: look.seen.outcome.index().to_le_bytes()[0],
            why: look.why as u8,
            due: look.due.as_ms(),
            ended: look.ended.as_ms(),
            late_us: micros(look.late),
            cadence: millis(look.cadence),
            status: look.seen.details.http_status,
            phases: phases(&look.seen.timeline),
            evidence: evidence(&look.seen)?,
            fact,
        })
    }

    /// The look of `probe`; `tls` are the facts that it names.
    pub(super) fn look(self, probe: ProbeId, tls: Option<Box<TlsFacts>>) -> Tried<Observation> {
        let (outcome, details) = match &self.evidence {
            None => (Outcome::Up, Details { http_status: self.status, ..Details::default() }),
            Some(json) => serde_json::from_slice::<(Outcome, Details)>(json)?,
        };
        let ms = Duration::from_millis;
        let cadence = Cadence::new(ms(self.cadence.0), ms(self.cadence.1)).ok_or_else(broken)?;
        Ok(Observation {
            probe,
            why: WHYS[usize::from(self.why)],
            due: Moment::from_ms(self.due),
            began: Moment::from_ms(self.began),
            ended: Moment::from_ms(self.ended),
            late: Duration::from_micros(self.late_us),
            cadence,
            seen: Seen { timeline: timeline(&self.phases), outcome, details: Details { tls, ..details } },
        })
    }

    /// The number of its TLS facts.
    pub(super) fn fact(&self) -> Option<u64> {
        self.fact
    }

    /// Counts it in its hour.
    pub(super) fn count(&self, hour: &mut Hour) {
        let took = self.phases.iter().fold(0_u64, |sum, (_, _, us)| sum.saturating_add(*us));
        hour.count(usize::from(self.outcome), Duration::from_micros(took));
    }

    pub(super) fn write(&self, out: &mut Vec<u8>, before: &mut Before) {
        let flag = |is: bool, bit: u8| u8::from(is) << bit;
        let steady = self.cadence == before.cadence;
        let has = flag(self.status.is_some(), 4) | flag(self.evidence.is_some(), 5);
        out.push(self.outcome | self.why << 2 | has | flag(self.fact.is_some(), 6) | flag(!steady, 7));
        put_signed(out, self.began.wrapping_sub(before.began));
        put_signed(out, self.began.wrapping_sub(self.due));
        put_signed(out, self.ended.wrapping_sub(self.began));
        put(out, self.late_us);
        if !steady {
            put(out, self.cadence.0);
            put(out, self.cadence.1);
        }
        self.write_seen(out);
        *before = Before { began: self.began, cadence: self.cadence };
    }

    fn write_seen(&self, out: &mut Vec<u8>) {
        if let Some(status) = self.status {
            put(out, u64::from(status));
        }
        put(out, self.phases.len() as u64);
        for (phase, hop, us) in &self.phases {
            put(out, u64::from(*hop) << 3 | u64::from(*phase));
            put(out, *us);
        }
        if let Some(evidence) = &self.evidence {
            put_slice(out, evidence);
        }
        if let Some(fact) = self.fact {
            put(out, fact);
        }
    }

    /// Reads one that stands alone.
    pub(super) fn alone(blob: &[u8]) -> Tried<Self> {
        Self::read(&mut Bytes(blob), &mut Before::default())
    }

    /// Reads one; damage where the bytes are none.
    pub(super) fn read(bytes: &mut Bytes<'_>, before: &mut Before) -> Tried<Self> {
        let record = Self::parse(bytes, *before).ok_or_else(broken)?;
        *before = Before { began: record.began, cadence: record.cadence };
        Ok(record)
    }

    fn parse(bytes: &mut Bytes<'_>, before: Before) -> Option<Self> {
        let flags = bytes.byte()?;
        let has = |bit: u8| flags & (1 << bit) != 0;
        let began = before.began.wrapping_add(bytes.signed()?);
        Some(Self {
            began,
            outcome: flags & 3,
            why: flags >> 2 & 3,
            due: began.wrapping_sub(bytes.signed()?),
            ended: began.wrapping_add(bytes.signed()?),
            late_us: bytes.number()?,
            cadence: if has(7) { (bytes.number()?, bytes.number()?) } else { before.cadence },
            status: if has(4) { Some(u16::try_from(bytes.number()?).ok()?) } else { None },
            phases: read_phases(bytes)?,
            evidence: if has(5) { Some(bytes.slice()?.to_vec()) } else { None },
            fact: if has(6) { Some(bytes.number()?) } else { None },
        })
    }
}

fn broken() -> Trouble {
    Trouble::Broken("a look cannot be read".into())
}

fn read_phases(bytes: &mut Bytes<'_>) -> Option<Vec<(u8, u8, u64)>> {
    let mut phases = Vec::new();
    for _ in 0..bytes.number()? {
        let place = bytes.number()?;
        let phase = u8::try_from(place & 7).ok().filter(|phase| usize::from(*phase) < Phase::ALL.len())?;
        phases.push((phase, u8::try_from(place >> 3).ok()?, bytes.number()?));
    }
    Some(phases)
}

fn phases(given: &Timeline) -> Vec<(u8, u8, u64)> {
    let mut began = 0;
    let each = |(span, end): (&crate::model::Span, u64)| {
        let took = end - began; // the ends never step back
        began = end;
        (span.phase as u8, span.hop, took)
    };
    given.spans().iter().zip(ends(given)).map(each).collect()
}

fn timeline(phases: &[(u8, u8, u64)]) -> Timeline {
    let (mut line, mut end) = (Timeline::default(), Duration::ZERO);
    for (phase, hop, us) in phases {
        line.enter(Phase::ALL[usize::from(*phase)], *hop, end);
        end = end.saturating_add(Duration::from_micros(*us));
        line.end(end);
    }
    line
}

/// An up look has none.
fn evidence(seen: &Seen) -> Tried<Option<Vec<u8>>> {
    if seen.outcome == Outcome::Up {
        return Ok(None);
    }
    let details = Details { tls: None, ..seen.details.clone() };
    Ok(Some(serde_json::to_vec(&(&seen.outcome, details))?))
}
