//! A ward to look at: what is ill, and everything that was remembered of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use wardround::{
    entry::{Entry, Tail},
    model::{
        Cadence, Confirm, Impact, Incident, Moment, Outcome, Outline, ProbeId, ProbeOutline, ServiceOutline,
        Severities, Slug,
    },
    round::{Event, Job, Limits, Schedule, Scheduled},
};

use super::{
    chance::Chance,
    world::{Witness, World, down, unknown},
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const START: Moment = Moment::from_ms(1_790_000_000_000);

/// What is ill, and everything that was remembered.
pub(crate) struct Ward {
    pub(crate) ill: BTreeSet<&'static str>,
    pub(crate) chance: Option<Chance>,
    pub(crate) entries: Vec<Entry>,
}

impl Witness for Ward {
    fn look(&mut self, job: &Job, _now: Moment) -> (Duration, Outcome) {
        let soon = Duration::from_millis(20);
        if let Some(chance) = &mut self.chance {
            return match chance.below(10) {
                0..=5 => (soon, Outcome::Up),
                6 => (soon, Outcome::Degraded(Vec::new())),
                7 => (soon, unknown()),
                _ => (job.cadence.timeout(), down()),
            };
        }
        let is_ill = self.ill.contains(job.probe.to_string().as_str());
        if is_ill { (job.cadence.timeout(), down()) } else { (soon, Outcome::Up) }
    }

    fn entry(&mut self, entry: Entry, _now: Moment) {
        self.entries.push(entry);
    }
}

impl Ward {
    pub(crate) fn well() -> Self {
        Self { ill: BTreeSet::new(), chance: None, entries: Vec::new() }
    }

    pub(crate) fn news(&self) -> Vec<String> {
        let line = |entry: &Entry| match entry {
            Entry::Incident(news) => {
                let suspects: Vec<_> =
                    news.incident.suspects.iter().map(|one| one.service.as_str()).collect();
                let (service, kind) = (&news.incident.service, news.incident.kind.label());
                Some(format!("{:?} {service} {kind} {}", news.what, suspects.join(" ")).trim_end().to_owned())
            }
            _ => None,
        };
        self.entries.iter().filter_map(line).collect()
    }

    pub(crate) fn tail(&self) -> Tail {
        let mut tail = Tail::default();
        self.entries.iter().for_each(|entry| tail.absorb(entry));
        tail
    }
}

/// A plan of probes, each `service/probe`, its impact, and whether it is a reference.
pub(crate) fn plan(probes: &[(&str, Impact, bool)], depends_on: &[(&str, &str)]) -> Schedule {
    let scheduled: Vec<Scheduled> = probes.iter().map(|probe| scheduled(probe.0, probe.1, probe.2)).collect();
    let names: BTreeSet<Slug> = scheduled.iter().map(|probe| probe.id.service.clone()).collect();
    let on = |name: &Slug| {
        let mine = depends_on.iter().filter(|(who, _)| *who == name.as_str());
        mine.map(|(_, on)| on.parse().unwrap()).collect()
    };
    let services = names.iter().map(|name| service(name, on(name))).collect();
    schedule(scheduled, services)
}

pub(crate) fn schedule(probes: Vec<Scheduled>, services: Vec<ServiceOutline>) -> Schedule {
    let outlines = probes.iter().map(outline).collect();
    let outline =
        Outline { site: "ward".into(), zone: "UTC".into(), services, probes: outlines, ..Outline::default() };
    Schedule {
        site: "ward".parse().unwrap(),
        digest: String::new(),
        limits: Limits { in_flight: 100, per_host: 100, clinical_per_host: 1 },
        outline: Arc::new(outline),
        maintenance: Vec::new(),
        probes,
    }
}

pub(crate) fn scheduled(id: &str, impact: Impact, reference: bool) -> Scheduled {
    let (service, probe) = id.split_once('/').unwrap();
    Scheduled {
        id: ProbeId::new(service.parse().unwrap(), probe.parse().unwrap()),
        cadence: Cadence::new(30 * SECOND, 2 * SECOND).unwrap(),
        confirm: Confirm::default(),
        impact,
        host: Arc::from(id),
        clinical: false,
        group: None,
        reference,
    }
}

pub(crate) fn outline(probe: &Scheduled) -> ProbeOutline {
    ProbeOutline {
        id: probe.id.clone(),
        kind: "tcp".into(),
        target: String::new(),
        cadence: probe.cadence,
        confirm: probe.confirm,
        slow_ms: None,
        impact: probe.impact,
        group: probe.group.clone(),
        reference: probe.reference,
        steps: Vec::new(),
    }
}

pub(crate) fn service(name: &Slug, depends_on: Vec<Slug>) -> ServiceOutline {
    ServiceOutline {
        id: name.clone(),
        title: name.to_string(),
        owner: None,
        tier: None,
        users: None,
        runbook: None,
        severities: Severities::default(),
        depends_on,
        public: false,
        groups: Vec::new(),
        objectives: Vec::new(),
        rebase: Vec::new(),
    }
}

pub(crate) fn begun(schedule: Schedule) -> World<Ward> {
    let mut world = World::new(START, Ward::well());
    world.tell(Event::Replan(schedule));
    world
}

pub(crate) fn incidents(entries: &[Entry]) -> BTreeMap<Slug, Incident> {
    let mut all = BTreeMap::new();
    for entry in entries {
        if let Entry::Incident(news) = entry {
            all.insert(news.incident.id.clone(), news.incident.clone());
        }
    }
    all.retain(|_, incident| !incident.runs.is_empty());
    all
}
