//! What does a report of one site rest on?

use std::collections::BTreeMap;

use serde::Serialize;

use super::Account;
use crate::{
    ledger::Hour,
    model::{Moment, Period, ProbeId},
};

/// All that is remembered by one agent, as far as a report needs it.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// The entries.
    pub account: Account,
    /// The end of the chain.
    pub head: Head,
    /// What the looks of each probe were in each of `periods`.
    pub sums: BTreeMap<ProbeId, Vec<Hour>>,
    /// The periods, in the order of the sums.
    pub periods: Vec<Period>,
    /// The moment until which every probe of the plan has been looked at; none if one never was.
    pub looked_until: Option<Moment>,
}

/// The end of a ledger's chain: who has it can tell whether the ledger was altered since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// How many entries there are.
    pub entries: u64,
    /// The hash of the last one, in hexadecimal.
    pub hash: String,
}

impl Remembered {
    /// What the looks of `probe` were in `period`.
    pub(super) fn sum(&self, probe: &ProbeId, period: Period) -> Option<&Hour> {
        let place = self.periods.iter().position(|one| *one == period)?;
        self.sums.get(probe)?.get(place)
    }
}
