//! Which series are there about the ledger?

use super::{Family, Label, Shape, Unit};

pub(crate) static LEDGER_UP: Family = Family::gauge(
    "wardround_ledger_up",
    Unit::Code,
    "Whether the ledger takes in what is seen: 1, or 0 from its first failure until it does again. What waits for \
     longer than 5 s is then told without being remembered.",
);

pub(crate) static LEDGER_ENTRIES: Family =
    Family::counter("wardround_ledger_entries_total", Unit::Count, "Entries remembered, looks among them.");

pub(crate) static LEDGER_LOOKS: Family =
    Family::counter("wardround_ledger_looks_total", Unit::Count, "Looks remembered.");

pub(crate) static LEDGER_APPEND: Family = Family::new(
    "wardround_ledger_append_seconds",
    Shape::Histogram,
    Unit::Seconds,
    "How long it took to remember a batch of entries, failed attempts included.",
)
.labels(&[Label::Site, Label::Bound]);

pub(crate) static LEDGER_FAILURES: Family = Family::counter(
    "wardround_ledger_failures_total",
    Unit::Count,
    "Batches that the ledger did not take in.",
);

pub(crate) static LEDGER_BACKLOG: Family = Family::gauge(
    "wardround_ledger_backlog_entries",
    Unit::Count,
    "Entries that wait to be remembered. At 100,000 looks are dropped.",
);

pub(crate) static LEDGER_DROPPED: Family = Family::counter(
    "wardround_ledger_dropped_looks_total",
    Unit::Count,
    "Looks that were taken and told and will not be remembered, for want of room while the ledger failed.",
);

pub(crate) static LEDGER_LOST: Family = Family::counter(
    "wardround_ledger_lost_entries_total",
    Unit::Count,
    "Entries other than looks that will not be remembered: no look was left to make room for them.",
);

pub(crate) static LEDGER_SUCCESS: Family = Family::gauge(
    "wardround_ledger_last_success_timestamp_seconds",
    Unit::Timestamp,
    "When the ledger last took something in.",
);

pub(crate) static LEDGER_SIZE: Family =
    Family::gauge("wardround_ledger_size_bytes", Unit::Bytes, "The size of the ledger's files.");

pub(crate) static LEDGER_SET_ASIDE: Family = Family::counter(
    "wardround_ledger_set_aside_total",
    Unit::Count,
    "How often a ledger that could not be read any more was set aside for a new one.",
);

/// Every metric about the ledger.
pub(super) const LEDGER: &[&Family] = &[
    &LEDGER_UP,
    &LEDGER_ENTRIES,
    &LEDGER_LOOKS,
    &LEDGER_APPEND,
    &LEDGER_FAILURES,
    &LEDGER_BACKLOG,
    &LEDGER_DROPPED,
    &LEDGER_LOST,
    &LEDGER_SUCCESS,
    &LEDGER_SIZE,
    &LEDGER_SET_ASIDE,
];
