//! How is one way of looking at a service?

use std::collections::HashMap;

use super::{
    mark::Mark,
    scene::{Scene, Stamp},
    waterfall::{Course, Sparkline, Waterfall},
};
use crate::{
    ledger::Hour,
    model::{self, Period, ProbeId, Slug},
    serve::board::ProbeStanding,
};

/// A probe as it is shown.
pub(super) struct ProbeView {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) target: String,
    pub(super) every: String,
    pub(super) mark: Mark,
    pub(super) since: Option<Stamp>,
    pub(super) words: String,
    pub(super) look: Option<LookView>,
    pub(super) recent: Option<Sparkline>,
    pub(super) course: Option<Course>,
}

/// The last look.
pub(super) struct LookView {
    pub(super) mark: Mark,
    pub(super) at: Stamp,
    pub(super) ago: String,
    pub(super) phases: Waterfall,
    pub(super) facts: Vec<String>,
}

impl ProbeView {
    pub(super) fn of(
        scene: &Scene,
        service: &Slug,
        probe: &ProbeStanding,
        hours: &HashMap<ProbeId, Vec<Hour>>,
        day: Period,
    ) -> Self {
        let plan = scene.outline().probes.get(probe.place);
        let id = ProbeId::new(service.clone(), probe.probe.clone());
        Self {
            id: probe.probe.to_string(),
            kind: plan.map_or_else(String::new, |plan| plan.kind.clone()),
            target: plan.map_or_else(String::new, |plan| plan.target.clone()),
            every: plan.map_or_else(String::new, |plan| model::lapse(plan.cadence.interval())),
            mark: Mark::of_probe(probe.state),
            since: probe.since.map(|since| scene.stamp(since)),
            words: probe.words.clone(),
            look: probe
                .look
                .as_deref()
                .map(|look| LookView::of(scene, look, plan.map_or(&[], |plan| &plan.steps))),
            recent: Sparkline::of(probe.recent()),
            course: hours.get(&id).and_then(|hours| Course::of(hours, day)),
        }
    }
}

impl LookView {
    fn of(scene: &Scene, look: &model::Observation, steps: &[String]) -> Self {
        let details = &look.seen.details;
        let facts = [
            details.peer.map(model::peer::shown),
            details.http_status.map(|status| format!("status {status}")),
            details.http_version.map(str::to_owned),
            details.tls.as_ref().and_then(|tls| tls.version).map(str::to_owned),
            details
                .tls
                .as_ref()
                .and_then(|tls| tls.not_after())
                .map(|at| format!("certificates until {}", scene.short(at))),
        ];
        Self {
            mark: Mark::of_look(look.seen.outcome.label()),
            at: scene.stamp(look.began),
            ago: scene.ago(look.began),
            phases: Waterfall::of(&look.seen.timeline, steps),
            facts: facts.into_iter().flatten().collect(),
        }
    }
}
