//! What are alerts called, and when are they told? As the rules of Prometheus have it: a test holds the two together.

use std::time::Duration;

use crate::model::{IncidentKind, Severity};

/// What is said of every alert of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The label `alertname`.
    pub name: &'static str,
    /// For how long it is held back.
    pub held: Duration,
    /// How loudly it is told, where that is the same for all.
    pub severity: Option<Severity>,
    /// The annotation `summary`.
    pub summary: &'static str,
    /// How a subject begins while it lasts.
    pub state: &'static str,
    /// How a subject begins when it is over.
    pub over: &'static str,
}

/// For how long what hurts nobody yet is held back.
const HELD: Duration = Duration::from_mins(5);

/// For how long a receiver fails before the others hear of it.
pub(super) const FAILING: Duration = Duration::from_mins(1);

/// The service's own outages and lesser ills, in the order of [`IncidentKind::ALL`].
const OWN: [Naming; 4] = [
    Naming {
        name: "WardroundServiceDown",
        held: Duration::ZERO,
        severity: None,
        summary: "A clinical service is down",
        state: "DOWN",
        over: "UP again",
    },
    Naming {
        name: "WardroundServicePartial",
        held: Duration::ZERO,
        severity: None,
        summary: "Some function of a clinical service is missing",
        state: "PARTIAL",
        over: "WHOLE again",
    },
    Naming {
        name: "WardroundServiceDegraded",
        held: HELD,
        severity: None,
        summary: "A clinical service works, but badly",
        state: "DEGRADED",
        over: "WELL again",
    },
    Naming {
        name: "WardroundServiceAtRisk",
        held: HELD,
        severity: None,
        summary: "A clinical service has lost what stands in for a part of it",
        state: "AT RISK",
        over: "SAFE again",
    },
];

/// A service that suffers from another's outage.
pub(super) const AFFECTED: Naming = Naming {
    name: "WardroundServiceAffected",
    held: Duration::ZERO,
    severity: Some(Severity::Info),
    summary: "A clinical service suffers from the outage of another",
    state: "AFFECTED",
    over: "NO LONGER AFFECTED",
};

/// The site as a whole.
pub(super) const CUT_OFF: Naming = Naming {
    name: "WardroundSiteCutOff",
    held: Duration::ZERO,
    severity: Some(Severity::Critical),
    summary: "A site is cut off",
    state: "CUT OFF",
    over: "CONNECTED again",
};

/// A receiver that cannot be told.
pub(super) const NOTIFY_FAILING: Naming = Naming {
    name: "WardroundNotifyFailing",
    held: FAILING,
    severity: Some(Severity::Warning),
    summary: "A receiver cannot be told",
    state: "CANNOT TELL",
    over: "TOLD again",
};

/// The name of a service's own incident of `kind`.
pub(super) fn own(kind: IncidentKind) -> Naming {
    OWN[kind as usize]
}

/// Every name that is told straight from the agent.
pub fn namings() -> impl Iterator<Item = Naming> {
    OWN.into_iter().chain([AFFECTED, CUT_OFF, NOTIFY_FAILING])
}
