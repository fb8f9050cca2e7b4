//! What is told of a service in one row?

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use askama::Template;

use super::{
    mark::{Mark, badness},
    scene::{Scene, Stamp},
    strip::Strip,
};
use crate::{
    model::{Impact, ServiceState, Slug},
    report::{Availability, Tally, words},
    serve::{board::ServiceStanding, past::Strips},
};

/// A service in a row.
#[derive(Clone, Debug, Template)]
#[template(path = "status/row.html")]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) mark: Mark,
    /// Whether planned work is under way.
    pub(super) work: bool,
    /// Owner and tier.
    pub(super) below: String,
    /// Why it is not up.
    pub(super) why: Option<String>,
    pub(super) since: Option<Stamp>,
    pub(super) lapse: String,
    /// When it was looked at last, in milliseconds and in words.
    pub(super) look: Option<(i64, String)>,
    pub(super) strip: Option<Strip>,
    pub(super) share: Share,
    /// Its place among all: the worst first.
    pub(super) rank: u32,
}

impl Row {
    fn is_well(&self) -> bool {
        self.mark == Mark::of(ServiceState::Up)
    }
}

/// What share of the last days it was available.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) words: String,
    /// How much of it nobody saw.
    pub(super) unseen: Option<String>,
}

/// What all rows are made from.
pub(super) struct Rows<'s> {
    scene: &'s Scene,
    strips: Arc<Strips>,
    /// How often is looked whether a service is down.
    intervals: HashMap<&'s Slug, Duration>,
    works: HashSet<&'s Slug>,
}

impl<'s> Rows<'s> {
    pub(super) fn of(scene: &'s Scene, strips: Arc<Strips>) -> Self {
        let mut intervals = HashMap::new();
        for probe in scene.outline().probes.iter().filter(|probe| probe.impact == Impact::Outage) {
            let longest: &mut Duration = intervals.entry(&probe.id.service).or_default();
            *longest = (*longest).max(probe.cadence.interval());
        }
        let active = scene.standing.maintenance.iter().filter(|one| one.active);
        let works = active.flat_map(|one| &one.maintenance.services).collect();
        Self { scene, strips, intervals, works }
    }

    pub(super) fn row(&self, service: &ServiceStanding) -> Row {
        let (scene, id) = (self.scene, &service.service);
        let tallies = self.strips.services.get(id);
        Row {
            id: id.to_string(),
            title: service.title.clone(),
            mark: Mark::of(service.state),
            work: self.is_worked_on(id),
            below: self.below(service),
            why: service.worst().map(|probe| format!("{}: {}", probe.probe, probe.words)),
            since: service.since.map(|since| scene.stamp(since)),
            lapse: service.since.map_or_else(String::new, |since| scene.lapse(since)),
            look: service.last_look.map(|look| (look.as_ms(), scene.ago(look))),
            strip: tallies.map(|tallies| Strip::of(&self.strips.days, tallies)),
            share: tallies.map_or_else(Share::default, |tallies| self.share(id, tallies)),
            rank: rank(service),
        }
    }

    /// Whether planned work is under way on it.
    pub(super) fn is_worked_on(&self, id: &Slug) -> bool {
        self.works.contains(id)
    }

    /// Owner and tier, for those who may know.
    fn below(&self, service: &ServiceStanding) -> String {
        let plan = self.scene.standing.plan_of(service).filter(|_| self.scene.sees_all());
        let parts = plan.map_or([None, None], |plan| [plan.owner.as_deref(), plan.tier.as_deref()]);
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// The share of the known time that it was not down, as the report tells it.
    pub(super) fn share(&self, id: &Slug, tallies: &[Tally]) -> Share {
        let whole: Tally = tallies.iter().copied().sum();
        let of = Availability::of(whole, &[ServiceState::Down]);
        let interval = self.intervals.get(id).copied().unwrap_or(Duration::from_mins(1));
        let decimals = words::decimals(interval, of.whole());
        let unseen = (!of.unknown.is_zero()).then(|| words::up(of.unknown));
        if of.known().is_zero() {
            return Share { words: "not measured".into(), unseen: None };
        }
        Share { words: words::share(of.good, of.known(), decimals), unseen }
    }
}

/// Its place among all: the worst first, then in the order of the plan.
pub(super) fn rank(service: &ServiceStanding) -> u32 {
    let place = u32::try_from(service.place).unwrap_or(u32::MAX).min(999_999);
    (5 - badness(service.state)) * 1_000_000 + place
}
