//! How does one look run, whatever its kind? One deadline, one stopwatch, then the judgement.

use std::time::Duration;

use tokio::time::timeout_at;

use super::{Agent, Besides, Closely, Kind, dial::Stopwatch, http::Place, kind::Look};
use crate::{
    model::{
        Cause, Check, Details, Failure, Fault, Finding, Moment, Ours, Outcome, Phase, Reason, Seen, Weight,
    },
    raw::Secret,
};

/// A deadline that passed by more than this was missed by us: the process or the machine was held up.
const STALL: Duration = Duration::from_millis(250);

/// What a look is given besides its settings.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The deadline over all phases.
    pub timeout: Duration,
    /// A good look that takes longer is degraded.
    pub slow: Option<Duration>,
    /// The wall-clock time at which the look begins.
    pub at: Moment,
}

/// A look under way.
pub(crate) struct Looking<'a> {
    /// What all looks share.
    pub(crate) agent: &'a Agent,
    /// Stamps the phases.
    pub(crate) watch: Stopwatch,
    /// What was read on the way, as far as the look came.
    pub(crate) details: Details,
    /// What is to be told besides of a look that fails, printable.
    pub(crate) aside: String,
    /// The wall-clock time at which the look began.
    pub(crate) at: Moment,
    /// What is asked for besides, by whoever looks closely.
    pub(super) closely: Option<Closely<'a>>,
    /// What was read of it.
    pub(super) besides: Besides,
}

impl<'a> Looking<'a> {
    /// Begins now, the wall clock standing at `at`.
    pub(crate) fn begin(agent: &'a Agent, timeout: Duration, at: Moment) -> Self {
        let watch = Stopwatch::start(timeout);
        let (details, besides) = (Details::default(), Besides::default());
        Self { agent, watch, details, aside: String::new(), at, closely: None, besides }
    }

    /// The time that is left.
    pub(crate) fn remaining(&self) -> Duration {
        self.watch.remaining()
    }

    /// Writes down what only a close look asks for.
    pub(super) fn note(&mut self, note: impl FnOnce(&mut Besides)) {
        if self.closely.is_some() {
            note(&mut self.besides);
        }
    }

    /// What let us in on the way is told to nobody.
    pub(super) fn keep(&mut self, secret: Secret) {
        self.besides.secrets.push(secret);
    }

    /// Whether a redirect may lead to `place`.
    pub(super) fn may_go_to(&self, place: &Place) -> bool {
        self.closely.as_ref().is_none_or(|closely| (closely.fence)(place))
    }

    /// Whether a chain is looked at that nobody vouches for.
    pub(super) fn trusts_anybody(&self) -> bool {
        self.closely.as_ref().is_some_and(|closely| closely.anybody)
    }

    /// A failure of ours or theirs, with the name of the step in which it was met, if it has one.
    fn of_step(&self, kind: &impl Look, failure: Failure) -> Failure {
        match kind.steps().get(usize::from(self.watch.hop())) {
            Some(step) => failure.of_step(step),
            None => failure,
        }
    }

    fn with_aside(&self, mut failure: Failure) -> Failure {
        if !self.aside.is_empty() {
            failure.words = format!("{}; {}", failure.words, self.aside);
        }
        failure
    }

    /// What it means that the time is up.
    pub(crate) fn timed_out(&self, timeout: Duration) -> Failure {
        let overrun = self.watch.overrun();
        let timeout = to_the_millisecond(timeout);
        let phase = self.watch.phase();
        match phase {
            _ if overrun > STALL => Failure::ours(
                Ours::Stalled,
                format!("this machine was held up for {overrun:.1?} past the deadline"),
            ),
            Phase::Resolve => Failure::ours(
                Ours::ResolverGone,
                format!(
                    "our resolver did not answer within {timeout:?}; are its servers reachable from here?"
                ),
            ),
            _ => Failure::theirs(
                Fault::Timeout(phase),
                format!("no end of the phase {:?} within the timeout of {timeout:?}", phase.label()),
            ),
        }
    }
}

/// What is left of a timeout is some microseconds short of what people wrote.
fn to_the_millisecond(timeout: Duration) -> Duration {
    let nearest = (timeout + Duration::from_micros(500)).as_millis();
    Duration::from_millis(u64::try_from(nearest).unwrap_or(u64::MAX))
}

/// Looks once, by `kind`: never longer than the timeout, and never without an answer.
pub async fn look(kind: &Kind, ask: Ask, agent: &Agent) -> Seen {
    super::look_by_kind(kind, ask, agent, None).await.0
}

pub(super) async fn look_as<L: Look>(
    kind: &L,
    ask: Ask,
    agent: &Agent,
    closely: Option<Closely<'_>>,
) -> (Seen, Besides) {
    let mut looking = Looking { closely, ..Looking::begin(agent, ask.timeout, ask.at) };
    let deadline = looking.watch.deadline();
    let reply = match timeout_at(deadline, kind.exchange(&mut looking)).await {
        Ok(reply) => reply,
        Err(_) => Err(looking.of_step(kind, looking.timed_out(ask.timeout))),
    };
    let reply = reply.map_err(|failure| looking.with_aside(failure));
    let timeline = looking.watch.stop();
    let judged = reply.and_then(|reply| kind.judge(&reply, ask.at));
    let outcome = match judged {
        Ok(findings) => weigh(findings, ask.slow, timeline.total()),
        Err(failure) => failed(failure),
    };
    (Seen { timeline, outcome, details: looking.details }, looking.besides)
}

fn failed(failure: Failure) -> Outcome {
    match failure.cause {
        Cause::Ours(ours) => Outcome::Unknown { ours, words: failure.words },
        Cause::Theirs(fault) => Outcome::Down(Reason::Fault { fault, words: failure.words }),
    }
}

/// What findings amount to, and how long it took.
pub(crate) fn weigh(mut findings: Vec<Finding>, slow: Option<Duration>, took: Duration) -> Outcome {
    findings.extend(slow.filter(|slow| took > *slow).map(|slow| too_slow(slow, took)));
    if findings.is_empty() {
        Outcome::Up
    } else if findings.iter().any(|finding| finding.weight == Weight::Fail) {
        Outcome::Down(Reason::Findings(findings))
    } else {
        Outcome::Degraded(findings)
    }
}

fn too_slow(slow: Duration, took: Duration) -> Finding {
    Finding {
        check: Check::Slow,
        subject: String::new(),
        expected: format!("at most {slow:?}"),
        got: format!("{took:.1?}"),
        weight: Weight::Warn,
    }
}
