//! Which chained entries tell a period?
//!
//! Every chained entry is of one stream: the changes of one service, the gaps of one probe, the plans, … A change may be
//! dated back: it unsays what was said before of the time after it. So the changes that tell a period are the last one
//! dated at or before its beginning, and those written after that one and dated before its end.

use crate::{
    entry::{Entry, MaintenanceTurn},
    model::{Moment, Period, ProbeId, Slug},
};

/// Whose history is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// A service: how its state changed, and when it left the plan. (Incidents have [`super::Ledger::incidents`].)
    Service(&'a Slug),
    /// A probe: how belief changed, its gaps, and when it left the plan.
    Probe(&'a ProbeId),
    /// The agent: starts, stops, plans, planned work, whether the site was cut off, steps of the clock.
    Agent,
    /// An incident: what became of it and what was written beside it, however long ago.
    Incident(&'a Slug),
    /// A receiver: what it was told within the period.
    Receiver(&'a Slug),
    /// Whoever changed something within the period.
    People,
}

/// Where a chained entry belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its stream.
    pub(super) stream: String,
    /// From when on it says something.
    pub(super) since: Moment,
    /// Until when, where it says so itself.
    pub(super) until: Option<Moment>,
}

/// Which entries of a stream tell a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The last one at or before its beginning, and those written later and dated before its end.
    Turns,
    /// Those that overlap it.
    Spans,
    /// Those dated within it.
    Within,
    /// Every one: there are few, and one that was written late may still matter.
    All,
}

impl Whose<'_> {
    /// The streams to be read, and how.
    pub(super) fn streams(self) -> Vec<(String, Rule)> {
        match self {
            Self::Service(id) => vec![(service(id), Rule::Turns)],
            Self::Probe(id) => vec![(probe(id), Rule::Turns), (gaps(id), Rule::Spans)],
            Self::Agent => {
                let turns = [PLAN, SITE].map(|stream| (stream.to_owned(), Rule::Turns));
                let all = [RUN, CLOCK, MAINTENANCE].map(|stream| (stream.to_owned(), Rule::All));
                turns.into_iter().chain(all).collect()
            }
            Self::Incident(id) => vec![(incident(id), Rule::All), (notes(id), Rule::All)],
            Self::Receiver(name) => vec![(receiver(name), Rule::Within)],
            Self::People => vec![(DEEDS.to_owned(), Rule::Within)],
        }
    }
}

impl Place {
    /// Where `entry` belongs; `None` for a look, which is not chained.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let at = |stream: &str| Some(Self { stream: stream.to_owned(), since: entry.at(), until: None });
        let since = |stream: String, since| Some(Self { stream, since, until: None });
        match entry {
            Entry::Observed(_) => None,
            Entry::Started { .. } | Entry::Stopped { .. } | Entry::SetAside { .. } => at(RUN),
            Entry::Planned { .. } => at(PLAN),
            Entry::ClockStepped { .. } => at(CLOCK),
            Entry::Maintenance(_) => at(MAINTENANCE),
            Entry::CutOff { since: from, .. } | Entry::Rejoined { since: from, .. } => {
                since(SITE.into(), *from)
            }
            Entry::Changed(turn) => since(probe(&turn.probe), turn.since),
            Entry::Blip(blip) => Some(Self {
                stream: format!("blips {}", blip.probe),
                since: blip.since,
                until: Some(blip.until),
            }),
            Entry::ProbeRemoved { at, probe: id } => since(probe(id), *at),
            Entry::ServiceChanged(turn) => since(service(&turn.service), turn.since),
            Entry::ServiceRemoved { at, service: id } => since(service(id), *at),
            Entry::Incident(news) => at(&incident(&news.incident.id)),
            Entry::Told(told) => at(&receiver(&told.receiver)),
            Entry::Note(note) => at(&notes(&note.incident)),
            Entry::Deed(_) => at(DEEDS),
            Entry::Gap(gap) => {
                Some(Self { stream: gaps(&gap.probe), since: gap.from, until: Some(gap.until) })
            }
        }
    }
}

/// Picks, of one stream's entries in order, those that tell `period`.
pub(super) fn pick<T>(rule: Rule, period: Period, entries: Vec<(Place, T)>) -> Vec<T> {
    let told = |(place, _): &(Place, T)| match rule {
        Rule::All => true,
        Rule::Turns => place.since < period.until,
        Rule::Within => period.contains(place.since),
        Rule::Spans => place.since < period.until && place.until > Some(period.from),
    };
    let is_base = |(place, _): &(Place, T)| rule == Rule::Turns && place.since <= period.from;
    let base = entries.iter().rposition(is_base).unwrap_or(0);
    entries.into_iter().skip(base).filter(told).map(|(_, entry)| entry).collect()
}

/// The planned work that `what` announces or calls off.
pub(super) fn announced(what: &MaintenanceTurn) -> Option<&Slug> {
    match what {
        MaintenanceTurn::Declared(work) => Some(&work.id),
        MaintenanceTurn::Withdrawn { id } => Some(id),
        MaintenanceTurn::Began { .. } | MaintenanceTurn::Ended { .. } => None,
    }
}

const PLAN: &str = "plan";
const SITE: &str = "site";
const RUN: &str = "run";
const CLOCK: &str = "clock";
const MAINTENANCE: &str = "maintenance";
const DEEDS: &str = "deeds";

fn service(id: &Slug) -> String {
    format!("service {id}")
}

fn probe(id: &ProbeId) -> String {
    format!("probe {id}")
}

fn gaps(id: &ProbeId) -> String {
    format!("gaps {id}")
}

fn incident(id: &Slug) -> String {
    format!("incident {id}")
}

fn notes(id: &Slug) -> String {
    format!("notes {id}")
}

fn receiver(name: &Slug) -> String {
    format!("told {name}")
}
