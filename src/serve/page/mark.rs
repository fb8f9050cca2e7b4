//! Which sign and which word has a state? Never a colour alone.

use crate::model::{IncidentKind, ServiceState, State};

/// A state as it is shown: a class for its colour, a sign, a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The class, and the name of the sign: `down`.
    pub(super) class: &'static str,
    /// The word: `Down`.
    pub(super) word: &'static str,
}

impl Mark {
    /// Planned work, which lies over a state.
    pub(super) const WORK: Self = Self { class: "work", word: "Planned work" };

    /// The state as a filter names it, and as pages write it.
    pub(super) fn of(state: ServiceState) -> Self {
        let word = ["Up", "At risk", "Degraded", "Partial", "Down", "Unknown"][state as usize];
        Self { class: state.label(), word }
    }

    pub(super) fn of_probe(state: State) -> Self {
        let word = ["Unknown", "Up", "Degraded", "Down"][state as usize];
        Self { class: state.label(), word }
    }

    /// Of one look, by the label of its outcome.
    pub(super) fn of_look(outcome: &str) -> Self {
        let state = State::ALL.into_iter().find(|state| state.label() == outcome);
        Self::of_probe(state.unwrap_or_default())
    }

    pub(super) fn of_kind(kind: IncidentKind) -> Self {
        match kind {
            IncidentKind::Outage => Self { class: "down", word: "Outage" },
            IncidentKind::Partial => Self { class: "partial", word: "Some functions missing" },
            IncidentKind::Degradation => Self { class: "degraded", word: "Degradation" },
            IncidentKind::LossOfRedundancy => Self { class: "at_risk", word: "Loss of redundancy" },
        }
    }
}

/// The higher, the sooner somebody should know.
pub(super) fn badness(state: ServiceState) -> u32 {
    [0, 1, 3, 4, 5, 2][state as usize]
}

/// The states in the order in which they are told, the worst first.
pub(super) const WORST_FIRST: [ServiceState; 6] = [
    ServiceState::Down,
    ServiceState::Partial,
    ServiceState::Degraded,
    ServiceState::Unknown,
    ServiceState::AtRisk,
    ServiceState::Up,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_word() {
        let words = ServiceState::ALL.map(|state| Mark::of(state).word.to_lowercase().replace(' ', "_"));
        assert_eq!(words.to_vec(), ServiceState::ALL.map(ServiceState::label).to_vec());
        let words = State::ALL.map(|state| Mark::of_probe(state).word.to_lowercase());
        assert_eq!(words.to_vec(), State::ALL.map(State::label).to_vec());
    }

    #[test]
    fn the_worst_is_told_first() {
        assert!(WORST_FIRST.windows(2).all(|pair| badness(pair[0]) > badness(pair[1])));
        assert_eq!(Mark::of_look("down").word, "Down");
    }
}
