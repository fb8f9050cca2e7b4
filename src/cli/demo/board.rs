//! How is each service now, as far as the entries say?

use std::time::Duration;

use crate::{
    config::{Plan, Probe, Service},
    entry::Entry,
    model::{Moment, Outcome, ProbeId, ServiceState, Slug, State},
};

/// Every service, in the order of the plan.
pub(super) struct Board {
    services: Vec<Standing>,
    looks: u64,
    not_up: u64,
}

/// How one service stands.
pub(super) struct Standing {
    id: Slug,
    pub(super) title: String,
    pub(super) state: ServiceState,
    pub(super) since: Option<Moment>,
    probes: Vec<Seen>,
}

/// How one probe stands, and what its last look saw.
pub(super) struct Seen {
    pub(super) name: Slug,
    state: State,
    pub(super) took: Option<Duration>,
    pub(super) words: String,
}

impl Board {
    /// Nothing has been seen yet.
    pub(super) fn new(plan: &Plan) -> Self {
        let standing = |service: &Service| Standing {
            id: service.id().clone(),
            title: service.title().to_owned(),
            state: ServiceState::Unknown,
            since: None,
            probes: plan
                .probes()
                .iter()
                .map(Probe::id)
                .filter(|id| id.service == *service.id())
                .map(Seen::not_yet)
                .collect(),
        };
        Self { services: plan.services().iter().map(standing).collect(), looks: 0, not_up: 0 }
    }

    pub(super) fn services(&self) -> &[Standing] {
        &self.services
    }

    /// What a service is called.
    pub(super) fn title<'b>(&'b self, service: &'b Slug) -> &'b str {
        let standing = self.services.iter().find(|standing| standing.id == *service);
        standing.map_or(service.as_str(), |standing| &standing.title)
    }

    /// What it came to.
    pub(super) fn sum(&self) -> String {
        let probes: usize = self.services.iter().map(|standing| standing.probes.len()).sum();
        let Self { services, looks, not_up } = self;
        format!("{} services, {probes} probes: {looks} looks, {not_up} of them not up.", services.len())
    }

    /// Takes in one entry; the service whose state changed by it.
    pub(super) fn absorb(&mut self, entry: &Entry) -> Option<&Standing> {
        match entry {
            Entry::Observed(look) => {
                self.looks += 1;
                self.not_up += u64::from(look.seen.outcome != Outcome::Up);
                let words = look.seen.words();
                let took = look.seen.timeline.total();
                self.probe(&look.probe, |probe| (probe.took, probe.words) = (Some(took), words));
                None
            }
            Entry::Changed(change) => {
                self.probe(&change.probe, |probe| probe.state = change.to);
                None
            }
            Entry::ServiceChanged(turn) => {
                let standing = self.services.iter_mut().find(|standing| standing.id == turn.service)?;
                (standing.state, standing.since) = (turn.to, Some(turn.since));
                Some(standing)
            }
            _ => None,
        }
    }

    fn probe(&mut self, id: &ProbeId, tell: impl FnOnce(&mut Seen)) {
        let standing = self.services.iter_mut().find(|standing| standing.id == id.service);
        let probe =
            standing.and_then(|standing| standing.probes.iter_mut().find(|probe| probe.name == id.probe));
        if let Some(probe) = probe {
            tell(probe);
        }
    }
}

impl Standing {
    /// The probe that says most about the state: the worst one, or else the first.
    pub(super) fn telling(&self) -> Option<&Seen> {
        let badness = |probe: &&Seen| match (probe.state, probe.words.is_empty()) {
            (State::Down, _) => 4,
            (State::Degraded, _) => 3,
            (State::Unknown, _) => 2,
            (State::Up, false) => 1,
            (State::Up, true) => 0,
        };
        self.probes.iter().rev().max_by_key(badness)
    }

    /// What a probe says that makes the service what it is; empty where all is well.
    pub(super) fn why(&self) -> String {
        let telling = self.telling().filter(|probe| !probe.words.is_empty());
        telling.map_or_else(String::new, |probe| format!("{}: {}", probe.name, probe.words))
    }
}

impl Seen {
    fn not_yet(id: &ProbeId) -> Self {
        Self { name: id.probe.clone(), state: State::Unknown, took: None, words: String::new() }
    }
}
