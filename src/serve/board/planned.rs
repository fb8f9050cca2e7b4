//! When is planned work next?

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    judge::Timetable,
    model::{Maintenance, Moment, Period},
};

/// Planned work, and when it is next.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Planned {
    /// What is planned.
    #[serde(flatten)]
    pub maintenance: Maintenance,
    /// The occurrence under way, or the next.
    pub period: Period,
    /// Whether it is under way.
    pub active: bool,
    /// Whether the ledger learned of it only after it had begun.
    pub late: bool,
}

impl Planned {
    /// `work`, `known` since then, as it is at `now`; `None` once it is over.
    pub(super) fn at(work: &Maintenance, known: Moment, now: Moment) -> Option<Self> {
        let timetable = Timetable::of(&work.when);
        let active = timetable.active_at(now);
        let period = match active {
            Some(period) => period,
            None => timetable.active_at(timetable.next_boundary(now)?)?,
        };
        Some(Self { maintenance: work.clone(), period, active: active.is_some(), late: known > period.from })
    }
}
