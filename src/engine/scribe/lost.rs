//! Which looks will not be remembered? The gaps that they leave.

use std::collections::BTreeMap;

use crate::{
    entry::{Gap, GapReason},
    model::{Observation, ProbeId, Why},
};

/// Dropped looks, as gaps that are still to be written.
#[derive(Default)]
pub(super) struct Lost(BTreeMap<ProbeId, Vec<Gap>>);

impl Lost {
    /// `look` was dropped. Only one that was due leaves a gap: looks and gaps are every due.
    pub(super) fn add(&mut self, look: &Observation) {
        if look.why == Why::Due {
            let (probe, from) = (look.probe.clone(), look.due);
            let until = from + look.cadence.interval();
            self.join(Gap { probe, from, until, missed: 1, reason: GapReason::NotRemembered });
        }
    }

    /// The gaps so far, which are about to be written.
    pub(super) fn take(&mut self) -> Vec<Gap> {
        std::mem::take(&mut self.0).into_values().flatten().collect()
    }

    /// Those were not written after all.
    pub(super) fn put_back(&mut self, gaps: Vec<Gap>) {
        let newer = self.take();
        gaps.into_iter().chain(newer).for_each(|gap| self.join(gap));
    }

    fn join(&mut self, gap: Gap) {
        let gaps = self.0.entry(gap.probe.clone()).or_default();
        match gaps.last_mut() {
            Some(last) if continues(last, &gap) => {
                (last.until, last.missed) = (gap.until, last.missed + gap.missed);
            }
            _ => gaps.push(gap),
        }
    }
}

/// Whether `next` follows at once, at the same pace.
fn continues(last: &Gap, next: &Gap) -> bool {
    let pace = |gap: &Gap| gap.until.since(gap.last());
    last.until == next.from && pace(last) == pace(next)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Moment;

    fn gap(from: i64, until: i64, missed: u64) -> Gap {
        let probe = ProbeId::new("epr".parse().unwrap(), "api".parse().unwrap());
        let (from, until) = (Moment::from_ms(from), Moment::from_ms(until));
        Gap { probe, from, until, missed, reason: GapReason::NotRemembered }
    }

    #[test]
    fn what_follows_at_the_same_pace_is_one_gap() {
        let mut lost = Lost::default();
        lost.join(gap(0, 10, 1));
        lost.join(gap(10, 20, 1));
        let taken = lost.take();
        assert_eq!(taken, [gap(0, 20, 2)]);
        lost.join(gap(20, 30, 1)); // dropped while the first was being written, in vain
        lost.join(gap(50, 60, 1)); // one in between was kept
        lost.join(gap(60, 65, 1)); // at another pace
        lost.put_back(taken);
        assert_eq!(lost.take(), [gap(0, 30, 3), gap(50, 60, 1), gap(60, 65, 1)]);
        assert_eq!(gap(0, 30, 3).last(), Moment::from_ms(0) + Duration::from_millis(20));
        assert!(lost.take().is_empty());
    }
}
