//! Which services are there, and what is said of each?

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use serde::de::IgnoredAny;

use super::{
    calendars::Calendars,
    desk::Desk,
    groups::Groups,
    pace::Pace,
    plan::{Probe, Service},
    probes,
    shapes::{RawRebase, RawService},
    texts::Line,
};
use crate::{
    model::{Rebase, Severities, Slug},
    raw::{Door, Entries, Field, Key, Node, OneOrMany, Problem, Span},
};

/// What was found so far in all files.
#[derive(Default)]
pub(super) struct Found {
    pub(super) services: Vec<Service>,
    pub(super) probes: Vec<Probe>,
    /// Where each service's dependencies are written, in the order of `services`.
    pub(super) depends_on: Vec<Vec<(Slug, Span)>>,
    /// Whether services were written, good or bad.
    pub(super) any: bool,
    ids: HashMap<Slug, Span>,
}

/// What holds for the services of one file.
pub(super) struct Rules<'r> {
    pub(super) base: &'r Path,
    pub(super) pace: &'r Pace,
    pub(super) calendars: &'r mut Calendars,
}

impl Found {
    /// Takes in the services of one file.
    pub(super) fn take_in(&mut self, file: &Node, rules: &mut Rules<'_>, desk: &mut Desk<'_>) {
        let Some(node) = file.member("services") else { return };
        self.any |= node.entries().is_none_or(|entries| !entries.is_empty());
        let Some(entries) = node.entries() else {
            desk.door(rules.base).read::<Entries<IgnoredAny>>(node); // tells that this is no map
            return;
        };
        for (key, node) in entries {
            if let Some(id) = self.identify(key, &mut desk.door(rules.base)) {
                self.service(id, (key, node), rules, desk);
            }
        }
    }

    /// The id of a service; one that is bad or taken is told.
    fn identify(&mut self, key: &Key, door: &mut Door<'_>) -> Option<Slug> {
        let Some(id) = slug(key, door) else { return stand_in(key) };
        if let Some(first) = self.ids.insert(id.clone(), key.span) {
            let problem = Problem::new(key.span, format!("there are two services `{id}`"));
            let problem = problem.cure("rename one of them, or make one service of both");
            door.tell(problem.beside(first, "the other one"));
        }
        Some(id)
    }

    fn service(&mut self, id: Slug, entry: (&Key, &Node), rules: &mut Rules<'_>, desk: &mut Desk<'_>) {
        let (key, node) = entry;
        let mut door = desk.door(rules.base);
        let told = door.told();
        let mut raw = door.read_beside::<RawService>(node, &["probes"]);
        let promised =
            raw.as_mut().and_then(|raw| raw.objectives.take()?.good()).map_or(Vec::new(), OneOrMany::good);
        let objectives =
            promised.into_iter().filter_map(|one| one.checked(rules.calendars, &mut door)).collect();
        let groups = Groups::read(raw.as_mut().and_then(|raw| raw.groups.take()), &mut door);
        let (service, depends_on) = checked(id, raw);
        let frame = probes::Frame { service: &service, pace: rules.pace, base: rules.base, groups: &groups };
        let probes = probes::read(&frame, key, node, desk);
        let mut door = desk.door(rules.base);
        if door.told() == told {
            groups.check(&probes, &mut door); // where a probe is missing because it is bad, the count would mislead
        }
        self.probes.extend(probes);
        self.services.push(Service { objectives, groups: groups.checked(), ..service });
        self.depends_on.push(depends_on);
    }
}

fn checked(id: Slug, raw: Option<RawService>) -> (Service, Vec<(Slug, Span)>) {
    let mut service = Service {
        title: id.to_string(),
        id,
        owner: None,
        tier: None,
        severities: Severities::default(),
        users: None,
        runbook: None,
        depends_on: Vec::new(),
        public: false,
        labels: BTreeMap::new(),
        groups: Vec::new(),
        objectives: Vec::new(),
        rebase: Vec::new(),
    };
    let Some(raw) = raw else { return (service, Vec::new()) };
    let line = |field: Option<Field<Line>>| field.and_then(Field::good).map(|line| line.0);
    service.title = line(raw.title).unwrap_or(service.title);
    service.owner = line(raw.owner);
    service.tier = line(raw.tier);
    service.users = raw.users.and_then(Field::good);
    service.runbook = raw.runbook.and_then(Field::good).map(|link| link.0);
    service.public = raw.public.and_then(Field::good).unwrap_or_default();
    service.labels = labels(raw.labels);
    service.rebase = rebase(raw.rebase);
    let written = raw.depends_on.and_then(Field::good).map_or(Vec::new(), |list| list.0);
    let depends_on: Vec<_> =
        written.into_iter().filter_map(|field| Some((field.get()?.clone(), field.span()))).collect();
    let mut seen = BTreeSet::new();
    service.depends_on =
        depends_on.iter().map(|(id, _)| id.clone()).filter(|id| seen.insert(id.clone())).collect();
    (service, depends_on)
}

/// The declared changes, as they are written.
fn rebase(raw: Option<Field<OneOrMany<RawRebase>>>) -> Vec<Rebase> {
    let all = raw.and_then(Field::good).map_or(Vec::new(), OneOrMany::good);
    all.into_iter()
        .filter_map(|one| Some(Rebase { from: one.from.good()?.0, note: one.note.good()?.0 }))
        .collect()
}

/// Labels by name.
pub(super) fn labels(raw: Option<Field<Entries<Line>>>) -> BTreeMap<String, String> {
    let entries = raw.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
    entries.into_iter().filter_map(|(key, value)| Some((key.text, value.good()?.0))).collect()
}

/// What stands in for a key that is no id, so that what is below it is checked all the same.
pub(super) fn stand_in(key: &Key) -> Option<Slug> {
    Slug::nearest(&key.text).or_else(|| "nameless".parse().ok())
}

/// The id that a key is.
pub(super) fn slug(key: &Key, door: &mut Door<'_>) -> Option<Slug> {
    let node = Node { span: key.span, value: crate::raw::Value::Str(key.text.clone()) };
    door.read(&node)
}
