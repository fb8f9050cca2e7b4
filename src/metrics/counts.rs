//! What is counted of one probe?

use std::time::Duration;

use crate::model::{Moment, Observation, Outcome, Phase, State};

/// The upper bounds of the duration's buckets, as they are written and as they are compared.
pub(super) const BOUNDS: [(&str, Duration); 8] = [
    ("0.005", Duration::from_millis(5)),
    ("0.025", Duration::from_millis(25)),
    ("0.1", Duration::from_millis(100)),
    ("0.25", Duration::from_millis(250)),
    ("0.5", Duration::from_millis(500)),
    ("1.0", Duration::from_secs(1)),
    ("2.5", Duration::from_millis(2500)),
    ("5.0", Duration::from_secs(5)),
];

/// The numbers behind one probe's series.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// What is believed.
    pub(super) state: State,
    /// Whether the last look was good; `None` before the first and after an unknown one.
    pub(super) good: Option<bool>,
    pub(super) http_status: Option<u16>,
    pub(super) consecutive_failures: u64,
    /// By [`Outcome::index`].
    pub(super) looks: [u64; 4],
    /// Good looks by the first bound they do not exceed; the last place is for those above all bounds.
    pub(super) buckets: [u64; BOUNDS.len() + 1],
    pub(super) good_time: Duration,
    pub(super) bad_time: Duration,
    /// By phase.
    pub(super) phases: [Spent; Phase::ALL.len()],
    /// By step, of a probe that goes in steps.
    pub(super) steps: Vec<Spent>,
    /// In the order of their first occurrence: nearly always none or a few of all there are.
    pub(super) faults: Vec<(&'static str, u64)>,
    pub(super) last_look: Moment,
    pub(super) last_good: Moment,
    pub(super) not_after: Option<Moment>,
    /// Whether the chain last seen was trusted; `None` before the first.
    pub(super) trusted: Option<bool>,
}

/// The time that looks spent in one phase.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    pub(super) time: Duration,
    pub(super) looks: u64,
}

impl Counts {
    /// Looks that were good.
    pub(super) fn good_looks(&self) -> u64 {
        self.looks[0] + self.looks[1]
    }

    /// Looks that were bad.
    pub(super) fn bad_looks(&self) -> u64 {
        self.looks[2]
    }

    /// Counts by so many steps from now on; anew, where there were more or fewer.
    pub(super) fn count_steps(&mut self, steps: usize) {
        if self.steps.len() != steps {
            self.steps = vec![Spent::default(); steps];
        }
    }

    pub(super) fn absorb(&mut self, look: &Observation) {
        let outcome = &look.seen.outcome;
        self.looks[outcome.index()] += 1;
        self.last_look = look.began;
        self.read(look);
        self.good = verdict(outcome);
        match self.good {
            Some(true) => self.was_good(look),
            Some(false) => self.was_bad(look),
            None => {}
        }
        if let Some(fault) = outcome.fault_label() {
            self.failed_by(fault);
        }
    }

    fn read(&mut self, look: &Observation) {
        let details = &look.seen.details;
        self.http_status = details.http_status;
        if let Some(tls) = details.tls.as_ref().filter(|tls| !tls.chain.is_empty()) {
            self.not_after = tls.not_after();
            self.trusted = Some(tls.distrust.is_none());
        }
    }

    fn was_good(&mut self, look: &Observation) {
        let took = look.seen.timeline.total();
        let bucket = BOUNDS.iter().position(|(_, bound)| took <= *bound).unwrap_or(BOUNDS.len());
        self.buckets[bucket] += 1;
        self.good_time = self.good_time.saturating_add(took);
        self.consecutive_failures = 0;
        self.last_good = look.began;
        self.spend(look);
    }

    fn was_bad(&mut self, look: &Observation) {
        self.bad_time = self.bad_time.saturating_add(look.seen.timeline.total());
        self.consecutive_failures += 1;
        self.spend(look);
    }

    fn spend(&mut self, look: &Observation) {
        for (spent, phase) in self.phases.iter_mut().zip(Phase::ALL) {
            if let Some(time) = look.seen.timeline.of(phase) {
                spent.time = spent.time.saturating_add(time);
                spent.looks += 1;
            }
        }
        if !self.steps.is_empty() {
            self.spend_by_step(look);
        }
    }

    fn spend_by_step(&mut self, look: &Observation) {
        for (spent, hop) in self.steps.iter_mut().zip(0..) {
            if let Some(time) = look.seen.timeline.of_hop(hop) {
                spent.time = spent.time.saturating_add(time);
                spent.looks += 1;
            }
        }
    }

    fn failed_by(&mut self, fault: &'static str) {
        if let Some((_, count)) = self.faults.iter_mut().find(|(known, _)| *known == fault) {
            *count += 1;
        } else {
            self.faults.reserve_exact(1);
            self.faults.push((fault, 1));
        }
    }
}

fn verdict(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Unknown { .. } => None,
        known => Some(known.is_good()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_costs_no_more_than_400_bytes() {
        assert!(size_of::<Counts>() <= 400, "{} bytes", size_of::<Counts>());
    }
}
