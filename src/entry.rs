//! What is remembered? One [`Entry`] is one fact; everything shown is a reading of entries.

use serde::Serialize;

use crate::model::{Moment, Observation, ProbeId, ServiceState, Slug, Transition};

/// One remembered fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    },
    /// A look ended.
    Observed(Box<Observation>),
    /// Belief about a probe changed.
    Changed(Transition),
    /// The state of a service changed.
    ServiceChanged {
        /// Which service.
        service: Slug,
        /// What it was.
        from: ServiceState,
        /// What it is.
        to: ServiceState,
        /// Since when.
        since: Moment,
    },
    /// Looks that were due and were not taken.
    Gap(Gap),
}

/// Looks that were due and were not taken: from the first missed due until the next look that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

impl Gap {
    /// The last missed due.
    pub fn last(&self) -> Moment {
        let steps = u32::try_from(self.missed).unwrap_or(u32::MAX).max(1);
        self.until - self.until.since(self.from) / steps
    }
}

/// Why dues were missed. Always our own doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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
}

impl GapReason {
    /// Every reason, for the catalogue.
    pub const ALL: [Self; 4] = [Self::Stalled, Self::Overlap, Self::Capped, Self::ClockStepped];

    /// The value of the metric label `reason`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stalled => "stalled",
            Self::Overlap => "overlap",
            Self::Capped => "capped",
            Self::ClockStepped => "clock_stepped",
        }
    }
}
