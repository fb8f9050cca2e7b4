//! Which figures stand on several dashboards?

use super::{
    query::{BY_SERVICE, Series, floored, min, plain, raised, recorded, total},
    records::{
        AVAILABLE, BUDGET_LEFT, CERTIFICATE_END, CODE_NOW, ELAPSED, KNOWN, SLOWEST, STATE_CODE, UNKNOWN,
    },
};

/// The state of a service now, as a number. Where no agent is left it is what is recorded since: unknown, for a day.
pub(super) fn state_now() -> String {
    format!("{} or {}", plain(CODE_NOW, BY_SERVICE), plain(STATE_CODE, BY_SERVICE))
}

/// The share of the known and unplanned time in which a service was not down.
pub(super) fn availability() -> String {
    floored(format!("{} / ({} > 0)", total(AVAILABLE), total(KNOWN)))
}

/// The share of all time of which nothing is known.
pub(super) fn unknown_share() -> String {
    raised(format!("{} / ({} > 0)", total(UNKNOWN), total(ELAPSED)))
}

/// What is left of the budget of thirty days; of several objectives the least.
pub(super) fn budget_left() -> String {
    floored(min(BY_SERVICE, recorded(BUDGET_LEFT, BY_SERVICE)))
}

/// The 95th percentile of the last half hour; of a service the slowest probe's.
pub(super) fn slowest() -> String {
    plain(SLOWEST, BY_SERVICE)
}

/// How long until the first certificate ends, in seconds.
pub(super) fn next_end(by: &[&str], chosen: &[&str]) -> String {
    min(by, format!("{} - time()", Series::recorded(CERTIFICATE_END).chosen(chosen)))
}
