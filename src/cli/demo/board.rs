//! How does each service stand now, and what did all the looks come to?

use crate::{
    config::Plan,
    engine,
    entry::{Entry, Tail},
    model::{Moment, Outcome},
    serve::board::{self, ProbeStanding, ServiceStanding, Standing},
};

/// The board that the pages show too, and a count of the looks.
pub(super) struct Board {
    shown: board::Board,
    looks: u64,
    not_up: u64,
}

impl Board {
    /// Nothing has been seen yet.
    pub(super) fn new(plan: &Plan) -> Self {
        let outline = engine::schedule(plan, None).outline;
        let shown = board::Board::recover(&Tail { outline, ..Tail::default() }, Vec::new());
        Self { shown, looks: 0, not_up: 0 }
    }

    pub(super) fn absorb(&mut self, entry: &Entry) {
        self.shown.absorb(entry);
        if let Entry::Observed(look) = entry {
            self.looks += 1;
            self.not_up += u64::from(look.seen.outcome != Outcome::Up);
        }
    }

    /// How everything stands, the services in the order of the plan: each keeps its line.
    pub(super) fn standing(&self, now: Moment) -> Standing {
        let mut standing = self.shown.standing(true, now);
        standing.services.sort_by_key(|service| service.place);
        standing
    }

    /// What it came to.
    pub(super) fn sum(&self, now: Moment) -> String {
        let services = self.standing(now).services;
        let probes: usize = services.iter().map(|service| service.probes.len()).sum();
        let Self { looks, not_up, .. } = self;
        format!("{} services, {probes} probes: {looks} looks, {not_up} of them not up.", services.len())
    }
}

/// The probe that says most of its service: the worst one; of good ones that whose last look was not, or else the first.
pub(super) fn telling(service: &ServiceStanding) -> Option<&ProbeStanding> {
    let suspect = || service.probes.iter().find(|probe| !seen(probe).is_empty());
    service.worst().or_else(suspect).or_else(|| service.probes.first())
}

/// What a probe says that makes the service what it is; empty where all is well.
pub(super) fn why(service: &ServiceStanding) -> String {
    let telling = telling(service).map(|probe| (&probe.probe, seen(probe)));
    let telling = telling.filter(|(_, words)| !words.is_empty());
    telling.map_or_else(String::new, |(probe, words)| format!("{probe}: {words}"))
}

/// What its last look saw that is not as it should be.
fn seen(probe: &ProbeStanding) -> String {
    probe.look.as_ref().map_or_else(String::new, |look| look.seen.words())
}
