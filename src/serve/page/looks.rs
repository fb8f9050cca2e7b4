//! What did one look around an incident see?

use super::{
    mark::Mark,
    scene::{Scene, Stamp},
    waterfall::Waterfall,
};
use crate::{
    model::{Incident, Observation, ProbeId, Why},
    report::words,
};

/// A look in a row.
pub(super) struct LookLine {
    pub(super) began: Stamp,
    pub(super) probe: String,
    pub(super) why: &'static str,
    pub(super) mark: Mark,
    pub(super) took: String,
    pub(super) phases: Waterfall,
    pub(super) words: String,
    /// Whether it began while the incident lasted.
    pub(super) inside: bool,
}

impl LookLine {
    pub(super) fn of(scene: &Scene, incident: &Incident, look: &Observation) -> Self {
        let inside = incident
            .runs
            .iter()
            .any(|run| run.since <= look.began && run.until.is_none_or(|until| look.began < until));
        Self {
            began: scene.stamp(look.began),
            probe: look.probe.probe.to_string(),
            why: why(look.why),
            mark: Mark::of_look(look.seen.outcome.label()),
            took: words::latency(look.seen.timeline.total()),
            phases: Waterfall::of(&look.seen.timeline, steps(scene, &look.probe)),
            words: look.seen.words(),
            inside,
        }
    }
}

/// The names of the steps of a probe, as it is planned now.
fn steps<'s>(scene: &'s Scene, probe: &ProbeId) -> &'s [String] {
    let planned = scene.outline().probes.iter().find(|planned| planned.id == *probe);
    planned.map_or(&[], |planned| &planned.steps)
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Due => "due",
        Why::First => "first",
        Why::Recheck => "recheck",
        Why::Asked => "asked",
    }
}
