//! Which looks are in flight? Each is a task; one that panics, hangs or is given up still ends with an observation.

use std::{collections::HashMap, sync::Arc};

use tokio::task::{Id, JoinSet};

use super::clock::Clock;
use crate::{
    config::Probe,
    model::{Details, Observation, Ours, Outcome, Seen, Timeline},
    probe::{self, Agent, Ask, Kind},
    round::{Job, Ticket},
};

/// Takes one look.
pub trait TakeLook: Clone + Send + 'static {
    /// Looks once. Never longer than `ask.timeout`.
    fn take(&self, kind: &Kind, ask: Ask, agent: &Agent) -> impl Future<Output = Seen> + Send;
}

/// Looks at the hospital itself.
#[derive(Clone, Copy, Debug)]
pub struct RealLook;

impl TakeLook for RealLook {
    async fn take(&self, kind: &Kind, ask: Ask, agent: &Agent) -> Seen {
        probe::look(kind, ask, agent).await
    }
}

/// The looks in flight.
pub(super) struct Looks<L> {
    take: L,
    tasks: JoinSet<Box<Observation>>,
    jobs: HashMap<Id, (Job, Clock)>,
}

impl<L: TakeLook> Looks<L> {
    pub(super) fn new(take: L) -> Self {
        Self { take, tasks: JoinSet::new(), jobs: HashMap::new() }
    }

    /// Begins the look that `job` asks for.
    pub(super) fn begin(&mut self, job: Job, probe: &Probe, agent: &Arc<Agent>, clock: &Clock) {
        let (take, agent, clock) = (self.take.clone(), agent.clone(), clock.clone());
        let (kind, slow) = (probe.kind().clone(), probe.slow());
        let kept = (job.clone(), clock.clone());
        let task = self.tasks.spawn(async move {
            let (began, late) = (clock.now(), clock.late(job.due));
            let ask = Ask { timeout: job.cadence.timeout(), slow, at: began };
            let seen = take.take(&kind, ask, &agent).await;
            Box::new(observation(job, began, late, seen))
        });
        self.jobs.insert(task.id(), kept);
    }

    /// The next look that ends; `None` while none is in flight.
    pub(super) async fn next(&mut self) -> Option<(Ticket, Box<Observation>)> {
        let ended = self.tasks.join_next_with_id().await?;
        let id = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(id, _)| *id);
        let (job, clock) = self.jobs.remove(&id)?;
        let ticket = job.ticket;
        let observation = match ended {
            Ok((_, observation)) => observation,
            Err(error) => Box::new(lost(job, &clock, &error)),
        };
        Some((ticket, observation))
    }

    /// Gives up all that is in flight; each is still told, as unknown.
    pub(super) fn give_up(&mut self) {
        self.tasks.abort_all();
    }
}

fn observation(job: Job, began: crate::model::Moment, late: std::time::Duration, seen: Seen) -> Observation {
    let ended = began + seen.timeline.total();
    let Job { probe, why, due, cadence, .. } = job;
    Observation { probe, why, due, began, ended, late, cadence, seen }
}

fn lost(job: Job, clock: &Clock, error: &tokio::task::JoinError) -> Observation {
    let (ours, words) = if error.is_panic() {
        tracing::error!(probe = %job.probe, "the look panicked; this is a fault of Wardround");
        (Ours::Panicked, "the look panicked; this is a fault of Wardround")
    } else {
        (Ours::Internal, "the look was given up because the monitor stops")
    };
    let outcome = Outcome::Unknown { ours, words: words.into() };
    let seen = Seen { timeline: Timeline::default(), outcome, details: Details::default() };
    let (now, due) = (clock.now(), job.due);
    observation(job, now, now.since(due), seen)
}
