//! What went wrong with a service, from when to when, and why?

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, ProbeId, ServiceState, Slug};

/// All runs of one state of one service that lie close together, bridged over time in which nobody saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// Its name for ever: the service, the kind and the second in which it began, in UTC.
    pub id: Slug,
    /// Which service.
    pub service: Slug,
    /// What it was.
    pub kind: IncidentKind,
    /// The first incident of an unbroken chain of adjoining ones; its own id if it stands alone.
    pub episode: Slug,
    /// Its runs in order of time: more than one where it flapped, none where it proved to be part of something worse.
    pub runs: Vec<Run>,
    /// What first showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Evidence>,
    /// Services that it depends on and that were down already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
    /// Whom on-call is to be sent to.
    #[serde(default, skip_serializing_if = "Blame::is_own")]
    pub blame: Blame,
}

/// Which service's failure an incident is, as far as telling it is concerned. Its time counts in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// What it depends on is still being looked at: nobody is told yet.
    Pending,
    /// The service's own: nothing it depends on was down when it began, or it lasts beyond that.
    #[default]
    Own,
    /// That of this service, which it depends on and which is down.
    Other(Slug),
}

/// The kinds of incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// The service was down.
    Outage,
    /// Some function of it was missing.
    Partial,
    /// It worked, but badly.
    Degradation,
    /// What stands in for a part of it was gone.
    LossOfRedundancy,
}

/// What became of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentTurn {
    /// It began.
    Opened,
    /// It began again soon after it had ended.
    Reopened,
    /// More is known: it is seen no more or again, or another service is suspected.
    Revised,
    /// It ended.
    Closed,
    /// It proved to be part of something worse, and has no time of its own.
    Withdrawn,
}

/// One unbroken run of an incident's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// When the first look began that showed it.
    pub since: Moment,
    /// When the last look before it began, which showed otherwise.
    pub after: Option<Moment>,
    /// When the first look began that showed otherwise again; `None` while it lasts.
    pub until: Option<Moment>,
    /// When the last look began that still showed it; known once it has ended.
    pub last: Option<Moment>,
    /// Milliseconds in which nobody saw and after which it was seen again.
    pub unseen_ms: u64,
    /// Since when nobody saw it, until now or until it was seen to have ended.
    pub blind: Option<Moment>,
}

/// The look that first showed an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Which probe looked.
    pub probe: ProbeId,
    /// The value of the metric label `fault`.
    pub fault: String,
    /// What exactly, for a person.
    pub words: String,
}

/// A service that may be the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suspect {
    /// Which service.
    pub service: Slug,
    /// Since when it was down.
    pub since: Moment,
}

/// How long something lasted, as far as can be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// By the dates of the looks that showed it.
    pub told: Duration,
    /// From the first look that showed it to the last.
    pub least: Duration,
    /// From the last look before it to the first after it.
    pub most: Duration,
}

impl IncidentKind {
    /// Every kind, the worst first.
    pub const ALL: [Self; 4] = [Self::Outage, Self::Partial, Self::Degradation, Self::LossOfRedundancy];

    /// The kind that a service in `state` has; `None` where nothing is wrong, or nothing known.
    pub fn of(state: ServiceState) -> Option<Self> {
        match state {
            ServiceState::Down => Some(Self::Outage),
            ServiceState::Partial => Some(Self::Partial),
            ServiceState::Degraded => Some(Self::Degradation),
            ServiceState::AtRisk => Some(Self::LossOfRedundancy),
            ServiceState::Up | ServiceState::Unknown => None,
        }
    }

    /// The word on metrics, pages and in JSON.
    pub fn label(self) -> &'static str {
        ["outage", "partial", "degradation", "loss_of_redundancy"][self as usize]
    }
}

impl Blame {
    /// Every value of the metric label `blame`.
    pub const LABELS: [&'static str; 3] = ["pending", "own", "other"];

    /// The value of the metric label `blame`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Own => "own",
            Self::Other(_) => "other",
        }
    }

    fn is_own(&self) -> bool {
        *self == Self::Own
    }
}

impl Incident {
    /// Runs at most this far apart are of one incident.
    pub const MERGED_WITHIN: Duration = Duration::from_mins(5);

    /// Since when, by the first look that showed it; `None` if it has no run.
    pub fn since(&self) -> Option<Moment> {
        self.runs.first().map(|run| run.since)
    }

    /// When it ended; `None` while it lasts, or if it has no run.
    pub fn until(&self) -> Option<Moment> {
        self.runs.last().and_then(|run| run.until)
    }

    /// Whether it lasts, seen or not.
    pub fn is_open(&self) -> bool {
        self.runs.last().is_some_and(|run| run.until.is_none())
    }

    /// What anybody may know of an incident of a public service: not how it was found out, nor whose failure it may be.
    #[must_use]
    pub fn for_public(self) -> Self {
        Self { cause: None, suspects: Vec::new(), blame: Blame::Own, ..self }
    }

    /// How long it lasted, or has lasted at `now`: the sum of its runs.
    pub fn length(&self, now: Moment) -> Length {
        self.runs.iter().map(|run| run.length(now)).fold(Length::default(), Length::plus)
    }
}

impl Run {
    /// How long it lasted, or has lasted at `now`. Time in which nobody saw is in `most` alone.
    pub fn length(&self, now: Moment) -> Length {
        let until = self.until.unwrap_or(now);
        let blind = self.blind.map_or(Duration::ZERO, |blind| until.since(blind));
        let unseen = Duration::from_millis(self.unseen_ms) + blind;
        let last = self.last.or(self.blind).unwrap_or(until);
        Length {
            told: until.since(self.since).saturating_sub(unseen),
            least: last.since(self.since).saturating_sub(Duration::from_millis(self.unseen_ms)),
            most: until.since(self.after.unwrap_or(self.since)),
        }
    }
}

impl Length {
    fn plus(self, other: Self) -> Self {
        Self { told: self.told + other.told, least: self.least + other.least, most: self.most + other.most }
    }
}
