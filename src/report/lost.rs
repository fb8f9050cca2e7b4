//! How much of clinicians' time was lost? An estimate, and called so.

use std::time::Duration;

use serde::Serialize;

use super::{Stretch, seconds, spans};
use crate::model::{Calendar, Day, Period, ServiceState};

/// The time that people lost who would have worked with a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// How many people use it.
    pub users: u64,
    /// Their time, all together.
    #[serde(rename = "seconds", serialize_with = "seconds::exact")]
    pub time: Duration,
}

/// Of a hundred users, those who work with it at a moment: in working hours, and at other times.
const AT_WORK: [u128; 2] = [30, 10];

/// What a hundred minutes of each state cost somebody who works with it.
const COST: [(ServiceState, u128); 3] =
    [(ServiceState::Down, 100), (ServiceState::Partial, 50), (ServiceState::Degraded, 25)];

impl Lost {
    /// The formula, for people.
    pub const FORMULA: &str = "users × share at work × (time down + ½ × time partial + ¼ × time degraded); the share at work is \
        taken to be 30 % on weekdays from 08:00 to 18:00 and 10 % at other times";

    pub(super) fn of(users: u64, stretches: &[Stretch], busy: &[Period]) -> Self {
        let all = cost(stretches);
        let busy = cost(&spans::inside(stretches, busy));
        let [at_work, otherwise] = AT_WORK;
        let ms = u128::from(users) * (busy * at_work + (all - busy) * otherwise) / 10_000;
        Self { users, time: Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX)) }
    }

    /// When most are at work.
    pub(super) fn working_hours() -> Calendar {
        let days = vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
        Calendar { name: "working hours".into(), days, from: 8 * 60, until: 18 * 60, except: Vec::new() }
    }
}

/// Hundredths of milliseconds that one user loses.
fn cost(stretches: &[Stretch]) -> u128 {
    let weight = |state| COST.iter().find(|(one, _)| *one == state).map_or(0, |(_, weight)| *weight);
    stretches.iter().map(|one| one.period.length().as_millis() * weight(one.state)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moment;

    #[test]
    fn an_hour_down_at_work_costs_more_than_one_at_night() {
        let hour = |n: i64| Period::new(Moment::from_ms(n * 3_600_000), Moment::from_ms((n + 1) * 3_600_000));
        let stretch = |n, state| Stretch { period: hour(n), state };
        let stretches = [
            stretch(0, ServiceState::Down),
            stretch(1, ServiceState::Down),
            stretch(2, ServiceState::Degraded),
            stretch(3, ServiceState::Unknown),
        ];
        // 1000 users: 300 of them an hour, 100 of them an hour, 100 of them a quarter of an hour.
        assert_eq!(Lost::of(1000, &stretches, &[hour(0)]).time.as_secs(), (300 + 100 + 25) * 3600);
    }
}
