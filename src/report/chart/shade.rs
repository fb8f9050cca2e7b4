//! What does a state look like on a calendar?

use super::colour::{ORANGE, PALE_BLUE, RED, SKY, WHITE, YELLOW};
use crate::model::ServiceState;

/// How it was: the seven parts of a tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shade {
    /// Everything worked.
    Up,
    /// What stands in for a part was gone.
    AtRisk,
    /// It worked, but badly.
    Degraded,
    /// Some function was missing.
    Partial,
    /// Nobody saw.
    Unknown,
    /// Work was planned and announced in time.
    Maintenance,
    /// It did not work.
    Down,
}

impl From<ServiceState> for Shade {
    fn from(state: ServiceState) -> Self {
        match state {
            ServiceState::Up => Self::Up,
            ServiceState::AtRisk => Self::AtRisk,
            ServiceState::Degraded => Self::Degraded,
            ServiceState::Partial => Self::Partial,
            ServiceState::Down => Self::Down,
            ServiceState::Unknown => Self::Unknown,
        }
    }
}

impl Shade {
    /// All of them, in the order in which they are told.
    pub(super) const ALL: [Self; 7] =
        [Self::Up, Self::AtRisk, Self::Degraded, Self::Partial, Self::Down, Self::Maintenance, Self::Unknown];

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::AtRisk => "At risk",
            Self::Degraded => "Degraded",
            Self::Partial => "Partial",
            Self::Down => "Down",
            Self::Maintenance => "Maintenance",
            Self::Unknown => "Unknown",
        }
    }

    /// The worse, the darker, and the more of the row's height it takes: so it can be told without colours.
    pub(super) fn look(self) -> (&'static str, f64) {
        match self {
            Self::Up => (PALE_BLUE, 1.0),
            Self::AtRisk => (SKY, 0.35),
            Self::Degraded => (YELLOW, 0.5),
            Self::Partial => (ORANGE, 0.75),
            Self::Down => (RED, 1.0),
            Self::Maintenance | Self::Unknown => (WHITE, 1.0),
        }
    }
}
