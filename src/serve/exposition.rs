//! How does an exposition reach a client, without cost to the loop?

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::Bytes;
use hyper::body::{Body, Frame};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::spawn_blocking,
    time::{Sleep, sleep},
};

use crate::metrics::{Gone, Metrics};

/// How long a client may take for a whole exposition. Prometheus gives up long before.
const WHOLE: Duration = Duration::from_mins(1);

/// A body that is written off the workers, a few chunks ahead of its reader.
pub(super) struct Exposition {
    /// `None` is the end. Without it the body broke off, and must not look whole.
    chunks: mpsc::Receiver<Option<Bytes>>,
    deadline: Pin<Box<Sleep>>,
}

impl Exposition {
    /// Begins to write. `place` is kept while the writing lasts.
    pub(super) fn begin(metrics: Metrics, place: OwnedSemaphorePermit) -> Self {
        let (send, chunks) = mpsc::channel(2);
        spawn_blocking(move || {
            let whole = metrics.scrape(|chunk| send.blocking_send(Some(chunk)).map_err(|_| Gone));
            if whole.is_ok() {
                // Who has gone by now needs no end.
                let _ = send.blocking_send(None);
            }
            drop(place);
        });
        Self { chunks, deadline: Box::pin(sleep(WHOLE)) }
    }
}

impl Body for Exposition {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        Poll::Ready(match ready!(self.chunks.poll_recv(cx)) {
            Some(chunk) => chunk.map(|chunk| Ok(Frame::data(chunk))),
            None => Some(Err(io::Error::other("the exposition broke off"))),
        })
    }
}
