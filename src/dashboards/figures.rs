//! Which figures stand on several dashboards?

use super::{
    query::{BY_SERVICE, Series, floored, max, min, raised, recorded, total},
    records::{AVAILABLE, BUDGET_LEFT, CERTIFICATE_END, DOWN, PLANNED, SLOWNESS, UNKNOWN},
};

/// The share of the known and unplanned time in which a service was not down.
pub(super) fn availability() -> String {
    let (available, down) = (total(AVAILABLE), total(DOWN));
    floored(format!("{available} / ({available} + {down} > 0)"))
}

/// The share of all time of which nothing is known.
pub(super) fn unknown_share() -> String {
    raised(format!(
        "{} / ({} > 0)",
        total(UNKNOWN),
        [AVAILABLE, DOWN, PLANNED, UNKNOWN].map(total_or_none).join(" + ")
    ))
}

/// A service of which only unknown time is recorded has none of the other parts.
fn total_or_none(record: &str) -> String {
    if record == UNKNOWN { total(record) } else { format!("({} or 0 * {})", total(record), total(UNKNOWN)) }
}

/// What is left of the budget of thirty days; of several objectives the least.
pub(super) fn budget_left() -> String {
    floored(min(BY_SERVICE, recorded(BUDGET_LEFT, BY_SERVICE)))
}

/// The 95th percentile of the last half hour; of a service the slowest probe's.
pub(super) fn slowest() -> String {
    max(BY_SERVICE, recorded(SLOWNESS, BY_SERVICE))
}

/// How long until the first certificate ends, in seconds.
pub(super) fn next_end(by: &[&str], chosen: &[&str]) -> String {
    min(by, format!("{} - time()", Series::recorded(CERTIFICATE_END).chosen(chosen)))
}
