//! How is each service, and since when?

use std::collections::BTreeMap;

use super::watched::Watched;
use crate::{
    entry::Entry,
    judge::{Census, Turn},
    model::{Impact, Moment, ServiceState, ServiceTransition, Slug},
};

/// The services of the plan in force, each with what is believed of it.
#[derive(Debug, Default)]
pub(super) struct Roster {
    services: Vec<Served>,
}

#[derive(Debug)]
struct Served {
    name: Slug,
    census: Census,
    state: ServiceState,
    /// The latest date of a change to any of its probes.
    latest: Moment,
}

impl Roster {
    /// The services of `watched`, which learn their places here.
    pub(super) fn new(watched: &mut [Watched]) -> Self {
        let mut roster = Self::default();
        let mut places = BTreeMap::new();
        for probe in watched {
            let name = &probe.id.service;
            let place = *places.entry(name.clone()).or_insert_with(|| roster.add(name.clone()));
            probe.service = place;
            roster.services[place as usize].census.enter(probe.impact, probe.state());
        }
        roster
    }

    fn add(&mut self, name: Slug) -> u32 {
        let place = u32::try_from(self.services.len()).unwrap_or(u32::MAX);
        let (census, state, latest) = (Census::default(), ServiceState::Unknown, Moment::default());
        self.services.push(Served { name, census, state, latest });
        place
    }

    /// Goes on from what `before` believed; gives what the change of plan alone changes.
    pub(super) fn follow(&mut self, before: &Self, now: Moment) -> Vec<Entry> {
        let known: BTreeMap<&Slug, &Served> =
            before.services.iter().map(|service| (&service.name, service)).collect();
        let follow = |service: &mut Served| {
            if let Some(before) = known.get(&service.name) {
                (service.state, service.latest) = (before.state, before.latest);
            }
            service.recount(now)
        };
        self.services.iter_mut().filter_map(follow).collect()
    }

    /// Takes in that a probe of `service` turned; gives what that makes of the service, if anything else.
    pub(super) fn turn(&mut self, service: u32, impact: Impact, turn: &Turn) -> Option<Entry> {
        let service = &mut self.services[service as usize];
        service.census.turn(impact, turn.from, turn.to);
        service.latest = service.latest.max(turn.since);
        service.recount(turn.since)
    }
}

impl Served {
    /// What changed, if anything: `since` then where it took one probe alone. To be better takes all of them, so that
    /// the last of them dates it.
    fn recount(&mut self, since: Moment) -> Option<Entry> {
        let (from, to) = (self.state, self.census.state());
        let by_one = to == ServiceState::Down || to > from;
        let since = if by_one { since } else { since.max(self.latest) };
        self.state = to;
        let turn = || ServiceTransition {
            service: self.name.clone(),
            from,
            to,
            since,
            after: None,
            confirmed: since,
            by: None,
        };
        (from != to).then(|| Entry::ServiceChanged(turn()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;

    #[test]
    fn the_first_to_fall_and_the_last_to_rise_date_it() {
        use {Impact as I, State as S};
        let mut roster = Roster::default();
        let epr = roster.add("epr".parse().unwrap());
        let mut turn = |impact, from, to, second: i64| {
            let since = Moment::from_ms(second * 1000);
            let turn = Turn { from, to, since, after: None, confirmed: since };
            match roster.turn(epr, impact, &turn) {
                Some(Entry::ServiceChanged(turn)) => Some((turn.to.label(), turn.since.as_ms() / 1000)),
                _ => None,
            }
        };
        assert_eq!(turn(I::Outage, S::Unknown, S::Up, 1), Some(("up", 1)));
        assert_eq!(turn(I::Outage, S::Unknown, S::Up, 2), None);
        assert_eq!(turn(I::Outage, S::Up, S::Down, 5), Some(("down", 5)));
        assert_eq!(turn(I::Outage, S::Up, S::Down, 4), None);
        assert_eq!(turn(I::Outage, S::Down, S::Up, 9), None);
        assert_eq!(turn(I::Outage, S::Down, S::Up, 8), Some(("up", 9)));
    }
}
