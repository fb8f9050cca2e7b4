//! What can the agent itself be asked? Its metrics, its health, to read its configuration again.

use std::time::Duration;

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    Ask,
    desk::{Desk, TURN},
    door::Visitor,
    exposition::Exposition,
    routes::Route,
};
use crate::config::Role;

/// How long a reload may take: thousands of targets, slow disks, secrets from files.
const RELOAD: Duration = Duration::from_mins(1);

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/metrics",
        needs: Role::View,
        does: "what is seen, for Prometheus",
        handler: || get(metrics),
    },
    Route {
        method: Method::GET,
        path: "/-/healthy",
        needs: Role::Anybody,
        does: "200 while the process serves",
        handler: || get("healthy\n"),
    },
    Route {
        method: Method::GET,
        path: "/-/ready",
        needs: Role::Anybody,
        does: "200 while a plan is in force and the loop turns",
        handler: || get(ready),
    },
    Route {
        method: Method::POST,
        path: "/-/reload",
        needs: Role::Admin,
        does: "reads the configuration again",
        handler: || post(reload),
    },
];

type Reply = (StatusCode, String);

async fn metrics(State(desk): State<Desk>) -> Response {
    let Ok(place) = desk.scrapes.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many scrapes at once\n").into_response();
    };
    let form = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (form, Body::new(Exposition::begin(desk.serve.metrics, place))).into_response()
}

async fn ready(State(desk): State<Desk>) -> Reply {
    match desk.ask(TURN, Ask::Ready).await {
        Ok(()) => (StatusCode::OK, "ready\n".into()),
        Err(refused) => (StatusCode::SERVICE_UNAVAILABLE, line(refused.told().1)),
    }
}

async fn reload(State(desk): State<Desk>, Extension(visitor): Extension<Visitor>) -> Reply {
    match desk.ask(RELOAD, |answer| Ask::Reload(visitor.by(), answer)).await {
        Ok(()) => (StatusCode::OK, "reloaded\n".into()),
        Err(refused) => told(refused.told()),
    }
}

fn told((status, words): (StatusCode, String)) -> Reply {
    (status, line(words))
}

fn line(mut words: String) -> String {
    if !words.ends_with('\n') {
        words.push('\n');
    }
    words
}
