//! How is a service? The worst that its probes imply.

use crate::model::{Impact, ServiceState, State};

/// How many probes of a service are in each state, by impact: all that its state depends on. Each change costs the
/// same however many probes there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    probes: [[u32; State::ALL.len()]; IMPACTS.len()],
}

const IMPACTS: [Impact; 5] =
    [Impact::None, Impact::Redundancy, Impact::Degraded, Impact::Partial, Impact::Outage];

impl Census {
    /// Counts one more probe.
    pub fn enter(&mut self, impact: Impact, state: State) {
        self.probes[impact as usize][state as usize] += 1;
    }

    /// Counts a probe whose state changed anew.
    pub fn turn(&mut self, impact: Impact, from: State, to: State) {
        let count = &mut self.probes[impact as usize][from as usize];
        *count = count.saturating_sub(1);
        self.enter(impact, to);
    }

    /// The worst that the probes imply. Unknown if none was seen, or if one that was not seen could make it worse
    /// than that; but what is down is down.
    pub fn state(&self) -> ServiceState {
        let Some(seen) = self.worst(|state| state != State::Unknown) else { return ServiceState::Unknown };
        let unseen = self.worst(|state| state == State::Unknown);
        let could_be_worse = unseen.is_some_and(|unseen| unseen > seen);
        if could_be_worse { ServiceState::Unknown } else { seen }
    }

    fn worst(&self, which: impl Fn(State) -> bool) -> Option<ServiceState> {
        let present = |&(impact, state): &(Impact, State)| self.probes[impact as usize][state as usize] > 0;
        let states = State::ALL.into_iter().filter(|state| which(*state));
        let pairs = states.flat_map(|state| IMPACTS.map(|impact| (impact, state)));
        pairs.filter(present).map(|(impact, state)| implied(impact, state)).max()
    }
}

/// The lesser evil of what the state says and what the impact allows. What was not seen may be the worst it can.
fn implied(impact: Impact, state: State) -> ServiceState {
    let at_worst = match impact {
        Impact::None => ServiceState::Up,
        Impact::Redundancy => ServiceState::AtRisk,
        Impact::Degraded => ServiceState::Degraded,
        Impact::Partial => ServiceState::Partial,
        Impact::Outage => ServiceState::Down,
    };
    let itself = match state {
        State::Up => ServiceState::Up,
        State::Degraded => ServiceState::Degraded,
        State::Down | State::Unknown => ServiceState::Down,
    };
    itself.min(at_worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(probes: &[(Impact, State)]) -> ServiceState {
        let mut census = Census::default();
        for (impact, state) in probes {
            census.enter(*impact, *state);
        }
        census.state()
    }

    #[test]
    fn is_the_worst_that_its_probes_imply() {
        use {Impact as I, ServiceState as S, State as P};
        assert_eq!(of(&[]), S::Unknown);
        assert_eq!(of(&[(I::Outage, P::Up), (I::Outage, P::Up)]), S::Up);
        assert_eq!(of(&[(I::Outage, P::Up), (I::Redundancy, P::Down)]), S::AtRisk);
        assert_eq!(of(&[(I::Redundancy, P::Down), (I::Outage, P::Degraded)]), S::Degraded);
        assert_eq!(of(&[(I::Redundancy, P::Degraded)]), S::AtRisk);
        assert_eq!(of(&[(I::Partial, P::Degraded)]), S::Degraded);
        assert_eq!(of(&[(I::Partial, P::Down), (I::Degraded, P::Down)]), S::Partial);
        assert_eq!(of(&[(I::Outage, P::Down), (I::Outage, P::Up)]), S::Down);
        assert_eq!(of(&[(I::Outage, P::Up), (I::None, P::Down)]), S::Up);
    }

    #[test]
    fn is_unknown_where_the_unseen_could_be_worse() {
        use {Impact as I, ServiceState as S, State as P};
        assert_eq!(of(&[(I::None, P::Unknown)]), S::Unknown);
        assert_eq!(of(&[(I::Outage, P::Up), (I::None, P::Unknown)]), S::Up);
        assert_eq!(of(&[(I::Outage, P::Up), (I::Redundancy, P::Unknown)]), S::Unknown);
        assert_eq!(of(&[(I::Partial, P::Down), (I::Partial, P::Unknown)]), S::Partial);
        assert_eq!(of(&[(I::Partial, P::Down), (I::Outage, P::Unknown)]), S::Unknown);
        assert_eq!(of(&[(I::Outage, P::Down), (I::Outage, P::Unknown)]), S::Down);
    }

    #[test]
    fn follows_a_probe_that_turns() {
        let mut census = Census::default();
        census.enter(Impact::Outage, State::Unknown);
        census.turn(Impact::Outage, State::Unknown, State::Down);
        assert_eq!(census.state(), ServiceState::Down);
        census.turn(Impact::Outage, State::Down, State::Up);
        assert_eq!(census.state(), ServiceState::Up);
    }
}
