//! What went wrong with a service within a period, how often, and for how long?

use std::time::Duration;

use serde::Serialize;

use super::{Account, Stretch, seconds, spans};
use crate::model::{Blame, Evidence, Incident, IncidentKind, Moment, Period, Run, Slug, Suspect};

/// An incident, as far as it lies within the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happened {
    /// Its name for ever.
    pub id: Slug,
    /// What it was.
    pub kind: IncidentKind,
    /// Since when.
    pub since: Moment,
    /// Until when; none while it lasts.
    pub until: Option<Moment>,
    /// How long, within the period.
    pub lasted: Bounds,
    /// Whether it began before the period.
    pub began_before: bool,
    /// Whether it went on after the period, or lasts.
    pub goes_on: bool,
    /// How often it came back.
    pub runs: usize,
    /// What first showed it.
    pub cause: Option<Evidence>,
    /// Services that it depends on and that were down already.
    pub suspects: Vec<Suspect>,
    /// Whose failure it is.
    pub blame: Blame,
    /// When on-call was first told.
    pub told: Option<Moment>,
    /// Of the time, what lies within planned work that was announced in time.
    #[serde(rename = "planned_seconds", serialize_with = "seconds::exact")]
    pub planned: Duration,
}

/// How long something lasted: what the looks say, and what it was at least and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// By the dates of the looks that showed it.
    #[serde(rename = "seconds", serialize_with = "seconds::exact")]
    pub told: Duration,
    /// From the first look that showed it to the last.
    #[serde(rename = "at_least_seconds", serialize_with = "seconds::exact")]
    pub least: Duration,
    /// From the last look before it to the first after it.
    #[serde(rename = "at_most_seconds", serialize_with = "seconds::exact")]
    pub most: Duration,
}

/// All incidents of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kinds {
    /// Which kind.
    pub kind: IncidentKind,
    /// How many touched the period.
    pub count: usize,
    /// All their time in it.
    pub all: Bounds,
    /// The longest.
    pub longest: Bounds,
    /// The one in the middle by its length; the longer of two.
    pub median: Bounds,
}

impl Happened {
    /// The incidents of `service` in `period`, of which `stretches` are the states in it.
    pub(super) fn all(account: &Account, service: &Slug, period: Period, stretches: &[Stretch]) -> Vec<Self> {
        let excluded = account.excluded(service, period);
        let incidents = account.incidents(service, period).into_iter();
        incidents
            .filter_map(|one| {
                let times = times(one, stretches, period);
                let told = times.iter().copied().map(Period::length).sum();
                let planned = |time: &Period| -> Duration {
                    spans::touching(&excluded, *time).map(|span| span.within(*time).length()).sum()
                };
                Some(Self {
                    id: one.id.clone(),
                    kind: one.kind,
                    since: one.since()?,
                    until: one.until(),
                    lasted: bounds(one, told, period, account.newest()),
                    began_before: one.since() < Some(period.from),
                    goes_on: one.until().is_none_or(|until| until > period.until),
                    runs: one.runs.len(),
                    cause: one.cause.clone(),
                    suspects: one.suspects.clone(),
                    blame: one.blame.clone(),
                    told: account.told(&one.id),
                    planned: times.iter().map(planned).sum(),
                })
            })
            .collect()
    }
}

impl Kinds {
    /// Of each kind that happened, the worst first.
    pub(super) fn of(incidents: &[Happened]) -> Vec<Self> {
        IncidentKind::ALL.into_iter().filter_map(|kind| Self::one(kind, incidents)).collect()
    }

    fn one(kind: IncidentKind, incidents: &[Happened]) -> Option<Self> {
        let of = incidents.iter().filter(|one| one.kind == kind);
        let mut lengths: Vec<Bounds> = of.map(|one| one.lasted).collect();
        lengths.sort_by_key(|one| one.told);
        let (longest, median) = (*lengths.last()?, lengths[lengths.len() / 2]);
        let all = lengths.iter().copied().fold(Bounds::default(), Bounds::plus);
        Some(Self { kind, count: lengths.len(), all, longest, median })
    }
}

impl Bounds {
    fn plus(self, other: Self) -> Self {
        Self { told: self.told + other.told, least: self.least + other.least, most: self.most + other.most }
    }
}

/// When the service was in the incident's state during its runs: so the incidents of a kind sum to its part of the tally.
fn times(incident: &Incident, stretches: &[Stretch], period: Period) -> Vec<Period> {
    let span = |run: &Run| Period::new(run.since, run.until.unwrap_or(period.until)).within(period);
    let runs: Vec<Period> = incident.runs.iter().map(span).collect();
    let of = spans::inside(stretches, &runs).into_iter();
    of.filter(|one| IncidentKind::of(one.state) == Some(incident.kind)).map(|one| one.period).collect()
}

fn bounds(incident: &Incident, told: Duration, period: Period, known: Moment) -> Bounds {
    let runs = incident.runs.iter();
    let (least, most) = runs
        .map(|run| ends(run, period, known))
        .fold((Duration::ZERO, Duration::ZERO), |(least, most), (shorter, longer)| {
            (least + shorter, most + longer)
        });
    Bounds { told, least: least.min(told), most: most.max(told) }
}

/// The least and the most that a run can have lasted within `period`.
fn ends(run: &Run, period: Period, known: Moment) -> (Duration, Duration) {
    let until = run.until.unwrap_or(known);
    let seen = run.last.or(run.blind).unwrap_or(until);
    let unseen = Duration::from_millis(run.unseen_ms);
    let least = Period::new(run.since, seen).within(period).length().saturating_sub(unseen);
    let most = Period::new(run.after.unwrap_or(run.since), until).within(period).length();
    (least, most)
}
