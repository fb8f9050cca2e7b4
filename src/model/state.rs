//! What do we believe?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, ProbeId, Slug};

/// What is believed of a probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not looked at yet, or not seen.
    #[default]
    Unknown,
    /// It works.
    Up,
    /// It works, but badly.
    Degraded,
    /// It does not work.
    Down,
}

impl State {
    /// Every state, in the order of its metric values 0, 1, 2, 3.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Up, Self::Degraded, Self::Down];

    /// The word on pages and in JSON.
    pub fn label(self) -> &'static str {
        ["unknown", "up", "degraded", "down"][self as usize]
    }
}

/// What is believed of a service: the worst that its probes imply.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Everything works.
    Up,
    /// Everything works, and what stands in for a part is gone.
    AtRisk,
    /// It works, but badly.
    Degraded,
    /// Some function is missing.
    Partial,
    /// It does not work.
    Down,
    /// Not seen.
    #[default]
    Unknown,
}

impl ServiceState {
    /// Every state, in the order of the metric's series.
    pub const ALL: [Self; 6] =
        [Self::Up, Self::AtRisk, Self::Degraded, Self::Partial, Self::Down, Self::Unknown];

    /// The word on metrics, pages and in JSON.
    pub fn label(self) -> &'static str {
        ["up", "at_risk", "degraded", "partial", "down", "unknown"][self as usize]
    }
}

/// The moment when belief about a probe changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Of which probe.
    pub probe: ProbeId,
    /// What was believed.
    pub from: State,
    /// What is believed.
    pub to: State,
    /// Since when: the beginning of the first look that showed it.
    pub since: Moment,
    /// The beginning of the last look that showed otherwise; the change lies between it and `since`.
    pub after: Option<Moment>,
    /// When it was confirmed.
    pub confirmed: Moment,
}

/// Bad looks in a row, too few to be believed, and a good one after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blip {
    /// Of which probe.
    pub probe: ProbeId,
    /// The beginning of the first bad look.
    pub since: Moment,
    /// The beginning of the good look.
    pub until: Moment,
    /// How many bad looks there were.
    pub looks: u32,
    /// The worst that would have been believed.
    pub state: State,
}

/// The moment when the state of a service changed, or was found to have changed earlier than told (`from` is then `to`).
/// What was told of the time after `since` no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTransition {
    /// Which service.
    pub service: Slug,
    /// What it was.
    pub from: ServiceState,
    /// What it is.
    pub to: ServiceState,
    /// Since when: the beginning of the first look that showed it.
    pub since: Moment,
    /// The beginning of the last look that showed otherwise; the change lies between it and `since`.
    pub after: Option<Moment>,
    /// When it was confirmed.
    pub confirmed: Moment,
    /// The probe that made the difference; `None` where a change of plan did.
    pub by: Option<ProbeId>,
}
