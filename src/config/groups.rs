//! Which probes of a service stand in for each other?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{pace::count, plan::Probe, services::slug, shapes::RawProbe};
use crate::{
    model::{Group, Impact, Slug},
    raw::{Door, Entries, Field, Problem, Span, advice},
};

/// Several probes that stand in for each other: fewer than `need` answering, and the service is down; fewer than that
/// up, and it is degraded; any not up, and it is at risk.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawGroup {
    /// How many must answer. At least 1, at most as many as there are in it.
    #[schemars(extend("minimum" = 1))]
    need: Field<u32>,
    /// The worst that it can mean for the service.
    #[schemars(extend("default" = "outage"))]
    impact: Option<Field<Impact>>,
}

/// The groups of one service, and where each is written and what it needs.
#[derive(Default)]
pub(super) struct Groups(BTreeMap<Slug, Written>);

struct Written {
    key: Span,
    need: Span,
    group: Group,
}

impl Groups {
    /// The groups of one service.
    pub(super) fn read(written: Option<Field<Entries<RawGroup>>>, door: &mut Door<'_>) -> Self {
        let entries = written.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
        let mut groups = BTreeMap::new();
        for (key, raw) in entries {
            let (Some(id), Some(raw)) = (slug(&key, door), raw.good()) else { continue };
            let need = raw.need.span();
            let impact = raw.impact.and_then(Field::good).unwrap_or_default();
            let group = Group { id: id.clone(), need: count(Some(raw.need), door).unwrap_or(1), impact };
            groups.insert(id, Written { key: key.span, need, group });
        }
        Self(groups)
    }

    /// The group that a probe names.
    pub(super) fn of(&self, probe: &RawProbe, door: &mut Door<'_>) -> Option<Slug> {
        let field = probe.group.as_ref()?;
        if let Some(impact) = &probe.impact {
            let problem = Problem::new(impact.span(), "a probe in a group has no impact of its own");
            door.tell(
                problem.cure("leave it out, or write it at the group").beside(field.span(), "the group"),
            );
        }
        let id = field.get()?;
        if !self.0.contains_key(id) {
            let known: Vec<&str> = self.0.keys().map(Slug::as_str).collect();
            let cure = match known.as_slice() {
                [] => format!("write `groups: {{{id}: {{need: 1}}}}` at the service"),
                known => advice(id.as_str(), known),
            };
            door.problem(field.span(), format!("the service has no group `{id}`"), cure);
        }
        Some(id.clone())
    }

    /// Tells groups that have fewer probes than they need.
    pub(super) fn check(&self, probes: &[Probe], door: &mut Door<'_>) {
        for (id, Written { key, need, group }) in &self.0 {
            let members = probes.iter().filter(|probe| probe.group.as_ref() == Some(id)).count();
            if members == 0 {
                let cure = format!("write `group: {id}` at its probes, or leave it out");
                door.problem(*key, format!("no probe is in the group `{id}`"), cure);
            } else if members < group.need as usize {
                let message = format!("the group needs {} probes and has {members}", group.need);
                door.problem(*need, message, "write a smaller number, or add probes");
            }
        }
    }

    /// What of them is kept.
    pub(super) fn checked(self) -> Vec<Group> {
        self.0.into_values().map(|written| written.group).collect()
    }
}
