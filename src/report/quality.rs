//! What was not measured, and why?

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Plan, Remembered, latency::missed};
use crate::model::{Moment, Period};

/// How good the data of one site are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// When the ledger begins: of the time before nothing is known.
    pub first: Option<Moment>,
    /// Until when looks are known.
    pub known_until: Moment,
    /// Whether a probe has not been looked at since the period ended: figures may still change.
    pub provisional: bool,
    /// How often the agent was started.
    pub starts: usize,
    /// How often the book was lost and begun anew.
    pub lost_books: usize,
    /// How often the clock was set, or the machine slept.
    pub clock_steps: usize,
    /// When the site was cut off: nothing could be seen from it.
    pub cut_off: Vec<Period>,
    /// Looks that were taken.
    pub taken: u64,
    /// Looks that were due and not taken, by reason.
    pub missed: BTreeMap<&'static str, u64>,
    /// The plans that were in force, and since when.
    pub plans: Vec<InForce>,
}

/// A plan that was in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// Since when.
    pub since: Moment,
    /// SHA-256 of the configuration, in hexadecimal.
    pub digest: String,
}

impl Quality {
    pub(super) fn of(remembered: &Remembered, period: Period) -> Self {
        let (account, agent) = (&remembered.account, remembered.account.agent());
        let sums = remembered.sums.keys().filter_map(|probe| remembered.sum(probe, period));
        Self {
            first: agent.first(),
            known_until: account.newest(),
            provisional: remembered.looked_until.is_none_or(|until| until < period.until),
            starts: agent.starts(period),
            lost_books: agent.lost_books(period),
            clock_steps: agent.clock_steps(period),
            cut_off: agent.cut_off(period),
            taken: sums.map(crate::ledger::Hour::looks).sum(),
            missed: reasons(remembered, period),
            plans: in_force(account.plans(), period),
        }
    }
}

fn reasons(remembered: &Remembered, period: Period) -> BTreeMap<&'static str, u64> {
    let mut reasons = BTreeMap::new();
    let probes = remembered.sums.keys();
    for gap in probes.flat_map(|probe| remembered.account.gaps(probe, period)) {
        *reasons.entry(gap.reason.label()).or_default() += missed(gap, period);
    }
    reasons
}

/// The plan that was in force when the period began, and those that came into force in it.
fn in_force(plans: &[Plan], period: Period) -> Vec<InForce> {
    let first = plans.partition_point(|plan| plan.at <= period.from).saturating_sub(1);
    let of = plans.iter().skip(first).take_while(|plan| plan.at < period.until);
    of.map(|plan| InForce { since: plan.at, digest: plan.digest.clone() }).collect()
}
