//! What would have been told? Looks that were taken before, judged as if they had just been taken.

use std::{collections::HashMap, time::Duration};

use super::{Effect, Round};
use crate::{
    entry::{Entry, Gap, GapReason},
    model::{Moment, Observation, ProbeId, Why},
};

/// How far each probe's remembered looks were told.
#[derive(Debug, Default)]
pub(super) struct Recalled {
    slots: HashMap<ProbeId, u32>,
    /// When the next look of each was due, and how long after that it can be late.
    next: HashMap<u32, (Moment, Duration)>,
}

impl Round {
    /// Takes in a look, or a gap, that was remembered before. Of a probe that is not in the plan it says nothing.
    pub(super) fn recall(&mut self, entry: Entry, effects: &mut Vec<Effect>) {
        self.alarms.clear();
        match entry {
            Entry::Observed(look) => match self.slot(&look.probe) {
                Some(slot) => self.recall_look(slot, look, effects),
                None => effects.push(Effect::Record(Entry::Observed(look))),
            },
            Entry::Gap(gap) => {
                if let Some(slot) = self.slot(&gap.probe) {
                    self.recall_gap(slot, gap, effects);
                }
            }
            _ => {}
        }
    }

    /// Whether it is told of looks that were taken before, and so takes none itself.
    pub(super) fn is_recalling(&self) -> bool {
        !self.recalled.slots.is_empty()
    }

    fn recall_look(&mut self, slot: u32, look: Box<Observation>, effects: &mut Vec<Effect>) {
        let next = self.recalled.next.get(&slot).copied();
        if let Some(gap) = next.and_then(|(due, tolerance)| missed(due, tolerance, &look)) {
            self.record_gap(slot, Some(gap), effects);
        }
        let is_first = next.is_none();
        if is_first || look.why != Why::Recheck {
            let due = look.due + look.cadence.interval();
            let tolerance = look.cadence.timeout().max(self.watched[slot as usize].grid().tolerance());
            self.recalled.next.insert(slot, (due, tolerance));
        }
        let now = look.ended;
        self.judge(slot, look, now, effects);
    }

    fn recall_gap(&mut self, slot: u32, gap: Gap, effects: &mut Vec<Effect>) {
        if let Some((due, _)) = self.recalled.next.get_mut(&slot) {
            *due = gap.until.max(*due);
        }
        self.record_gap(slot, Some(gap), effects);
    }

    fn slot(&mut self, probe: &ProbeId) -> Option<u32> {
        if self.recalled.slots.is_empty() {
            self.recalled.slots = self.watched.iter().map(|probe| probe.id.clone()).zip(0..).collect();
        }
        self.recalled.slots.get(probe).copied()
    }
}

/// The dues from `due` on that nobody looked at, if `look` begins too late to be that one.
fn missed(due: Moment, tolerance: Duration, look: &Observation) -> Option<Gap> {
    if look.began <= due + tolerance {
        return None;
    }
    let until = look.due.max(due + Duration::from_millis(1)).min(look.began);
    let interval = look.cadence.interval().as_millis().max(1);
    let missed = u64::try_from(until.since(due).as_millis().div_ceil(interval)).unwrap_or(u64::MAX);
    Some(Gap { probe: look.probe.clone(), from: due, until, missed, reason: GapReason::NotRunning })
}
