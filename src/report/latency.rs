//! How long did looks take that were good, and how many looks were there?

use std::time::Duration;

use serde::Serialize;

use super::{Account, seconds};
use crate::{
    entry::Gap,
    ledger::{Histogram, Hour},
    model::{Period, ProbeOutline, Slug},
};

/// The looks of one probe.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Looks {
    /// Which probe of the service.
    pub probe: Slug,
    /// The name of its kind.
    pub kind: String,
    /// Where it looks.
    pub target: String,
    /// How many were up.
    pub up: u64,
    /// How many were degraded.
    pub degraded: u64,
    /// How many were down.
    pub down: u64,
    /// How many showed nothing, by our own failure.
    pub unknown: u64,
    /// How many were due and not taken.
    pub missed: u64,
    /// The time that half of the good ones did not exceed, rounded up by less than 1/32.
    #[serde(rename = "p50_seconds", serialize_with = "seconds::perhaps")]
    pub p50: Option<Duration>,
    /// The same of 95 in a hundred.
    #[serde(rename = "p95_seconds", serialize_with = "seconds::perhaps")]
    pub p95: Option<Duration>,
    /// The same of 99 in a hundred.
    #[serde(rename = "p99_seconds", serialize_with = "seconds::perhaps")]
    pub p99: Option<Duration>,
    /// The time after which a good look is degraded.
    #[serde(rename = "slow_seconds", serialize_with = "seconds::perhaps")]
    pub slow: Option<Duration>,
    /// How many good ones took longer than that, to within 1/32 of it.
    pub over_slow: Option<u64>,
    /// How long all good ones took.
    #[serde(skip)]
    pub durations: Histogram,
}

impl Looks {
    pub(super) fn of(account: &Account, probe: &ProbeOutline, sum: &Hour, period: Period) -> Self {
        let [up, degraded, down, unknown] = sum.outcomes;
        let slow = probe.slow_ms.map(Duration::from_millis);
        let missed = account.gaps(&probe.id, period).map(|gap| missed(gap, period)).sum();
        Self {
            probe: probe.id.probe.clone(),
            kind: probe.kind.clone(),
            target: probe.target.clone(),
            up,
            degraded,
            down,
            unknown,
            missed,
            p50: sum.latency.quantile(0.5),
            p95: sum.latency.quantile(0.95),
            p99: sum.latency.quantile(0.99),
            slow,
            over_slow: slow.map(|slow| longer(&sum.latency, slow)),
            durations: sum.latency.clone(),
        }
    }

    /// All that were taken.
    pub fn taken(&self) -> u64 {
        self.up + self.degraded + self.down + self.unknown
    }
}

fn longer(durations: &Histogram, slow: Duration) -> u64 {
    let slow = u64::try_from(slow.as_micros()).unwrap_or(u64::MAX);
    durations.buckets().filter(|(upper, _)| *upper > slow).map(|(_, count)| count).sum()
}

/// How many of the dues that a gap passed over lie in `period`.
pub(super) fn missed(gap: &Gap, period: Period) -> u64 {
    let step = gap.until.since(gap.from).as_millis() / u128::from(gap.missed.max(1));
    let before = |at| {
        let ahead = gap.from.max(at).since(gap.from).as_millis();
        u64::try_from(ahead.div_ceil(step.max(1))).unwrap_or(u64::MAX).min(gap.missed)
    };
    before(period.until) - before(period.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entry::GapReason,
        model::{Moment, ProbeId},
    };

    #[test]
    fn a_gap_over_an_end_counts_by_its_dues() {
        let at = |second: i64| Moment::from_ms(second * 1000);
        let probe = ProbeId::new("epr".parse().unwrap(), "web".parse().unwrap());
        let gap = Gap { probe, from: at(30), until: at(150), missed: 4, reason: GapReason::Stalled };
        let within = |from, until| missed(&gap, Period::new(at(from), at(until)));
        assert_eq!(
            [within(0, 200), within(0, 60), within(60, 61), within(61, 90), within(0, 30)],
            [4, 1, 1, 0, 0]
        );
        assert_eq!([within(30, 31), within(120, 300), within(121, 300)], [1, 1, 0]);
    }
}
