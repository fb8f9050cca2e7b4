//! The kind `journey`: can a clinician do what they came for, step by step, in one session?

mod entity;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod raw;
mod step;
mod take;
#[cfg(test)]
mod tests;
mod text;

#[cfg(any(test, fuzzing))]
pub(super) use fuzzing::fuzz;

use std::{sync::Arc, time::Duration};

use tokio::time::timeout_at;

use self::{raw::RawJourney, step::Step, text::Taken};
use super::{
    Looking,
    http::{Asking, Session},
    kind::Look,
};
use crate::{
    model::{Check, Failure, Finding, Moment, Weight},
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Journey {
    asking: Asking,
    /// Those that are always taken come last.
    steps: Vec<Step>,
}

/// How far a journey came.
struct Walked {
    session: Session,
    taken: Taken,
    /// The step under way.
    at: usize,
}

/// The most that is kept back for the steps that are always taken.
const RESERVE: Duration = Duration::from_secs(5);

impl Look for Journey {
    const NAME: &'static str = "journey";
    const CLINICAL: bool = true;
    type Raw = RawJourney;
    type Reply = Vec<Finding>;

    fn parse(raw: RawJourney, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.asking.target()
    }

    fn host(&self) -> Arc<str> {
        self.asking.host()
    }

    fn steps(&self) -> Vec<String> {
        self.on_the_way().map(|step| step.name.clone()).collect()
    }

    /// The time that a clinician would wait ends with the last step on the way, or with the one that failed.
    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Vec<Finding>, Failure> {
        let mut walked = Walked { session: Session::lasting(), taken: Taken::default(), at: 0 };
        let reserve = self.reserve(looking.remaining());
        let timeout = looking.remaining().saturating_sub(reserve);
        let deadline = looking.watch.deadline() - reserve;
        let outcome = match timeout_at(deadline, self.walk(looking, &mut walked)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(looking.timed_out(timeout)),
        };
        looking.watch.rest();
        let outcome = outcome.map_err(|failure| failure.of_step(&self.steps[walked.at].name));
        let given = walked.session.secrets(); // a log-out takes them back
        let left_over = self.end(looking, reserve, &mut walked).await;
        given.into_iter().chain(walked.taken.0.into_values()).for_each(|secret| looking.keep(secret));
        outcome.map(|mut findings| {
            findings.extend(left_over);
            findings
        })
    }

    fn judge(&self, findings: &Vec<Finding>, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(findings.clone())
    }
}

impl Journey {
    /// The steps that a clinician waits for.
    fn on_the_way(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.always)
    }

    /// The part of the timeout that is kept back for the steps that are always taken.
    fn reserve(&self, timeout: Duration) -> Duration {
        if self.steps.iter().any(|step| step.always) { RESERVE.min(timeout / 4) } else { Duration::ZERO }
    }

    /// One step after the other, as long as nothing hard breaks.
    async fn walk(&self, looking: &mut Looking<'_>, walked: &mut Walked) -> Result<Vec<Finding>, Failure> {
        let mut all = Vec::new();
        for (at, step) in self.on_the_way().enumerate() {
            walked.at = at;
            looking.watch.next_step(at);
            let findings = step.walk(&self.asking, looking, walked).await?;
            let broken = findings.iter().any(|finding| finding.weight == Weight::Fail);
            all.extend(findings.into_iter().map(|finding| finding.of_step(&step.name)));
            if broken {
                break;
            }
        }
        Ok(all)
    }

    /// The steps that are always taken, on a stopwatch of their own. What goes wrong in them degrades at worst.
    async fn end(&self, looking: &Looking<'_>, within: Duration, walked: &mut Walked) -> Vec<Finding> {
        let mut looking = Looking::begin(looking.agent, within, looking.at);
        let deadline = looking.watch.deadline();
        let mut all = Vec::new();
        for step in self.steps.iter().filter(|step| step.always) {
            if !walked.has_taken(step) {
                continue;
            }
            let outcome = timeout_at(deadline, step.walk(&self.asking, &mut looking, walked)).await;
            let outcome = outcome.unwrap_or_else(|_| Err(looking.timed_out(within)));
            let findings = outcome.unwrap_or_else(|failure| vec![undone(failure)]);
            let mild = |finding: Finding| Finding { weight: Weight::Warn, ..finding.of_step(&step.name) };
            all.extend(findings.into_iter().map(mild));
        }
        all
    }
}

impl Walked {
    /// Whether all was taken that `step` needs.
    fn has_taken(&self, step: &Step) -> bool {
        step.texts().iter().flat_map(|text| text.needs()).all(|name| self.taken.0.contains_key(name))
    }
}

/// A step that should always be taken, and was not.
fn undone(failure: Failure) -> Finding {
    Finding {
        check: Check::Step,
        subject: String::new(),
        expected: "done".to_owned(),
        got: failure.words,
        weight: Weight::Warn,
    }
}
