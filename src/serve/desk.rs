//! What does every route need, and how does it ask the loop?

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};

use super::{
    Ask, Serve,
    board::Standing,
    door::{Door, Visitor},
    page::Pages,
    probe::PROBES,
};
use crate::model::By;

/// A loop that takes longer to answer is held up.
pub(super) const TURN: Duration = Duration::from_secs(2);

/// A loop that has not turned for so long is held up, and what is shown is old.
const STILL: Duration = Duration::from_secs(10);

/// What the routes share.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) serve: Serve,
    pub(super) door: Arc<Door>,
    pub(super) scrapes: Arc<Semaphore>,
    pub(super) probes: Arc<Semaphore>,
    pub(super) pages: Arc<Pages>,
}

/// Why a question to the loop failed.
pub(super) enum Refused {
    /// It said no.
    Words(String),
    /// It did not answer within this time, or has ended.
    Silent(Duration),
}

impl Desk {
    pub(super) fn new(serve: Serve, scrapes: usize) -> Self {
        let door = Door::new(serve.plans.clone(), serve.ticks, serve.metrics.clone());
        let places = |count| Arc::new(Semaphore::new(count));
        let (scrapes, probes) = (places(scrapes), places(PROBES));
        Self { serve, door: Arc::new(door), scrapes, probes, pages: Arc::default() }
    }

    /// How everything stands now, as far as `visitor` may see it. If the loop stands still, as it was when it last turned.
    pub(super) fn standing(&self, visitor: &Visitor) -> Standing {
        let (now, turned) = ((self.serve.wall)(), self.serve.metrics.turned());
        let standing = self.serve.board.standing(now.since(turned) < STILL, now);
        if visitor.sees_all() { standing } else { standing.for_public() }
    }

    /// Asks the loop.
    pub(super) async fn ask<T>(
        &self,
        patience: Duration,
        question: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Ask,
    ) -> Result<T, Refused> {
        let asked = exchange(&self.serve.asks, question);
        let answer = timeout(patience, asked).await.ok().flatten();
        answer.ok_or(Refused::Silent(patience))?.map_err(Refused::Words)
    }

    /// Has the loop remember what somebody did.
    pub(super) async fn remember(&self, by: By, what: String) {
        let told = timeout(TURN, self.serve.asks.send(Ask::Remember(by, what))).await;
        if !matches!(told, Ok(Ok(()))) {
            tracing::warn!("the loop stands still: that somebody signed in is not in the audit log");
        }
    }
}

impl Refused {
    /// The status, and why in words for a person.
    pub(super) fn told(self) -> (StatusCode, String) {
        match self {
            Self::Words(words) => (StatusCode::UNPROCESSABLE_ENTITY, words),
            Self::Silent(patience) => (
                StatusCode::SERVICE_UNAVAILABLE,
                format!("the loop has ended, or did not answer within {} s", patience.as_secs()),
            ),
        }
    }
}

async fn exchange<T>(
    asks: &mpsc::Sender<Ask>,
    question: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Ask,
) -> Option<Result<T, String>> {
    let (answer, reply) = oneshot::channel();
    asks.send(question(answer)).await.ok()?;
    reply.await.ok()
}
