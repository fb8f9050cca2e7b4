//! Which routes are there, and what does each reply?

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};

use super::{Ask, Serve, exposition::Exposition};
use crate::model::{Announcement, By, Slug};

const INDEX: &str = "Wardround, a synthetic EHR availability monitor.

GET  /metrics    what is seen, for Prometheus
GET  /-/healthy  200 while the process serves
GET  /-/ready    200 while a plan is in force and the loop turns
POST /-/reload   reads the configuration again, asked from this machine
POST /-/maintenance        announces planned work, asked from this machine
DELETE /-/maintenance/ID   takes it back
";

/// How many expositions are written at once; it bounds what a crowd of scrapers can cost.
const SCRAPES: usize = 4;

/// A loop that takes longer to answer is held up.
const TURN: Duration = Duration::from_secs(2);

/// The largest body that is read.
const BODY: usize = 16 * 1024;

/// How long a reload may take: thousands of targets, slow disks, secrets from files.
const RELOAD: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct Desk {
    serve: Serve,
    scrapes: Arc<Semaphore>,
}

type Reply = (StatusCode, String);

pub(super) fn routes(serve: Serve) -> Router {
    Router::new()
        .route("/", get(INDEX))
        .route("/metrics", get(metrics))
        .route("/-/healthy", get("healthy\n"))
        .route("/-/ready", get(ready))
        .route("/-/reload", post(reload))
        .route("/-/maintenance", post(announce))
        .route("/-/maintenance/{id}", delete(withdraw))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(Desk { serve, scrapes: Arc::new(Semaphore::new(SCRAPES)) })
}

async fn metrics(State(desk): State<Desk>) -> Response {
    let Ok(place) = desk.scrapes.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many scrapes at once\n").into_response();
    };
    let form = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (form, Body::new(Exposition::begin(desk.serve.metrics, place))).into_response()
}

async fn ready(State(desk): State<Desk>) -> Reply {
    match ask(&desk.serve.asks, Ask::Ready, TURN).await {
        Some(Ok(())) => (StatusCode::OK, "ready\n".into()),
        Some(Err(words)) => (StatusCode::SERVICE_UNAVAILABLE, line(words)),
        None => unanswered(TURN),
    }
}

async fn reload(
    State(desk): State<Desk>,
    Extension(peer): Extension<SocketAddr>,
    headers: HeaderMap,
) -> Reply {
    if let Some(refusal) = refusal(peer, &headers) {
        return (StatusCode::FORBIDDEN, refusal.into());
    }
    match ask(&desk.serve.asks, |answer| Ask::Reload(by(peer), answer), RELOAD).await {
        Some(Ok(())) => (StatusCode::OK, "reloaded\n".into()),
        Some(Err(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, line(problems)),
        None => unanswered(RELOAD),
    }
}

async fn announce(
    State(desk): State<Desk>,
    Extension(peer): Extension<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    if let Some(refusal) = refusal(peer, &headers) {
        return (StatusCode::FORBIDDEN, refusal.into());
    }
    let announcement: Announcement = match serde_json::from_slice(&body) {
        Ok(announcement) => announcement,
        Err(problem) => return (StatusCode::BAD_REQUEST, line(problem.to_string())),
    };
    match ask(&desk.serve.asks, |answer| Ask::Announce(announcement, by(peer), answer), TURN).await {
        Some(Ok(id)) => (StatusCode::OK, line(id.to_string())),
        Some(Err(words)) => (StatusCode::UNPROCESSABLE_ENTITY, line(words)),
        None => unanswered(TURN),
    }
}

async fn withdraw(
    State(desk): State<Desk>,
    Extension(peer): Extension<SocketAddr>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Reply {
    if let Some(refusal) = refusal(peer, &headers) {
        return (StatusCode::FORBIDDEN, refusal.into());
    }
    let Ok(id) = id.parse::<Slug>() else {
        return (StatusCode::BAD_REQUEST, "this is the name of no planned work\n".into());
    };
    match ask(&desk.serve.asks, |answer| Ask::Withdraw(id, by(peer), answer), TURN).await {
        Some(Ok(())) => (StatusCode::OK, "withdrawn\n".into()),
        Some(Err(words)) => (StatusCode::UNPROCESSABLE_ENTITY, line(words)),
        None => unanswered(TURN),
    }
}

/// Whoever asks from `peer`.
fn by(peer: SocketAddr) -> By {
    By { name: "this machine".into(), from: peer.ip().to_canonical().to_string() }
}

/// A browser sends `Origin` with every POST: it would carry out what a strange page asks of this machine.
fn refusal(peer: SocketAddr, headers: &HeaderMap) -> Option<&'static str> {
    if headers.contains_key(header::ORIGIN) {
        return Some("a web page may not ask for this\n");
    }
    let near = peer.ip().to_canonical().is_loopback();
    (!near).then_some("this can be asked for from this machine only\n")
}

/// Asks the loop; `None` if it does not answer within `patience`, or has ended.
async fn ask<T>(
    asks: &mpsc::Sender<Ask>,
    question: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Ask,
    patience: Duration,
) -> Option<Result<T, String>> {
    let (answer, reply) = oneshot::channel();
    let asked = async {
        asks.send(question(answer)).await.ok()?;
        reply.await.ok()
    };
    timeout(patience, asked).await.ok().flatten()
}

fn unanswered(patience: Duration) -> Reply {
    let words = format!("the loop has ended, or did not answer within {} s\n", patience.as_secs());
    (StatusCode::SERVICE_UNAVAILABLE, words)
}

fn line(mut words: String) -> String {
    if !words.ends_with('\n') {
        words.push('\n');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reload_is_asked_from_this_machine_only() {
        let refused = |peer: &str| refusal(peer.parse().unwrap(), &HeaderMap::new()).is_some();
        let near = ["127.0.0.1:4000", "[::1]:4000", "[::ffff:127.0.0.1]:4000"];
        assert_eq!(near.map(refused), [false; 3]);
        assert_eq!(["192.0.2.1:4000", "[2001:db8::1]:4000"].map(refused), [true; 2]);
    }
}
