//! How does one probe look at many targets?

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use super::{
    desk::Desk,
    gather,
    services::labels,
    shapes::{RawProbe, RawTarget, RawTargets},
};
use crate::{
    model::{ProbeId, Slug},
    raw::{Brief, Door, Field, Node, Problem, Span, Value},
};

/// What stands for the target in a probe's settings.
const PLACE: &str = "{target}";

/// One target, or the only look of a probe without targets.
#[derive(Default)]
pub(super) struct Target {
    written: Option<(String, Span)>,
    name: Option<Slug>,
    pub(super) labels: BTreeMap<String, String>,
}

/// The targets of a probe, from its own list or its file; `None` if it has neither.
pub(super) fn read(raw: &mut RawProbe, base: &Path, desk: &mut Desk<'_>) -> Option<Vec<Target>> {
    let (list, file) = (raw.targets.take(), raw.targets_from.take());
    if let (Some(list), Some(file)) = (&list, &file) {
        let problem = Problem::new(file.span(), "the targets are written twice: here and in the file");
        desk.problems.push(problem.beside(list.span(), "the list").cure("keep `targets` or `targets_from`"));
    }
    let span = list.as_ref().map(Field::span).or(file.as_ref().map(Field::span))?;
    let list = list.and_then(Field::good).or_else(|| from_file(&file?, base, desk));
    if list.as_ref().is_some_and(Vec::is_empty) {
        desk.problems.push(Problem::new(span, "there are no targets").cure("write at least one"));
    }
    Some(list.into_iter().flatten().filter_map(target).collect())
}

fn from_file(file: &Field<String>, base: &Path, desk: &mut Desk<'_>) -> Option<RawTargets> {
    let path = base.join(file.get()?);
    let bytes = gather::bytes(desk, &path, Some(file.span()))?;
    let node = gather::tree(desk, &path, &bytes)?;
    desk.door(base).read(&node)
}

fn target(field: Field<Brief<String, RawTarget>>) -> Option<Target> {
    let span = field.span();
    match field.good()? {
        Brief::Brief(text) => Some(Target { written: Some((text, span)), ..Target::default() }),
        Brief::Full(raw) => {
            let span = raw.target.span();
            let written = Some((raw.target.good()?, span));
            Some(Target { written, name: raw.name.and_then(Field::good), labels: labels(raw.labels) })
        }
    }
}

impl Target {
    /// Where it is written.
    pub(super) fn span(&self) -> Option<Span> {
        self.written.as_ref().map(|(_, span)| *span)
    }

    /// The probe's id: its own name, and after a dot that of the target.
    pub(super) fn id(&self, service: &Slug, probe: &Slug, door: &mut Door<'_>) -> Option<ProbeId> {
        let Some((text, span)) = &self.written else {
            return Some(ProbeId::new(service.clone(), probe.clone()));
        };
        let name = self.name.clone().or_else(|| Slug::nearest(text));
        let id = name.and_then(|name| format!("{probe}.{name}").parse().ok());
        if id.is_none() {
            let message = format!(
                "`{}` makes no good name for a probe",
                text.chars().take(Slug::MAX).collect::<String>()
            );
            door.problem(*span, message, "give it a short one: {target: …, name: …}");
        }
        id.map(|id| ProbeId::new(service.clone(), id))
    }
}

/// A kind's settings, in which [`PLACE`] stands for each target in turn.
pub(super) struct Template<'n>(Cow<'n, Node>);

impl<'n> Template<'n> {
    /// The settings at `node`; tells whether [`PLACE`] is used where there are targets, and only there.
    pub(super) fn of(node: &'n Node, has_targets: bool, door: &mut Door<'_>) -> Option<Self> {
        let mut mended = Cow::Borrowed(node);
        if has_bare_place(node) {
            mend(mended.to_mut(), door);
        }
        match place(&mended) {
            None if has_targets => {
                let message = format!("the settings are the same for every target: `{PLACE}` is not in them");
                door.problem(node.span, message, format!("write \"{PLACE}\" where the target belongs"));
            }
            Some(span) if !has_targets => {
                let cure = "add `targets: […]` or `targets_from: file.yaml` to the probe";
                door.problem(span, format!("`{PLACE}` stands for nothing: the probe has no targets"), cure);
                return None;
            }
            _ => {}
        }
        Some(Self(mended))
    }

    /// The settings for `target`.
    pub(super) fn fill(&self, target: &Target) -> Cow<'_, Node> {
        match &target.written {
            Some((text, span)) => Cow::Owned(filled(&self.0, text, *span)),
            None => Cow::Borrowed(&self.0),
        }
    }
}

/// The first text that holds [`PLACE`].
fn place(node: &Node) -> Option<Span> {
    match &node.value {
        Value::Str(text) => text.contains(PLACE).then_some(node.span),
        Value::Seq(items) => items.iter().find_map(place),
        Value::Map(entries) => entries.iter().find_map(|(_, node)| place(node)),
        _ => None,
    }
}

/// Every text with the target in its place; such a text counts as written where the target is.
fn filled(node: &Node, target: &str, at: Span) -> Node {
    let (span, value) = match &node.value {
        Value::Str(text) if text.contains(PLACE) => (at, Value::Str(text.replace(PLACE, target))),
        Value::Seq(items) => {
            (node.span, Value::Seq(items.iter().map(|item| filled(item, target, at)).collect()))
        }
        Value::Map(entries) => {
            let filled = entries.iter().map(|(key, node)| (key.clone(), filled(node, target, at)));
            (node.span, Value::Map(filled.collect()))
        }
        other => (node.span, other.clone()),
    };
    Node { span, value }
}

/// `{target}` without quotes is a map to YAML: one key without a value.
fn is_bare_place(node: &Node) -> bool {
    matches!(node.entries(), Some([(key, value)]) if key.text == "target" && value.value == Value::Null)
}

fn has_bare_place(node: &Node) -> bool {
    let inside = match &node.value {
        Value::Seq(items) => items.iter().any(has_bare_place),
        Value::Map(entries) => entries.iter().any(|(_, node)| has_bare_place(node)),
        _ => false,
    };
    inside || is_bare_place(node)
}

fn mend(node: &mut Node, door: &mut Door<'_>) {
    if is_bare_place(node) {
        door.problem(node.span, format!("`{PLACE}` without quotes is a map"), format!("write \"{PLACE}\""));
        node.value = Value::Str(PLACE.to_owned());
    }
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| mend(item, door)),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, node)| mend(node, door)),
        _ => {}
    }
}
