//! How does the ledger do?

use std::time::Duration;

use prometheus::{Gauge, Histogram, HistogramOpts, IntCounter, IntGauge, Registry};

use super::{
    agent::{enter, opts},
    catalogue as of,
};
use crate::{entry::Entry, model::Moment};

/// No bound is whole, as those of the lateness.
const TOOK: [f64; 8] = [0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 7.5];

/// What is counted of the ledger.
#[derive(Debug)]
pub struct Ledger {
    up: IntGauge,
    entries: IntCounter,
    looks: IntCounter,
    append: Histogram,
    failures: IntCounter,
    backlog: IntGauge,
    dropped: IntCounter,
    lost: IntCounter,
    success: Gauge,
    size: IntGauge,
    set_aside: IntCounter,
}

impl Ledger {
    pub(super) fn new(within: &Registry) -> Self {
        let counter = |family| enter(within, IntCounter::with_opts(opts(family)));
        let gauge = |family| enter(within, IntGauge::with_opts(opts(family)));
        let took = HistogramOpts::from(opts(&of::LEDGER_APPEND)).buckets(TOOK.to_vec());
        let ledger = Self {
            up: gauge(&of::LEDGER_UP),
            entries: counter(&of::LEDGER_ENTRIES),
            looks: counter(&of::LEDGER_LOOKS),
            append: enter(within, Histogram::with_opts(took)),
            failures: counter(&of::LEDGER_FAILURES),
            backlog: gauge(&of::LEDGER_BACKLOG),
            dropped: counter(&of::LEDGER_DROPPED),
            lost: counter(&of::LEDGER_LOST),
            success: enter(within, Gauge::with_opts(opts(&of::LEDGER_SUCCESS))),
            size: gauge(&of::LEDGER_SIZE),
            set_aside: counter(&of::LEDGER_SET_ASIDE),
        };
        ledger.up(true);
        ledger
    }

    /// Whether it takes in what is seen.
    pub fn up(&self, is_so: bool) {
        self.up.set(i64::from(is_so));
    }

    /// `entry` is remembered.
    pub fn remembered(&self, entry: &Entry) {
        self.entries.inc();
        self.looks.inc_by(u64::from(matches!(entry, Entry::Observed(_))));
    }

    /// To remember a batch, or to fail to, took so long.
    pub fn took(&self, time: Duration) {
        self.append.observe(time.as_secs_f64());
    }

    /// A batch was taken in at `at`.
    pub fn succeeded(&self, at: Moment) {
        self.success.set(at.as_seconds());
    }

    /// A batch was not taken in.
    pub fn failed(&self) {
        self.failures.inc();
    }

    /// So many entries wait.
    pub fn backlog(&self, entries: usize) {
        self.backlog.set(i64::try_from(entries).unwrap_or(i64::MAX));
    }

    /// `entry` will not be remembered.
    pub fn dropped(&self, entry: &Entry) {
        let count = if matches!(entry, Entry::Observed(_)) { &self.dropped } else { &self.lost };
        count.inc();
    }

    /// Its files are so large.
    pub fn size(&self, bytes: u64) {
        self.size.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// One that could not be read any more was set aside.
    pub fn set_aside(&self) {
        self.set_aside.inc();
    }
}
