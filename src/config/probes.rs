//! How is each service looked at?

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    time::Duration,
};

use serde::de::IgnoredAny;

use super::{
    desk::Desk,
    groups::Groups,
    pace::Pace,
    plan::{Probe, Service},
    schema,
    services::{labels, slug, stand_in},
    shapes::{RawDefaults, RawProbe},
    targets::{self, Target, Template},
};
use crate::{
    model::{Cadence, Confirm, Impact, ProbeId, Slug},
    probe::Kind,
    raw::{Door, Entries, Field, Key, Node, Problem, Span, nearest},
};

/// What a probe inherits.
pub(super) struct Frame<'f> {
    pub(super) service: &'f Service,
    pub(super) pace: &'f Pace,
    pub(super) base: &'f Path,
    pub(super) groups: &'f Groups,
}

/// The probes of one service, written at `node` under `key`.
pub(super) fn read(frame: &Frame<'_>, key: &Key, node: &Node, desk: &mut Desk<'_>) -> Vec<Probe> {
    let written = node.member("probes");
    if let Some(no_map) = written.filter(|written| written.entries().is_none()) {
        desk.door(frame.base).read::<Entries<IgnoredAny>>(no_map); // tells that this is no map
        return Vec::new();
    }
    let entries = written.and_then(Node::entries).unwrap_or_default();
    if entries.is_empty() && node.entries().is_some() {
        let problem = Problem::new(key.span, format!("nothing looks at the service `{}`", frame.service.id));
        desk.problems.push(problem.cure("add `probes:` with at least one probe"));
    }
    let mut ids = Ids::default();
    entries.iter().flat_map(|(key, node)| one(frame, key, node, &mut ids, desk)).collect()
}

/// Where each probe of one service is written.
#[derive(Default)]
struct Ids(HashMap<Slug, Span>);

impl Ids {
    fn take(&mut self, id: &ProbeId, span: Span, door: &mut Door<'_>) {
        if let Some(first) = self.0.insert(id.probe.clone(), span) {
            let problem =
                Problem::new(span, format!("there are two probes `{id}`")).beside(first, "the other one");
            door.tell(problem.cure("give one of them another name: {target: …, name: …}"));
        }
    }
}

/// The probe written at `node`: several if it has several targets.
fn one(frame: &Frame<'_>, key: &Key, node: &Node, ids: &mut Ids, desk: &mut Desk<'_>) -> Vec<Probe> {
    let mut door = desk.door(frame.base);
    let Some(entries) = node.entries() else {
        door.read::<RawProbe>(node); // tells that this is no map
        return Vec::new();
    };
    let name = slug(key, &mut door).or_else(|| stand_in(key));
    let kind = the_kind(key, entries, &mut door);
    let misplaced = misplaced(entries, kind, &mut door);
    let beside: Vec<&str> = Kind::NAMES.iter().copied().chain(misplaced).collect();
    let Some(mut raw) = door.read_beside::<RawProbe>(node, &beside) else { return Vec::new() };
    let targets = targets::read(&mut raw, frame.base, desk);
    let mut door = desk.door(frame.base);
    let clinical = kind.map(|(key, _)| key).filter(|key| Kind::names_clinical(&key.text));
    let common = Common::check(frame, raw, clinical.map(|key| key.span), &mut door);
    let (Some(name), Some((kind, settings))) = (name, kind) else { return Vec::new() };
    let Some(template) = Template::of(settings, targets.is_some(), &mut door) else { return Vec::new() };
    let targets = targets.unwrap_or_else(|| vec![Target::default()]);
    let probes = targets.into_iter().filter_map(|target| {
        let kind = Kind::parse(&kind.text, &template.fill(&target), &mut door);
        let id = target.id(&frame.service.id, &name, &mut door)?;
        ids.take(&id, target.span().unwrap_or(key.span), &mut door);
        Some(common.as_ref()?.probe(id, kind?, target))
    });
    probes.collect()
}

/// The one entry that names a kind.
fn the_kind<'n>(key: &Key, entries: &'n [(Key, Node)], door: &mut Door<'_>) -> Option<(&'n Key, &'n Node)> {
    let mut kinds = entries.iter().filter(|(key, _)| Kind::NAMES.contains(&key.text.as_str()));
    let misspelt = |(key, _): &(Key, Node)| nearest(&key.text, Kind::NAMES).is_some();
    match (kinds.next(), kinds.next()) {
        (Some((key, node)), None) => return Some((key, node)),
        (Some((first, _)), Some((second, _))) => {
            let message =
                format!("a probe is of one kind, and this is `{}` and `{}`", first.text, second.text);
            let problem = Problem::new(second.span, message).beside(first.span, "the first kind");
            door.tell(problem.cure("make two probes of it"));
        }
        _ if entries.iter().any(misspelt) => {} // told as an unknown key
        _ => {
            let names: Vec<_> = Kind::NAMES.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("the probe `{}` does not say how it looks", key.text);
            door.problem(key.span, message, format!("add one of {}, with its settings", names.join(", ")));
        }
    }
    None
}

/// Keys that belong below the kind and stand beside it.
fn misplaced<'n>(
    entries: &'n [(Key, Node)],
    kind: Option<(&Key, &Node)>,
    door: &mut Door<'_>,
) -> Vec<&'n str> {
    let Some((kind, _)) = kind else { return Vec::new() };
    let belongs = |key: &&Key| !schema::is_common(&key.text) && schema::is_of(&kind.text, &key.text);
    let keys: Vec<&Key> = entries.iter().map(|(key, _)| key).filter(belongs).collect();
    for key in &keys {
        let message = format!("`{}` stands beside `{}`, not below it", key.text, kind.text);
        let problem = Problem::new(key.span, message).beside(kind.span, "here it belongs");
        door.tell(problem.cure(format!("indent it further than `{}`", kind.text)));
    }
    keys.into_iter().map(|key| key.text.as_str()).collect()
}

/// What all targets of one probe have in common.
struct Common {
    cadence: Cadence,
    confirm: Confirm,
    slow: Option<Duration>,
    impact: Impact,
    group: Option<Slug>,
    labels: BTreeMap<String, String>,
    reference: bool,
}

impl Common {
    /// Checks what is written beside the kind, whose key stands at `clinical` if it is a clinical one.
    fn check(frame: &Frame<'_>, raw: RawProbe, clinical: Option<Span>, door: &mut Door<'_>) -> Option<Self> {
        let group = frame.groups.of(&raw, door);
        let RawProbe { interval, timeout, confirm, slow, .. } = raw;
        let pace = frame.pace.but(RawDefaults { interval, timeout, confirm, slow }, door);
        let mut all = frame.service.labels.clone();
        all.extend(labels(raw.labels));
        let slow = pace.slow(door);
        if let Some(kind) = clinical {
            pace.spare(kind, door);
        }
        Some(Self {
            cadence: pace.cadence(door)?,
            confirm: pace.confirm,
            slow,
            impact: raw.impact.and_then(Field::good).unwrap_or_default(),
            group,
            labels: all,
            reference: raw.reference.and_then(Field::good).unwrap_or_default(),
        })
    }

    fn probe(&self, id: ProbeId, kind: Kind, target: Target) -> Probe {
        let mut labels = self.labels.clone();
        labels.extend(target.labels);
        let Self { cadence, confirm, slow, impact, reference, .. } = *self;
        let group = self.group.clone();
        Probe { id, kind, cadence, confirm, slow, impact, group, labels, reference }
    }
}
