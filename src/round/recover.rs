//! Where were we? A new start goes on from what is remembered.

use std::sync::Arc;

use super::{
    Effect, Limits, Round, Schedule, Scheduled, Stage,
    places::{Places, Spot},
    roster::Roster,
    watched::Watched,
};
use crate::{
    entry::{Entry, GapReason, Tail},
    judge::Uplink,
    model::{Moment, Outline, ProbeOutline},
};

impl Round {
    /// Takes up the plan that was last in force, with what was believed under it, and gives up every due since then: the
    /// hole is one gap a probe. The plan of today then replaces that plan as any other would.
    pub(super) fn recover(&mut self, tail: &Tail, now: Moment, effects: &mut Vec<Effect>) {
        if self.stage != Stage::New || tail.newest.is_none() {
            return;
        }
        self.stage = Stage::Running;
        effects.push(Effect::Record(Entry::Started { at: now }));
        let Some(schedule) = schedule(&tail.outline) else { return };
        self.watched = schedule.probes.iter().map(|probe| Watched::new(&schedule.site, probe, now)).collect();
        for probe in &mut self.watched {
            if let Some(seen) = tail.probes.get(&probe.id) {
                probe.recall(seen);
            }
        }
        self.places = Places::new(
            schedule.limits,
            self.watched.iter().map(|_| Spot { host: Arc::from(""), clinical: false }),
        );
        self.refer(&schedule);
        self.uplink = Uplink::new(self.uplink.references(), tail.cut_off);
        self.works.recall(tail, now);
        self.roster = Roster::new(&mut self.watched, &schedule, now);
        self.mark_works();
        effects.extend(self.roster.recall(tail, &self.watched, now).into_iter().map(Effect::Record));
        for slot in self.slots() {
            let gap = self.watched[slot as usize].give_up_all(now, GapReason::NotRunning);
            self.record_gap(slot, gap, effects);
        }
    }
}

/// The schedule that a remembered plan stood for; `None` if none was remembered.
fn schedule(outline: &Arc<Outline>) -> Option<Schedule> {
    Some(Schedule {
        site: outline.site.parse().ok()?,
        digest: String::new(),
        limits: Limits { in_flight: 1, per_host: 1, clinical_per_host: 1 },
        outline: Arc::clone(outline),
        maintenance: Vec::new(),
        probes: outline.probes.iter().map(scheduled).collect(),
    })
}

fn scheduled(probe: &ProbeOutline) -> Scheduled {
    Scheduled {
        id: probe.id.clone(),
        cadence: probe.cadence,
        confirm: probe.confirm,
        impact: probe.impact,
        host: Arc::from(""),
        clinical: false,
        group: probe.group.clone(),
        reference: probe.reference,
    }
}
