//! What share of the time was a service available, as far as anybody can say?

use std::time::Duration;

use serde::Serialize;

use super::{Tally, seconds};
use crate::model::{Objective, ServiceState};

/// Time in which a service was available, was not, and in which nobody saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// It was available.
    #[serde(serialize_with = "seconds::exact")]
    pub good: Duration,
    /// It was not.
    #[serde(serialize_with = "seconds::exact")]
    pub bad: Duration,
    /// Nobody saw.
    #[serde(serialize_with = "seconds::exact")]
    pub unknown: Duration,
}

/// Whether an objective was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was, even if the service was unavailable whenever nobody saw.
    Met,
    /// It was not, even if the service was available whenever nobody saw.
    Missed,
    /// That depends on what nobody saw.
    NotProvable,
    /// No time counted.
    NotApplicable,
}

/// How an objective stands over a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// What was promised: `always`, `during clinics`.
    pub name: String,
    /// The share that was promised.
    pub target: String,
    /// The time that counted, unknown time included and planned work not.
    #[serde(serialize_with = "seconds::exact")]
    pub counted: Duration,
    /// The unavailable time that the promise allows.
    #[serde(serialize_with = "seconds::exact")]
    pub allowance: Duration,
    /// What there was.
    pub availability: Availability,
    /// Whether it was kept.
    pub verdict: Verdict,
}

impl Availability {
    /// Of the counted time of `tally`, where `counts` are the states in which the service is unavailable.
    pub fn of(tally: Tally, counts: &[ServiceState]) -> Self {
        let of = |state| tally.part_of(state);
        let known = ServiceState::ALL.into_iter().filter(|state| *state != ServiceState::Unknown);
        let bad = known.clone().filter(|state| counts.contains(state)).map(of).sum();
        let good = known.filter(|state| !counts.contains(state)).map(of).sum();
        Self { good, bad, unknown: tally.unknown }
    }

    /// The time of which anything is known.
    pub fn known(self) -> Duration {
        self.good + self.bad
    }

    /// All of it.
    pub fn whole(self) -> Duration {
        self.known() + self.unknown
    }
}

impl Verdict {
    /// The word in tables and in JSON.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NotProvable => "not provable",
            Self::NotApplicable => "no time counted",
        }
    }

    fn of(counted: Duration, allowance: Duration, found: Availability) -> Self {
        if counted.is_zero() {
            Self::NotApplicable
        } else if found.bad > allowance {
            Self::Missed
        } else if found.bad + found.unknown <= allowance {
            Self::Met
        } else {
            Self::NotProvable
        }
    }
}

impl Kept {
    /// How `objective` stands, where `tally` is of the time within its calendar.
    pub fn of(objective: &Objective, tally: Tally) -> Self {
        let counted = tally.total().saturating_sub(tally.maintenance);
        let allowance = allowance(objective, counted);
        let availability = Availability::of(tally, &objective.counts);
        Self {
            name: objective.label(),
            target: objective.target.to_string(),
            counted,
            allowance,
            availability,
            verdict: Verdict::of(counted, allowance, availability),
        }
    }
}

/// The whole milliseconds that may be lost.
fn allowance(objective: &Objective, counted: Duration) -> Duration {
    let lost = u128::from(1_000_000 - objective.target.millionths());
    let ms = counted.as_millis() * lost / 1_000_000;
    Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Counting, Share};

    #[test]
    fn unknown_time_makes_a_promise_unprovable_only_where_it_decides() {
        let target = Share::of_percent(99.9).unwrap();
        let objective = Objective { target, when: Counting::Always, counts: vec![ServiceState::Down] };
        let told = |up: u64, down: u64, unknown: u64| {
            let [up, down, unknown] = [up, down, unknown].map(Duration::from_secs);
            let maintenance = Duration::from_secs(5000);
            let kept = Kept::of(&objective, Tally { up, down, maintenance, unknown, ..Tally::default() });
            (kept.allowance.as_millis(), kept.verdict)
        };
        // 99.9 % of a million seconds allows a thousand.
        assert_eq!(told(999_000, 1_000, 0), (1_000_000, Verdict::Met));
        assert_eq!(told(998_999, 1_001, 0), (1_000_000, Verdict::Missed));
        assert_eq!(told(999_000, 0, 1_000), (1_000_000, Verdict::Met));
        assert_eq!(told(998_999, 1_000, 1), (1_000_000, Verdict::NotProvable));
        assert_eq!(told(0, 1_001, 998_999), (1_000_000, Verdict::Missed));
        assert_eq!(told(0, 0, 0), (0, Verdict::NotApplicable));
        assert_eq!(told(999, 0, 0), (999, Verdict::Met));
    }
}
