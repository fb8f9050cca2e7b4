//! What were the looks of one probe within an hour, once they are forgotten?

use std::time::Duration;

use super::{Histogram, histogram::micros};
use crate::model::{Moment, Observation};

/// The looks of one probe that began within one hour of UTC, or those of several hours together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// When the first hour begins.
    pub from: Moment,
    /// How many looks had each outcome, in the order of [`crate::model::Outcome::LABELS`].
    pub outcomes: [u64; 4],
    /// How long good looks took, all together.
    pub sum: Duration,
    /// How long the longest good look took.
    pub max: Duration,
    /// How long good looks took.
    pub latency: Histogram,
}

impl Hour {
    /// How long it is.
    pub const LENGTH: Duration = Duration::from_hours(1);

    /// What begins at `from`, with no look.
    pub fn new(from: Moment) -> Self {
        let (sum, max) = (Duration::ZERO, Duration::ZERO);
        Self { from, outcomes: [0; 4], sum, max, latency: Histogram::default() }
    }

    /// When the hour begins in which `at` is.
    pub fn of(at: Moment) -> Moment {
        Moment::from_ms(at.as_ms().div_euclid(3_600_000) * 3_600_000)
    }

    /// Counts one look.
    pub fn absorb(&mut self, look: &Observation) {
        self.count(look.seen.outcome.index(), look.seen.timeline.total());
    }

    /// Counts one look with the outcome of this place among [`crate::model::Outcome::LABELS`].
    pub(super) fn count(&mut self, outcome: usize, took: Duration) {
        self.outcomes[outcome] += 1;
        if outcome <= 1 {
            let took = Duration::from_micros(micros(took));
            self.sum = self.sum.saturating_add(took);
            self.max = self.max.max(took);
            self.latency.record(took);
        }
    }

    /// Counts all that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.outcomes.iter_mut().zip(other.outcomes) {
            *count = count.saturating_add(more);
        }
        self.sum = self.sum.saturating_add(other.sum);
        self.max = self.max.max(other.max);
        self.latency.merge(&other.latency);
    }

    /// How many looks there were.
    pub fn looks(&self) -> u64 {
        self.outcomes.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Without the looks that `part` counted; `None` if it counted more. The longest look is still that of the whole.
    pub(super) fn minus(&self, part: &Self) -> Option<Self> {
        let mut rest = self.clone();
        for (count, less) in rest.outcomes.iter_mut().zip(part.outcomes) {
            *count = count.checked_sub(less)?;
        }
        rest.sum = self.sum.checked_sub(part.sum)?;
        rest.latency = self.latency.minus(&part.latency)?;
        (part.max <= self.max).then_some(rest)
    }
}
