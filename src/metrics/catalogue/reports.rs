//! Which series are there about reports?

use super::{Family, Unit};

pub(crate) static REPORTS_WRITTEN: Family = Family::counter(
    "wardround_reports_written_total",
    Unit::Count,
    "Reports written by themselves, each format by itself.",
);

pub(crate) static REPORTS_FAILURES: Family = Family::counter(
    "wardround_reports_failures_total",
    Unit::Count,
    "Attempts to write or mail a report that failed. They are made again.",
);

pub(crate) static REPORTS_SUCCESS: Family = Family::gauge(
    "wardround_reports_last_success_timestamp_seconds",
    Unit::Timestamp,
    "When a report was last written.",
);

/// Every metric about reports.
pub(super) const REPORTS: &[&Family] = &[&REPORTS_WRITTEN, &REPORTS_FAILURES, &REPORTS_SUCCESS];
