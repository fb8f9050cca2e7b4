//! How long did good looks take, in a few bytes that can be added up?

use std::{iter::repeat_n, time::Duration};

/// How often each duration occurred, to within 3.2 %: each power of two of microseconds is split into 32 parts. Several
/// can be merged without loss.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// The bucket of the first count.
    first: u16,
    /// From the first bucket that is not empty to the last one.
    counts: Vec<u64>,
}

/// A power of two is split into 2 to the power of this many parts.
const BITS: u32 = 5;

impl Histogram {
    /// Counts one duration.
    pub fn record(&mut self, took: Duration) {
        self.add(bucket(micros(took)), 1);
    }

    /// Counts all that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        other.numbered().for_each(|(bucket, count)| self.add(bucket, count));
    }

    /// Counts `count` durations of `us` microseconds.
    pub(super) fn record_many(&mut self, us: u64, count: u64) {
        self.add(bucket(us), count);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The duration that the share `q` of all (0 to 1) did not exceed, rounded up by less than 1/32; `None` if nothing was
    /// counted.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank among fewer than 2^53, never negative"
    )]
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let rank = ((q.clamp(0.0, 1.0) * self.count() as f64).ceil() as u64).max(1);
        let mut seen = 0_u64;
        let holds = |(longest, count)| {
            seen = seen.saturating_add(count);
            (seen >= rank).then(|| Duration::from_micros(longest))
        };
        self.buckets().find_map(holds)
    }

    /// The buckets that are not empty: the longest duration of each in microseconds, and how many.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        self.numbered().map(|(bucket, count)| (upper(bucket), count))
    }

    /// Number and count of every bucket that is not empty.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u16, u64)> {
        (self.first..).zip(self.counts.iter().copied()).filter(|(_, count)| *count > 0)
    }

    /// Counts `count` more in the bucket numbered `bucket`; those that no duration has are not counted.
    pub(super) fn add(&mut self, bucket: u16, count: u64) {
        match self.counts.get_mut(usize::from(bucket.wrapping_sub(self.first))) {
            Some(held) => *held = held.saturating_add(count),
            None if bucket > LAST || count == 0 => {}
            None => {
                self.reach(bucket);
                self.add(bucket, count);
            }
        }
    }

    /// Makes room for `bucket`.
    #[cold]
    fn reach(&mut self, bucket: u16) {
        if self.counts.is_empty() {
            self.first = bucket;
        }
        let before = usize::from(self.first.saturating_sub(bucket));
        self.counts.splice(..0, repeat_n(0, before));
        self.first = self.first.min(bucket);
        let length = usize::from(bucket - self.first) + 1;
        self.counts.resize(length.max(self.counts.len()), 0);
    }

    /// Without what `part` counted; `None` if it counted more.
    pub(super) fn minus(&self, part: &Self) -> Option<Self> {
        let mut held = self.clone();
        for (bucket, count) in part.numbered() {
            let held = held.counts.get_mut(usize::from(bucket.checked_sub(self.first)?))?;
            *held = held.checked_sub(count)?;
        }
        let mut rest = Self::default();
        held.numbered().for_each(|(bucket, count)| rest.add(bucket, count));
        Some(rest)
    }
}

/// The bucket of the longest duration.
const LAST: u16 = 1919;

pub(super) fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// Below 64 microseconds each has a bucket of its own; above, the five bits after the highest one choose the part.
fn bucket(us: u64) -> u16 {
    let power = us.checked_ilog2().unwrap_or(0).saturating_sub(BITS);
    let part = us >> power;
    let number = u64::from(power << BITS) + part;
    u16::try_from(number).unwrap_or(LAST)
}

/// The longest duration in a bucket, in microseconds.
fn upper(bucket: u16) -> u64 {
    let number = u64::from(bucket);
    if number < 2 << BITS {
        return number;
    }
    let power = (number >> BITS) - 1;
    let part = number - (power << BITS);
    ((part + 1) << power).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn buckets_follow_each_other_to_the_last() {
        for us in (0..5000).chain([u64::MAX / 2, u64::MAX]) {
            assert!(upper(bucket(us)) >= us, "{us}");
            assert!(bucket(us) == 0 || upper(bucket(us) - 1) < us, "{us}");
        }
        assert_eq!((bucket(u64::MAX), upper(LAST)), (LAST, u64::MAX));
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    proptest! {
        #[test]
        fn a_quantile_is_the_exact_one_rounded_up_a_little(
            mut us in proptest::collection::vec(0_u64..1 << 40, 1..200), q in 0.0_f64..=1.0, cut in 0_usize..200,
        ) {
            let (mut whole, mut part) = (Histogram::default(), Histogram::default());
            let cut = cut.min(us.len());
            us[..cut].iter().for_each(|us| part.record(Duration::from_micros(*us)));
            us[cut..].iter().for_each(|us| whole.record(Duration::from_micros(*us)));
            let rest = whole.clone();
            whole.merge(&part);
            prop_assert_eq!(whole.minus(&part), Some(rest));
            us.sort_unstable();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
            let rank = ((q * us.len() as f64).ceil() as usize).max(1);
            let (exact, told) = (us[rank - 1], micros(whole.quantile(q).unwrap()));
            prop_assert!(told >= exact && told - exact <= exact / 32, "{} for {}", told, exact);
            prop_assert_eq!(whole.count(), us.len() as u64);
        }
    }
}
