//! What is remembered? One [`Entry`] is one fact; everything shown is a reading of entries.

mod tail;

use std::{sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    Blip, Deed, Incident, Maintenance, Moment, Note, Observation, Outline, Period, ProbeId,
    ServiceTransition, Slug, Transition,
};

pub use crate::model::IncidentTurn;
pub use tail::{LastSeen, Tail};

/// One remembered fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The agent started.
    Started {
        /// When.
        at: Moment,
    },
    /// The agent stopped in good order.
    Stopped {
        /// When.
        at: Moment,
    },
    /// A plan came into force.
    Planned {
        /// When.
        at: Moment,
        /// SHA-256 of the configuration, in hexadecimal.
        digest: String,
        /// What of the plan is remembered.
        outline: Arc<Outline>,
    },
    /// A look ended.
    Observed(Box<Observation>),
    /// Belief about a probe changed.
    Changed(Transition),
    /// Bad looks that were too few to be believed.
    Blip(Blip),
    /// The state of a service changed.
    ServiceChanged(ServiceTransition),
    /// An incident opened, changed or closed.
    Incident(Box<IncidentNews>),
    /// Looks that were due and were not taken.
    Gap(Gap),
    /// A probe left the plan: what it implied ends here.
    ProbeRemoved {
        /// When.
        at: Moment,
        /// Which.
        probe: ProbeId,
    },
    /// A service left the plan.
    ServiceRemoved {
        /// When.
        at: Moment,
        /// Which.
        service: Slug,
    },
    /// Something about planned work.
    Maintenance(Box<MaintenanceNews>),
    /// All reference probes fail together: this site is cut off, and its bad looks are unknown.
    CutOff {
        /// When that was found.
        at: Moment,
        /// Since when.
        since: Moment,
    },
    /// A reference probe answers again.
    Rejoined {
        /// When that was found.
        at: Moment,
        /// Since when.
        since: Moment,
    },
    /// A receiver acknowledged that it was told.
    Told(Told),
    /// Somebody wrote something beside an incident.
    Note(Note),
    /// Somebody changed something.
    Deed(Deed),
    /// The book before this one was damaged and set aside: of the time before nothing is known here.
    SetAside {
        /// When this one was begun.
        at: Moment,
        /// The name of the file that was set aside; empty if it was gone.
        file: String,
    },
    /// The clock was set, or the machine slept.
    ClockStepped {
        /// What it would have said.
        from: Moment,
        /// What it said.
        to: Moment,
    },
}

/// What became of an incident, and how it stands now. Of several with one id the last holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentNews {
    /// When that was found.
    pub at: Moment,
    /// What became of it.
    pub what: IncidentTurn,
    /// How it stands.
    pub incident: Incident,
}

/// That a receiver was told of an alert, and acknowledged it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// When it acknowledged.
    pub at: Moment,
    /// Which receiver, by its name in the configuration.
    pub receiver: Slug,
    /// Of what: the incident's id.
    pub alert: Slug,
    /// Whether it was told that it is over.
    pub resolved: bool,
}

/// What became of planned work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceNews {
    /// When the ledger learned of it.
    pub at: Moment,
    /// What.
    pub what: MaintenanceTurn,
}

/// What became of planned work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaintenanceTurn {
    /// It is announced from now on.
    Declared(Maintenance),
    /// It is announced no more; one that was under way ends here.
    Withdrawn {
        /// Which.
        id: Slug,
    },
    /// One occurrence began.
    Began {
        /// Which.
        id: Slug,
        /// The services that it touches.
        services: Vec<Slug>,
        /// From when until when.
        period: Period,
        /// Whether it was announced only after it had begun.
        late: bool,
    },
    /// One occurrence ended.
    Ended {
        /// Which.
        id: Slug,
        /// The services that it touched.
        services: Vec<Slug>,
    },
}

/// Looks that were due and were not taken: from the first missed due until the next look that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Whose looks.
    pub probe: ProbeId,
    /// The first missed due.
    pub from: Moment,
    /// The next due after the last missed one.
    pub until: Moment,
    /// How many were missed.
    pub missed: u64,
    /// Why.
    pub reason: GapReason,
}

impl Entry {
    /// When it was known.
    pub fn at(&self) -> Moment {
        match self {
            Self::Started { at }
            | Self::Stopped { at }
            | Self::Planned { at, .. }
            | Self::ProbeRemoved { at, .. }
            | Self::ServiceRemoved { at, .. }
            | Self::CutOff { at, .. }
            | Self::Rejoined { at, .. }
            | Self::SetAside { at, .. }
            | Self::ClockStepped { to: at, .. } => *at,
            Self::Observed(look) => look.ended,
            Self::Changed(turn) => turn.confirmed,
            Self::Blip(blip) => blip.until,
            Self::ServiceChanged(turn) => turn.confirmed,
            Self::Incident(news) => news.at,
            Self::Gap(gap) => gap.until,
            Self::Maintenance(news) => news.at,
            Self::Told(told) => told.at,
            Self::Note(note) => note.at,
            Self::Deed(deed) => deed.at,
        }
    }
}

impl Told {
    /// For how long it is remembered that a receiver was told of an end.
    pub const REMEMBERED: Duration = Duration::from_hours(25);

    /// Whether nobody asks for it any more at `now`.
    pub fn is_over(&self, now: Moment) -> bool {
        self.resolved && self.at + Self::REMEMBERED < now
    }
}

impl Gap {
    /// The last missed due.
    pub fn last(&self) -> Moment {
        let steps = u32::try_from(self.missed).unwrap_or(u32::MAX).max(1);
        self.until - self.until.since(self.from) / steps
    }
}

/// Why dues were missed. Always our own doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// The loop came back too late: the machine or the process was held up.
    Stalled,
    /// The look before (or a recheck) was still under way.
    Overlap,
    /// All places among the looks in flight were taken.
    Capped,
    /// The clock was set forward, or the machine slept.
    ClockStepped,
    /// The agent did not run.
    NotRunning,
    /// They were looked at, but the ledger could not take them in.
    NotRemembered,
}

impl GapReason {
    /// Every reason, for the catalogue.
    pub const ALL: [Self; 6] = [
        Self::Stalled,
        Self::Overlap,
        Self::Capped,
        Self::ClockStepped,
        Self::NotRunning,
        Self::NotRemembered,
    ];

    /// The value of the metric label `reason`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stalled => "stalled",
            Self::Overlap => "overlap",
            Self::Capped => "capped",
            Self::ClockStepped => "clock_stepped",
            Self::NotRunning => "not_running",
            Self::NotRemembered => "not_remembered",
        }
    }
}
