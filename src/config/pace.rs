//! How often is looked, how long, and after how many looks is it believed? Defaults, and what a probe says otherwise.

use std::time::Duration;

use super::shapes::{RawConfirm, RawDefaults};
use crate::{
    model::{Cadence, Confirm},
    raw::{Door, Field, Lapse, Problem, Span},
};

/// A length of time, and where it was written if it was.
pub(super) type Written = (Duration, Option<Span>);

/// What holds for a probe.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    interval: Written,
    timeout: Written,
    slow: Option<Written>,
    pub(super) confirm: Confirm,
    /// The least interval of a probe of a clinical kind.
    clinical: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: (Duration::from_secs(30), None),
            timeout: (Duration::from_secs(5), None),
            slow: None,
            confirm: Confirm::default(),
            clinical: Duration::ZERO,
        }
    }
}

impl Pace {
    /// This pace where nothing else is said.
    pub(super) fn but(&self, said: RawDefaults, door: &mut Door<'_>) -> Self {
        let mut pace = self.clone();
        pace.interval = lapse(said.interval, door).unwrap_or(pace.interval);
        pace.timeout = lapse(said.timeout, door).unwrap_or(pace.timeout);
        pace.slow = lapse(said.slow, door).or(pace.slow);
        if let Some(confirm) = said.confirm.and_then(Field::good) {
            pace.confirm = but_confirm(pace.confirm, confirm, door);
        }
        pace
    }

    /// This pace, in which clinical systems are asked no more often than this.
    pub(super) fn no_more_often(self, clinical: Duration) -> Self {
        Self { clinical, ..self }
    }

    /// Tells of a clinical system, written at `place`, that would be asked more often than is good for it.
    pub(super) fn spare(&self, place: Span, door: &mut Door<'_>) {
        let (interval, written) = self.interval;
        if interval < self.clinical {
            let message = format!("a clinical system would be asked every {}", said(interval));
            let least = said(self.clinical);
            let cure =
                format!("write `interval: {least}` or more here, or set `limits: {{clinical_interval: …}}`");
            let problem = Problem::new(Some(place), message).cure(cure);
            door.tell(written.into_iter().fold(problem, |problem, at| problem.beside(at, "as is said here")));
        }
    }

    /// The cadence, if interval and timeout agree.
    pub(super) fn cadence(&self, door: &mut Door<'_>) -> Option<Cadence> {
        let cadence = Cadence::new(self.interval.0, self.timeout.0);
        if cadence.is_none() {
            let message = format!(
                "the timeout ({}) is longer than the interval ({})",
                said(self.timeout.0),
                said(self.interval.0)
            );
            between(self.timeout.1, self.interval.1, message, "look less often, or wait less long", door);
        }
        cadence
    }

    /// From when on a look is slow, if that is before its timeout.
    pub(super) fn slow(&self, door: &mut Door<'_>) -> Option<Duration> {
        let (slow, place) = self.slow?;
        if slow >= self.timeout.0 {
            let message = format!(
                "no look is ever slow ({}): it ends at its timeout ({})",
                said(slow),
                said(self.timeout.0)
            );
            between(place, self.timeout.1, message, "write a `slow` that is shorter than the timeout", door);
        }
        Some(slow)
    }
}

/// A length of time that is longer than none.
pub(super) fn lapse(field: Option<Field<Lapse>>, door: &mut Door<'_>) -> Option<Written> {
    let field = field?;
    let lapse = field.get()?.0;
    if lapse.is_zero() {
        door.problem(field.span(), "this is no time at all", "write at least \"1ms\"");
        return None;
    }
    Some((lapse, Some(field.span())))
}

fn but_confirm(confirm: Confirm, said: RawConfirm, door: &mut Door<'_>) -> Confirm {
    Confirm {
        failures: count(said.failures, door).unwrap_or(confirm.failures),
        recheck: lapse(said.recheck, door).map_or(confirm.recheck, |(lapse, _)| lapse),
        successes: count(said.successes, door).unwrap_or(confirm.successes),
    }
}

/// A number of at least one.
pub(super) fn count(field: Option<Field<u32>>, door: &mut Door<'_>) -> Option<u32> {
    let field = field?;
    if field.get() == Some(&0) {
        door.problem(field.span(), "0 is too few", "write at least 1");
    }
    field.good().filter(|count| *count > 0)
}

/// A problem between two lengths of time: told at the one that was written, with the other beside it.
fn between(one: Option<Span>, other: Option<Span>, message: String, cure: &str, door: &mut Door<'_>) {
    let problem = Problem::new(one.or(other), message).cure(cure);
    door.tell(match other.filter(|_| one.is_some()) {
        Some(other) => problem.beside(other, "compared with this"),
        None => problem,
    });
}

/// A length of time in words.
fn said(lapse: Duration) -> String {
    jiff::SignedDuration::try_from(lapse).map_or_else(|_| format!("{lapse:?}"), |lapse| format!("{lapse:#}"))
}
