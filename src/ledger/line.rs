//! How is what is remembered written for others? One JSON object a line; `docs/ledger.md` is its page.

use std::{io::BufRead, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;

use super::{Hash, Histogram, Hour, LedgerError, Seq, histogram::micros, kept::ends, kept::millis};
use crate::model::{
    Cadence, Details, Fault, Finding, Moment, Observation, Ours, Outcome, Phase, ProbeId, Reason, Seen, Slug,
    Timeline, Why,
};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// A line as it is read.
#[derive(Debug)]
pub enum Line {
    /// The first: what follows.
    Header(Header),
    /// What of a plan is remembered: JSON, before the first entry that names it by its hash.
    Outline(Hash, String),
    /// A chained entry: its place, its hash, and its JSON, letter by letter.
    Entry(Seq, Hash, String),
    /// A look.
    Look(Box<Observation>),
    /// What the looks of a probe were in an hour.
    Hour(ProbeId, Hour),
    /// The last: how many lines of each kind there were.
    End(Counts),
}

/// What an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the format.
    pub wardround_ledger: u32,
    /// The place of the last entry.
    pub seq: Seq,
    /// Its hash.
    pub hash: Hash,
    /// If not all looks were wanted: the first instant of those that were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_from_ms: Option<i64>,
    /// If not all looks were wanted: the first instant after those that were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_until_ms: Option<i64>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Chained entries.
    pub entries: u64,
    /// Looks.
    pub looks: u64,
    /// Hours of probes.
    pub hours: u64,
}

/// Which key tells what a line is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    wardround_ledger: Option<IgnoredAny>,
    outline: Option<IgnoredAny>,
    entry: Option<IgnoredAny>,
    hour_ms: Option<IgnoredAny>,
    began_ms: Option<IgnoredAny>,
    end: Option<IgnoredAny>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct OutlineLine<'a> {
    pub(super) outline: Hash,
    #[serde(borrow)]
    pub(super) body: &'a RawValue,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EntryLine<'a> {
    pub(super) seq: Seq,
    pub(super) hash: Hash,
    #[serde(borrow)]
    pub(super) entry: &'a RawValue,
}

