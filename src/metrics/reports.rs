//! Are the reports written?

use prometheus::{Gauge, IntCounter, Registry};

use super::{
    agent::{enter, opts},
    catalogue as of,
};
use crate::model::Moment;

/// What is counted of reports.
#[derive(Debug)]
pub struct Reports {
    written: IntCounter,
    failures: IntCounter,
    success: Gauge,
}

impl Reports {
    pub(super) fn new(within: &Registry) -> Self {
        let counter = |family| enter(within, IntCounter::with_opts(opts(family)));
        Self {
            written: counter(&of::REPORTS_WRITTEN),
            failures: counter(&of::REPORTS_FAILURES),
            success: enter(within, Gauge::with_opts(opts(&of::REPORTS_SUCCESS))),
        }
    }

    /// One was written at `at`.
    pub fn written(&self, at: Moment) {
        self.written.inc();
        self.success.set(at.as_seconds());
    }

    /// One could not be written or mailed.
    pub fn failed(&self) {
        self.failures.inc();
    }
}
