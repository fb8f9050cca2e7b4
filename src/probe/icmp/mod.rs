//! The kind `icmp`: does a machine send our echoes back?

mod expect;
mod raw;
mod socket;
#[cfg(test)]
mod tests;
mod volley;
mod wire;

#[cfg(any(test, fuzzing))]
pub(super) use wire::fuzz;

use std::{sync::Arc, time::Duration};

use self::{
    expect::{Expected, Trips},
    raw::RawIcmp,
};
use crate::{
    model::{Endpoint, Failure, Finding, Moment},
    probe::{
        Expectations, Looking,
        dial::{Route, Turns},
        kind::Look,
    },
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Icmp {
    /// Its port is 0: ICMP has none.
    target: Endpoint,
    route: Route,
    count: u8,
    size: u16,
    spacing: Duration,
    expectations: Expectations<Expected>,
}

impl Look for Icmp {
    const NAME: &'static str = "icmp";
    type Raw = RawIcmp;
    type Reply = Trips;

    fn parse(raw: RawIcmp, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.target.host.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.target().into()
    }

    /// An address has its share of the time, less a tenth: so silence is seen before the look's own time is up.
    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Trips, Failure> {
        let mut turns = Turns::of(looking, &self.target, &self.route).await?;
        while let Some(turn) = turns.next(looking) {
            match volley::send(looking, self, turn.peer, turn.share * 9 / 10).await {
                Ok(trips) => return Ok(trips),
                Err(failure) => turns.failed(failure),
            }
        }
        Err(turns.failure())
    }

    fn judge(&self, trips: &Trips, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(self.expectations.judge(|expected, findings| expected.judge(trips, findings)))
    }
}
