//! How long was a service in which state?

use std::{iter::Sum, ops::Add, time::Duration};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Stretch, seconds, spans};
use crate::model::{Period, ServiceState};

/// A period split into seven, exact to the millisecond. They sum to the part of the period in which the service was
/// watched: what is neither before nor after its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// Everything worked.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub up: Duration,
    /// Everything worked, and what stands in for a part was gone.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub at_risk: Duration,
    /// It worked, but badly.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub degraded: Duration,
    /// Some function was missing.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub partial: Duration,
    /// It did not work.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub down: Duration,
    /// Work was planned and announced in time, however the service was meanwhile.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub maintenance: Duration,
    /// Nobody saw.
    #[serde(serialize_with = "seconds::exact")]
    #[schemars(with = "f64")]
    pub unknown: Duration,
}

impl Tally {
    /// The stretches of a service, less the time that is excluded: periods in order that have nothing in common.
    pub(super) fn of(stretches: &[Stretch], excluded: &[Period]) -> Self {
        stretches.iter().map(|stretch| Self::of_one(*stretch, excluded)).sum()
    }

    /// All seven together.
    pub fn total(self) -> Duration {
        self.parts().into_iter().sum()
    }

    /// The seven, in the order in which they are told.
    pub fn parts(self) -> [Duration; 7] {
        let Self { up, at_risk, degraded, partial, down, maintenance, unknown } = self;
        [up, at_risk, degraded, partial, down, maintenance, unknown]
    }

    fn of_one(Stretch { period, state }: Stretch, excluded: &[Period]) -> Self {
        let touching = spans::touching(excluded, period);
        let maintenance = touching.map(|other| other.within(period).length()).sum();
        let mut tally = Self { maintenance, ..Self::default() };
        *tally.part(state) = period.length().saturating_sub(maintenance);
        tally
    }

    /// The part of `state`.
    pub fn part_of(mut self, state: ServiceState) -> Duration {
        *self.part(state)
    }

    fn part(&mut self, state: ServiceState) -> &mut Duration {
        match state {
            ServiceState::Up => &mut self.up,
            ServiceState::AtRisk => &mut self.at_risk,
            ServiceState::Degraded => &mut self.degraded,
            ServiceState::Partial => &mut self.partial,
            ServiceState::Down => &mut self.down,
            ServiceState::Unknown => &mut self.unknown,
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            up: self.up + other.up,
            at_risk: self.at_risk + other.at_risk,
            degraded: self.degraded + other.degraded,
            partial: self.partial + other.partial,
            down: self.down + other.down,
            maintenance: self.maintenance + other.maintenance,
            unknown: self.unknown + other.unknown,
        }
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Add::add)
    }
}
