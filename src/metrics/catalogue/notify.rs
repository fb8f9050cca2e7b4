//! Which series are there about telling receivers?

use super::{Family, Label, Unit};

const ONE: &[Label] = &[Label::Site, Label::Receiver];

pub(crate) static DELIVERIES: Family = Family::counter(
    "wardround_notify_deliveries_total",
    Unit::Count,
    "Attempts to tell a receiver, by what came of it.",
)
.labels(&[Label::Site, Label::Receiver, Label::Delivery]);

pub(crate) static NOTIFY_FAILING: Family = Family::gauge(
    "wardround_notify_failing",
    Unit::Code,
    "Whether the receiver cannot be told: 1 from the first failure until the next success, or 0.",
)
.labels(ONE);

pub(crate) static NOTIFY_PENDING: Family = Family::gauge(
    "wardround_notify_pending",
    Unit::Count,
    "What the receiver is to be told and has not acknowledged yet.",
)
.labels(ONE);

pub(crate) static NOTIFY_DROPPED: Family = Family::counter(
    "wardround_notify_dropped_total",
    Unit::Count,
    "What the receiver was to be told and never will be, for want of room.",
)
.labels(ONE);

pub(crate) static NOTIFY_SUCCESS: Family = Family::gauge(
    "wardround_notify_last_success_timestamp_seconds",
    Unit::Timestamp,
    "When the receiver last acknowledged.",
)
.labels(ONE);

/// Every metric about the receivers.
pub(super) const NOTIFY: &[&Family] =
    &[&DELIVERIES, &NOTIFY_FAILING, &NOTIFY_PENDING, &NOTIFY_DROPPED, &NOTIFY_SUCCESS];
