//! How is a service? The worst that its probes and groups imply.

use crate::model::{Group, Impact, ServiceState, State};

/// How many probes of a service are in each state, alone by impact and by group: all that its state depends on. Each
/// change costs the same however many probes there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    alone: [Counts; IMPACTS.len()],
    groups: Vec<Grouped>,
}

/// What a probe is to its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It stands for itself.
    Alone(Impact),
    /// It is one of a group: of the one at this place among the service's groups.
    OneOf(u16),
}

/// How many are in each state.
type Counts = [u32; State::ALL.len()];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Grouped {
    need: u32,
    impact: Impact,
    states: Counts,
}

const IMPACTS: [Impact; 5] =
    [Impact::None, Impact::Redundancy, Impact::Degraded, Impact::Partial, Impact::Outage];

impl Census {
    /// A service that has `groups`, and no probe yet.
    pub fn new(groups: &[Group]) -> Self {
        let grouped =
            |group: &Group| Grouped { need: group.need, impact: group.impact, states: Counts::default() };
        Self { groups: groups.iter().map(grouped).collect(), ..Self::default() }
    }

    /// Counts one more probe.
    pub fn enter(&mut self, part: Part, state: State) {
        if let Some(counts) = self.counts(part) {
            counts[state as usize] += 1;
        }
    }

    /// Counts a probe whose state changed anew.
    pub fn turn(&mut self, part: Part, from: State, to: State) {
        if let Some(counts) = self.counts(part) {
            counts[from as usize] = counts[from as usize].saturating_sub(1);
            counts[to as usize] += 1;
        }
    }

    fn counts(&mut self, part: Part) -> Option<&mut Counts> {
        match part {
            Part::Alone(impact) => Some(&mut self.alone[impact as usize]),
            Part::OneOf(group) => self.groups.get_mut(usize::from(group)).map(|group| &mut group.states),
        }
    }

    /// The worst that the probes imply. Unknown if none was seen, or if those that were not seen could make it worse
    /// than that; but what is down is down.
    pub fn state(&self) -> ServiceState {
        let (best, worst) = (self.implied(State::Up), self.implied(State::Down));
        let seen = self.is_seen() && (best == ServiceState::Down || best == worst);
        if seen { best } else { ServiceState::Unknown }
    }

    /// Whether any probe was seen.
    fn is_seen(&self) -> bool {
        let groups = self.groups.iter().map(|group| &group.states);
        self.alone.iter().chain(groups).any(|counts| seen(counts) > 0)
    }

    /// What is implied if every probe that was not seen is `unseen`.
    fn implied(&self, unseen: State) -> ServiceState {
        let counted = |counts: &Counts| {
            let mut counts = *counts;
            counts[unseen as usize] += std::mem::take(&mut counts[State::Unknown as usize]);
            counts
        };
        let alone = self.alone.iter().zip(IMPACTS).map(|(counts, impact)| alone(&counted(counts), impact));
        let groups = self.groups.iter().map(|group| group.implied(&counted(&group.states)));
        alone.chain(groups).max().unwrap_or(ServiceState::Up)
    }
}

impl Grouped {
    /// Fewer than needed answer: down; fewer than needed are up: degraded; any is not up: at risk.
    fn implied(&self, counts: &Counts) -> ServiceState {
        let [_, up, degraded, down] = *counts;
        let state = match () {
            () if up + degraded < self.need => ServiceState::Down,
            () if up < self.need => ServiceState::Degraded,
            () if degraded + down > 0 => ServiceState::AtRisk,
            () => ServiceState::Up,
        };
        state.min(at_worst(self.impact))
    }
}

fn seen(counts: &Counts) -> u32 {
    counts.iter().sum::<u32>() - counts[State::Unknown as usize]
}

/// The lesser evil of what the worst state says and what the impact allows.
fn alone(counts: &Counts, impact: Impact) -> ServiceState {
    let [_, _, degraded, down] = *counts;
    let state = match () {
        () if down > 0 => ServiceState::Down,
        () if degraded > 0 => ServiceState::Degraded,
        () => ServiceState::Up,
    };
    state.min(at_worst(impact))
}

/// The worst that an impact allows.
fn at_worst(impact: Impact) -> ServiceState {
    match impact {
        Impact::None => ServiceState::Up,
        Impact::Redundancy => ServiceState::AtRisk,
        Impact::Degraded => ServiceState::Degraded,
        Impact::Partial => ServiceState::Partial,
        Impact::Outage => ServiceState::Down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(probes: &[(Impact, State)]) -> ServiceState {
        let mut census = Census::default();
        for (impact, state) in probes {
            census.enter(Part::Alone(*impact), *state);
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
    fn a_group_is_down_only_when_too_few_answer() {
        use State::{Degraded, Down, Unknown, Up};
        let of = |impact, states: [State; 3]| {
            let mut census = Census::new(&[Group { id: "web".parse().unwrap(), need: 2, impact }]);
            for state in states {
                census.enter(Part::OneOf(0), state);
            }
            census.state().label()
        };
        assert_eq!(of(Impact::Outage, [Up, Up, Up]), "up");
        assert_eq!(of(Impact::Outage, [Up, Up, Degraded]), "at_risk");
        assert_eq!(of(Impact::Outage, [Up, Up, Down]), "at_risk");
        assert_eq!(of(Impact::Outage, [Up, Degraded, Down]), "degraded");
        assert_eq!(of(Impact::Outage, [Up, Down, Down]), "down");
        assert_eq!(of(Impact::Partial, [Down, Down, Down]), "partial");
        assert_eq!(of(Impact::Outage, [Up, Up, Unknown]), "unknown");
        assert_eq!(of(Impact::Redundancy, [Up, Down, Unknown]), "at_risk");
        assert_eq!(of(Impact::Outage, [Down, Down, Unknown]), "down");
        assert_eq!(of(Impact::None, [Down, Down, Unknown]), "up");
        assert_eq!(of(Impact::Outage, [Unknown, Unknown, Unknown]), "unknown");
    }

    #[test]
    fn follows_a_probe_that_turns() {
        let (mut census, part) = (Census::default(), Part::Alone(Impact::Outage));
        census.enter(part, State::Unknown);
        census.turn(part, State::Unknown, State::Down);
        assert_eq!(census.state(), ServiceState::Down);
        census.turn(part, State::Down, State::Up);
        assert_eq!(census.state(), ServiceState::Up);
    }
}
