//! Who is looking at a page right now, and what are they sent?

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use tokio::{
    sync::mpsc,
    time::{Sleep, sleep},
};

use super::news;
use crate::serve::{desk::Desk, door::Visitor};

/// Whoever looks at a page.
#[derive(Default)]
pub(super) struct Hub(Mutex<Vec<Viewer>>);

struct Viewer {
    sees_all: bool,
    events: mpsc::Sender<Bytes>,
}

/// What one viewer is sent, for as long as it reads, and no longer than its time: then it asks again, and is asked again who it is.
struct Stream {
    events: mpsc::Receiver<Bytes>,
    until: Pin<Box<Sleep>>,
}

impl Hub {
    /// So many are told at once; others load the page again and again.
    const MOST: usize = 512;

    /// For so long one is told, whatever becomes of its session meanwhile.
    const LONGEST: Duration = Duration::from_mins(10);

    /// Whoever is so many events behind does not read.
    const BEHIND: usize = 16;

    /// One more; `None` if there are too many.
    fn join(&self, sees_all: bool, first: Bytes) -> Option<Stream> {
        let (events, received) = mpsc::channel(Self::BEHIND);
        let mut viewers = self.viewers();
        viewers.retain(|viewer| !viewer.events.is_closed());
        if viewers.len() >= Self::MOST || events.try_send(first).is_err() {
            return None;
        }
        viewers.push(Viewer { sees_all, events });
        Some(Stream { events: received, until: Box::pin(sleep(Self::LONGEST)) })
    }

    /// Whether anybody looks who sees everything, or only what is public.
    pub(super) fn is_watched(&self, sees_all: bool) -> bool {
        self.viewers().iter().any(|viewer| viewer.sees_all == sees_all && !viewer.events.is_closed())
    }

    /// Sends the same to all of those. Who has not read what came before is dropped.
    pub(super) fn tell(&self, sees_all: bool, event: &Bytes) {
        let told =
            |viewer: &Viewer| viewer.sees_all != sees_all || viewer.events.try_send(event.clone()).is_ok();
        self.viewers().retain(told);
    }

    /// Nobody is told any more.
    pub(super) fn close(&self) {
        self.viewers().clear();
    }

    fn viewers(&self) -> MutexGuard<'_, Vec<Viewer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.until.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        self.events.poll_recv(cx).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}

pub(super) async fn events(State(desk): State<Desk>, Extension(visitor): Extension<Visitor>) -> Response {
    let first = news::greeting(&desk, &visitor);
    let Some(stream) = desk.pages.hub.join(visitor.sees_all(), first) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many look at once; load the page again\n")
            .into_response();
    };
    let named = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (named, Body::new(stream)).into_response()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_dropped_and_holds_nobody_up() {
        let (hub, event) = (Hub::default(), Bytes::from_static(b"event"));
        let (lazy, mut keen) =
            (hub.join(true, event.clone()).unwrap(), hub.join(true, event.clone()).unwrap());
        for _ in 0..100 {
            hub.tell(true, &event);
            assert!(keen.events.try_recv().is_ok());
        }
        assert_eq!(hub.viewers().len(), 1);
        drop((lazy, keen));
        assert!(!hub.is_watched(true));
    }

    #[tokio::test(start_paused = true)]
    async fn the_public_is_told_only_what_is_public() {
        let (hub, event) = (Hub::default(), Bytes::from_static(b"secret"));
        let mut stream = hub.join(false, Bytes::from_static(b"first")).unwrap();
        hub.tell(true, &event);
        assert_eq!(stream.events.try_recv().unwrap(), "first");
        assert!(stream.events.try_recv().is_err() && !hub.is_watched(true) && hub.is_watched(false));
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_an_end_to_how_many_are_told() {
        let (hub, event) = (Hub::default(), Bytes::from_static(b"event"));
        let mut all: Vec<_> = (0..Hub::MOST).map(|_| hub.join(true, event.clone()).unwrap()).collect();
        assert!(hub.join(true, event.clone()).is_none());
        all.pop();
        assert!(hub.join(true, event).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_told_for_ever_by_what_they_once_were() {
        let hub = Hub::default();
        let mut stream = Body::new(hub.join(true, Bytes::from_static(b"first")).unwrap());
        assert_eq!(stream.frame().await.unwrap().unwrap().into_data().unwrap(), "first");
        let began = tokio::time::Instant::now();
        assert!(stream.frame().await.is_none() && began.elapsed() >= Hub::LONGEST);
    }
}