/// A look, as it is written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Look")]
pub struct LookLine {
    service: Slug,
    probe: Slug,
    #[serde(default = "due")]
    why: Why,
    due_ms: Option<i64>,
    began_ms: i64,
    ended_ms: i64,
    #[serde(default)]
    late_us: u64,
    interval_ms: u64,
    timeout_ms: Option<u64>,
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
    phases: Option<Vec<PhaseLine>>,
    #[serde(default, skip_serializing_if = "is_default")]
    details: Details,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct PhaseLine {
    phase: Phase,
    #[serde(default, skip_serializing_if = "is_default")]
    hop: u8,
    us: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HourLine {
    service: Slug,
    probe: Slug,
    hour_ms: i64,
    outcomes: [u64; 4],
    sum_us: u64,
    max_us: u64,
    latency_us: Vec<(u64, u64)>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EndLine {
    pub(super) end: Counts,
}

/// No line that we write is longer; one that is would only fill the memory.
const LONGEST: u64 = 256 << 20;

/// Every line of `input` that is not empty, with its number.
pub fn lines(input: impl BufRead) -> impl Iterator<Item = Result<(u64, Line), LedgerError>> {
    let mut input = input;
    (1..).map_while(move |line| one(&mut input).transpose().map(|text| (line, text))).filter_map(
        |(line, text)| {
            let wrong = |what: String| LedgerError::Line { line, what };
            let text = match text {
                Ok(text) if text.trim().is_empty() => return None,
                Ok(text) => text,
                Err(error) => return Some(Err(wrong(error.to_string()))),
            };
            Some(parse(&text).map(|parsed| (line, parsed)).map_err(wrong))
        },
    )
}

fn one(input: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    let read = std::io::Read::take(input, LONGEST).read_line(&mut text)?;
    Ok((read > 0).then_some(text))
}

fn parse(text: &str) -> Result<Line, String> {
    let told = |error: serde_json::Error| error.to_string();
    let keys: Keys = serde_json::from_str(text).map_err(told)?;
    if keys.wardround_ledger.is_some() {
        return serde_json::from_str(text).map(Line::Header).map_err(told);
    }
    if keys.outline.is_some() {
        let OutlineLine { outline, body } = serde_json::from_str(text).map_err(told)?;
        return Ok(Line::Outline(outline, body.get().to_owned()));
    }
    if keys.entry.is_some() {
        let EntryLine { seq, hash, entry } = serde_json::from_str(text).map_err(told)?;
        return Ok(Line::Entry(seq, hash, entry.get().to_owned()));
    }
    if keys.hour_ms.is_some() {
        return serde_json::from_str::<HourLine>(text).map_err(told).map(HourLine::read);
    }
    if keys.began_ms.is_some() {
        return serde_json::from_str::<LookLine>(text).map_err(told)?.read();
    }
    if keys.end.is_some() {
        return serde_json::from_str::<EndLine>(text).map_err(told).map(|EndLine { end }| Line::End(end));
    }
    Err("no line of an export: it has none of the keys wardround_ledger, outline, entry, began_ms, hour_ms, end".into())
}

/// The line of a look.
pub fn look(look: &Observation) -> Result<String, serde_json::Error> {
    serde_json::to_string(&LookLine::of(look))
}

/// The line of an hour.
pub fn hour(probe: &ProbeId, hour: &Hour) -> Result<String, serde_json::Error> {
    serde_json::to_string(&HourLine {
        service: probe.service.clone(),
        probe: probe.probe.clone(),
        hour_ms: hour.from.as_ms(),
        outcomes: hour.outcomes,
        sum_us: micros(hour.sum),
        max_us: micros(hour.max),
        latency_us: hour.latency.buckets().collect(),
    })
}

impl HourLine {
    fn read(self) -> Line {
        let mut latency = Histogram::default();
        self.latency_us.into_iter().for_each(|(longest, count)| latency.record_many(longest, count));
        let (sum, max) = (Duration::from_micros(self.sum_us), Duration::from_micros(self.max_us));
        let (from, outcomes) = (Moment::from_ms(self.hour_ms), self.outcomes);
        Line::Hour(ProbeId::new(self.service, self.probe), Hour { from, outcomes, sum, max, latency })
    }
}

impl LookLine {
    /// That of `look`.
    pub fn of(look: &Observation) -> Self {
        let (interval_ms, timeout_ms) = millis(look.cadence);
        let words = match &look.seen.outcome {
            Outcome::Unknown { words, .. } | Outcome::Down(Reason::Fault { words, .. }) => {
                Some(words.clone())
            }
            _ => None,
        };
        Self {
            service: look.probe.service.clone(),
            probe: look.probe.probe.clone(),
            why: look.why,
            due_ms: Some(look.due.as_ms()),
            began_ms: look.began.as_ms(),
            ended_ms: look.ended.as_ms(),
            late_us: micros(look.late),
            interval_ms,
            timeout_ms: Some(timeout_ms),
            outcome: look.seen.outcome.label().to_owned(),
            fault: words.as_ref().and(look.seen.outcome.fault_label()).map(str::to_owned),
            words,
            findings: look.seen.outcome.findings().to_vec(),
            phases: Some(phases(&look.seen.timeline)),
            details: look.seen.details.clone(),
        }
    }

    fn read(self) -> Result<Line, String> {
        let ms = Duration::from_millis;
        let cadence = Cadence::new(ms(self.interval_ms), ms(self.timeout_ms.unwrap_or(self.interval_ms)));
        let (began, ended) = (Moment::from_ms(self.began_ms), Moment::from_ms(self.ended_ms));
        let waited = || {
            let us = micros(ended.since(began));
            vec![PhaseLine { phase: Phase::Wait, hop: 0, us }]
        };
        let outcome =
            outcome(&self.outcome, self.fault.as_deref(), self.words.unwrap_or_default(), self.findings)?;
        Ok(Line::Look(Box::new(Observation {
            probe: ProbeId::new(self.service, self.probe),
            why: self.why,
            due: self.due_ms.map_or(began, Moment::from_ms),
            began,
            ended,
            late: Duration::from_micros(self.late_us),
            cadence: cadence.ok_or("timeout_ms is not from 1 to interval_ms")?,
            seen: Seen {
                timeline: timeline(&self.phases.unwrap_or_else(waited)),
                outcome,
                details: self.details,
            },
        })))
    }
}

fn outcome(
    label: &str,
    fault: Option<&str>,
    words: String,
    findings: Vec<Finding>,
) -> Result<Outcome, String> {
    let unknown = |fault: &str| format!("fault {fault:?} is none of those that docs/metrics.md lists");
    match (label, fault) {
        ("up", _) => Ok(Outcome::Up),
        ("degraded", _) => Ok(Outcome::Degraded(findings)),
        ("down", None) => Ok(Outcome::Down(Reason::Findings(findings))),
        ("down", Some(label)) => {
            let fault = Fault::all()
                .into_iter()
                .find(|fault| fault.label() == label)
                .ok_or_else(|| unknown(label))?;
            Ok(Outcome::Down(Reason::Fault { fault, words }))
        }
        ("unknown", label) => {
            let label = label.unwrap_or(Ours::Internal.label());
            let ours =
                Ours::ALL.into_iter().find(|ours| ours.label() == label).ok_or_else(|| unknown(label))?;
            Ok(Outcome::Unknown { ours, words })
        }
        _ => Err(format!("outcome {label:?} is none of up, degraded, down, unknown")),
    }
}

fn phases(timeline: &Timeline) -> Vec<PhaseLine> {
    let mut began = 0;
    let each = |(span, end): (&crate::model::Span, u64)| {
        let us = end - began; // the ends never step back
        began = end;
        PhaseLine { phase: span.phase, hop: span.hop, us }
    };
    timeline.spans().iter().zip(ends(timeline)).map(each).collect()
}

fn timeline(phases: &[PhaseLine]) -> Timeline {
    let (mut line, mut end) = (Timeline::default(), Duration::ZERO);
    for PhaseLine { phase, hop, us } in phases {
        line.enter(*phase, *hop, end);
        end = end.saturating_add(Duration::from_micros(*us));
        line.end(end);
    }
    line
}

fn due() -> Why {
    Why::Due
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
