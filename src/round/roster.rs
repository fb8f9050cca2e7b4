//! How is each service, and since when?

use std::collections::BTreeMap;

use super::watched::Watched;
use crate::{
    entry::Entry,
    judge::{Census, Turn},
    model::{Impact, Moment, ServiceState, Slug},
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
            service.recount(|_, _, _| now)
        };
        self.services.iter_mut().filter_map(follow).collect()
    }

    /// Takes in that a probe of `service` turned; gives what that makes of the service, if anything else.
    pub(super) fn turn(&mut self, service: u32, impact: Impact, turn: &Turn) -> Option<Entry> {
        let service = &mut self.services[service as usize];
        service.census.turn(impact, turn.from, turn.to);
        service.latest = service.latest.max(turn.since);
        service.recount(|from, to, latest| if is_by_one(from, to) { turn.since } else { latest })
    }
}

/// Whether one probe alone made the service so. To be better takes all of them, and so the last of them dates it.
fn is_by_one(from: ServiceState, to: ServiceState) -> bool {
    to == ServiceState::Down || to > from
}

impl Served {
    fn recount(&mut self, since: impl FnOnce(ServiceState, ServiceState, Moment) -> Moment) -> Option<Entry> {
        let (from, to) = (self.state, self.census.state());
        self.state = to;
        let changed = |()| Entry::ServiceChanged {
            service: self.name.clone(),
            from,
            to,
            since: since(from, to, self.latest),
        };
        (from != to).then_some(()).map(changed)
    }
}
