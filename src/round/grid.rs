//! When is a probe due? At its own phase of its interval, in UTC, the same after every restart.

use std::time::Duration;

use crate::model::{Moment, ProbeId, Slug};

/// All dues of one probe: the instants that leave `phase` when divided by `interval`, both in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    interval: i64,
    phase: i64,
}

impl Grid {
    /// The dues of `id`, looked at from `site`, every `interval`.
    pub(super) fn new(site: &Slug, id: &ProbeId, interval: Duration) -> Self {
        let interval = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).max(1);
        Self { interval, phase: below(spread(site, id), interval) }
    }

    /// The first due after `at`.
    pub(super) fn after(self, at: Moment) -> Moment {
        self.from(at + Duration::from_millis(1))
    }

    /// The first due that is not before `at`.
    pub(super) fn from(self, at: Moment) -> Moment {
        let ahead = self.phase.saturating_sub(at.as_ms()).rem_euclid(self.interval);
        Moment::from_ms(at.as_ms().saturating_add(ahead))
    }

    /// How many dues there are from the due `from` on and before the due `until`.
    pub(super) fn count(self, from: Moment, until: Moment) -> u64 {
        let span = until.as_ms().saturating_sub(from.as_ms());
        u64::try_from(span / self.interval).unwrap_or(0)
    }

    /// How late a look may begin and still stand for its due: a tenth of the interval, a second at least, but never
    /// so late that the next is due.
    pub(super) fn tolerance(self) -> Duration {
        let interval = Duration::from_millis(self.interval.unsigned_abs());
        (interval / 10).max(Duration::from_secs(1)).min(interval.saturating_sub(Duration::from_millis(1)))
    }

    /// The length of one interval.
    pub(super) fn interval(self) -> Duration {
        Duration::from_millis(self.interval.unsigned_abs())
    }
}

/// Where within `span` after a start the first look of `id` is taken, unlike its phase, but as evenly spread.
pub(super) fn first_within(span: Duration, site: &Slug, id: &ProbeId) -> Duration {
    let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX).max(1);
    Duration::from_millis(below(mix(spread(site, id)), span).unsigned_abs())
}

/// A number of the names alone: FNV-1a, then a finaliser, as FNV spreads its high bits badly.
fn spread(site: &Slug, id: &ProbeId) -> u64 {
    let names = [site, &id.service, &id.probe];
    let bytes = names.into_iter().flat_map(|name| name.as_str().bytes().chain([b'/']));
    mix(bytes
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finaliser of `SplitMix64`.
fn mix(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

fn below(hash: u64, span: i64) -> i64 {
    i64::try_from(hash % span.unsigned_abs()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(probe: usize) -> ProbeId {
        ProbeId::new("epr".parse().unwrap(), format!("target-{probe}").parse().unwrap())
    }

    fn grid(probe: usize, seconds: u64) -> Grid {
        Grid::new(&"ward".parse().unwrap(), &id(probe), Duration::from_secs(seconds))
    }

    #[test]
    fn dues_are_those_of_the_names_for_ever() {
        let at = Moment::from_ms(1_790_000_000_000);
        assert_eq!(grid(7, 30).from(at), Moment::from_ms(1_790_000_016_600));
        assert_ne!(Grid::new(&"attic".parse().unwrap(), &id(7), Duration::from_secs(30)), grid(7, 30));
    }

    #[test]
    fn dues_follow_each_other_without_drift() {
        let grid = grid(1, 30);
        let first = grid.after(Moment::from_ms(-100_000));
        let second = grid.after(first);
        assert_eq!((grid.from(first), second.since(first)), (first, Duration::from_secs(30)));
        assert_eq!((grid.count(first, first), grid.count(first, second)), (0, 1));
        assert_eq!(grid.after(Moment::from_ms(i64::MAX)), Moment::from_ms(i64::MAX));
    }

    #[test]
    fn tolerance_is_a_tenth_but_never_an_interval() {
        let tolerance = |seconds| grid(1, seconds).tolerance().as_millis();
        assert_eq!([tolerance(300), tolerance(5), tolerance(1)], [30_000, 1000, 999]);
    }

    /// Chi-square over 100 bins, 99 degrees of freedom: of truly random spreads 1 in 10,000 exceeds 161.
    fn chi_square(places: impl Iterator<Item = Duration>) -> i64 {
        let mut bins = [0_i64; 100];
        for place in places {
            bins[usize::try_from(place.as_millis() / 100).unwrap()] += 1;
        }
        let expected = bins.iter().sum::<i64>() / 100;
        bins.iter().map(|count| (count - expected).pow(2)).sum::<i64>() / expected
    }

    #[test]
    fn phases_and_first_looks_are_spread_evenly() {
        let (zero, site) = (Moment::default(), "ward".parse().unwrap());
        let phases = (0..20_000).map(|probe| grid(probe, 10).from(zero).since(zero));
        let firsts = (0..20_000).map(|probe| first_within(Duration::from_secs(10), &site, &id(probe)));
        let found = (chi_square(phases), chi_square(firsts));
        assert!(found.0 < 161 && found.1 < 161, "{found:?}");
    }
}
