//! How often did looks fail too few times to be believed?

use std::time::Duration;

use serde::Serialize;

use super::{Account, seconds, spans};
use crate::model::{Period, Slug};

/// Failures that were over before they were confirmed. Their time counts as up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Blips {
    /// How many.
    pub count: usize,
    /// The bad looks in them.
    pub looks: u64,
    /// How long a probe of the service was suspect.
    #[serde(serialize_with = "seconds::exact")]
    pub suspect: Duration,
}

impl Blips {
    pub(super) fn of(account: &Account, service: &Slug, period: Period) -> Self {
        let mut blips = Self::default();
        let mut times = Vec::new();
        for blip in account.blips(service, period) {
            blips.count += 1;
            blips.looks += u64::from(blip.looks);
            times.push(Period::new(blip.since, blip.until).within(period));
        }
        blips.suspect = spans::united(times).into_iter().map(Period::length).sum();
        blips
    }
}
