//! Do enough echoes come back, and soon enough? Pure.

use std::time::Duration;

use crate::{
    model::Check,
    probe::{Bounds, Findings},
    raw::Lapse,
};

/// How long each echo was under way; `None` where it was lost. At least one came back.
#[derive(Debug)]
pub(in crate::probe) struct Trips(pub(super) Vec<Option<Duration>>);

/// What is expected of them.
#[derive(Debug, Default)]
pub(in crate::probe) struct Expected {
    /// In percent.
    pub(super) loss: Option<Bounds<usize>>,
    pub(super) round_trip: Option<Bounds<Lapse>>,
    pub(super) jitter: Option<Bounds<Lapse>>,
}

impl Expected {
    /// Tells what `trips` break.
    pub(super) fn judge(&self, trips: &Trips, findings: &mut Findings) {
        self.judge_loss(trips, findings);
        judge_time(Check::RoundTrip, self.round_trip.as_ref(), trips.mean(), findings);
        judge_time(Check::Jitter, self.jitter.as_ref(), trips.jitter(), findings);
    }

    fn judge_loss(&self, trips: &Trips, findings: &mut Findings) {
        let (lost, all) = (trips.0.iter().filter(|trip| trip.is_none()).count(), trips.0.len());
        // Rounded up: one of three is more than 33 %.
        let percent = (lost * 100).div_ceil(all);
        if let Some(bounds) = self.loss.as_ref().filter(|bounds| !bounds.allow(&percent)) {
            let got = format!("{percent} % ({lost} of {all})");
            findings.broken(Check::Loss, "", format!("{} %", bounds.words()), got);
        }
    }
}

fn judge_time(check: Check, bounds: Option<&Bounds<Lapse>>, got: Option<Duration>, findings: &mut Findings) {
    let Some(bounds) = bounds else { return };
    let got = match got {
        Some(got) if bounds.allow(&Lapse(got)) => return,
        Some(got) => format!("{got:.1?}"),
        None => "too few answers to tell".to_owned(),
    };
    findings.broken(check, "", bounds.words(), got);
}

impl Trips {
    fn mean(&self) -> Option<Duration> {
        mean(self.0.iter().flatten().copied())
    }

    /// By how much a round trip differs from the one before it, on average.
    fn jitter(&self) -> Option<Duration> {
        let trips: Vec<Duration> = self.0.iter().flatten().copied().collect();
        mean(trips.windows(2).map(|pair| pair[0].abs_diff(pair[1])))
    }
}

fn mean(times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let (sum, count) = times.fold((Duration::ZERO, 0), |(sum, count), time| (sum + time, count + 1));
    sum.checked_div(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Expectations;

    fn told(expected: Expected, trips: &[Option<u64>]) -> Vec<String> {
        let trips = Trips(trips.iter().map(|trip| trip.map(Duration::from_millis)).collect());
        let expectations = Expectations { must: expected, should: None };
        let findings = expectations.judge(|expected, findings| expected.judge(&trips, findings));
        findings.iter().map(|finding| crate::model::Finding::words(std::slice::from_ref(finding))).collect()
    }

    fn most(ms: u64) -> Bounds<Lapse> {
        Bounds::between(Lapse(Duration::ZERO), Lapse(Duration::from_millis(ms)))
    }

    #[test]
    fn any_answer_will_do_unless_something_is_expected() {
        assert_eq!(told(Expected::default(), &[None, Some(900), None]), [""; 0]);
    }

    #[test]
    fn loss_is_a_share_of_what_was_sent() {
        let loss = |most| Expected { loss: Some(Bounds::between(0, most)), ..Expected::default() };
        let trips = [Some(1), None, Some(1)];
        assert_eq!(told(loss(34), &trips), [""; 0]);
        assert_eq!(told(loss(33), &trips), ["expect_loss: expected from 0 to 33 %, got 34 % (1 of 3)"]);
        assert_eq!(told(loss(0), &[Some(1); 3]), [""; 0]);
    }

    #[test]
    fn a_round_trip_is_the_mean_of_those_that_came_back() {
        let round_trip = |most_ms| Expected { round_trip: Some(most(most_ms)), ..Expected::default() };
        let trips = [Some(10), None, Some(30)];
        assert_eq!(told(round_trip(20), &trips), [""; 0]);
        assert_eq!(told(round_trip(19), &trips), ["expect_round_trip: expected from 0s to 19ms, got 20.0ms"]);
    }

    #[test]
    fn jitter_is_the_mean_change_and_needs_two() {
        let jitter = |most_ms| Expected { jitter: Some(most(most_ms)), ..Expected::default() };
        let trips = [Some(10), Some(30), None, Some(26)];
        assert_eq!(told(jitter(12), &trips), [""; 0]);
        assert_eq!(told(jitter(11), &trips), ["expect_jitter: expected from 0s to 11ms, got 12.0ms"]);
        let one = told(jitter(11), &[Some(1), None]);
        assert_eq!(one, ["expect_jitter: expected from 0s to 11ms, got too few answers to tell"]);
    }
}
