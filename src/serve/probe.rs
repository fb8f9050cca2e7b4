//! What is answered for `blackbox_exporter`? One look at whatever may be looked at, and its metrics.

use super::{desk::Desk, routes::Route};
use crate::{
    blackbox::{Question, Refused},
    config::{Plan, Role},
};
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

pub(super) const ROUTES: &[Route] = &[Route {
    method: Method::GET,
    path: "/probe",
    needs: Role::View,
    does: "?module=…&target=… as blackbox_exporter answers it, for targets that `modules` allows",
    handler: || get(probe),
}];

/// How many probes are under way at once.
pub(super) const PROBES: usize = 64;

/// The header in which Prometheus says how long it waits.
const WAITS: &str = "x-prometheus-scrape-timeout-seconds";

/// A browser takes it for what it is called, and for nothing else.
const FORM: [(header::HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

async fn probe(State(desk): State<Desk>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    match answer(&desk, &query.unwrap_or_default(), &headers).await {
        Ok(metrics) => (FORM, metrics).into_response(),
        Err(Refused { status, words }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, FORM, format!("{words}\n")).into_response()
        }
    }
}

async fn answer(desk: &Desk, query: &str, headers: &HeaderMap) -> Result<String, Refused> {
    let refused = |status, words: &str| Refused { status, words: words.to_owned() };
    let plan = desk.serve.plans.borrow().clone();
    let modules = plan.as_deref().and_then(Plan::modules).cloned();
    let modules = modules.ok_or_else(|| refused(404, "there are no `modules` in the configuration"))?;
    let _place = desk.probes.try_acquire().map_err(|_| refused(503, "too many probes at once"))?;
    let waits = headers.get(WAITS).map(|waits| waits.to_str().unwrap_or("?"));
    modules.answer(&Question::read(query), waits, (desk.serve.wall)()).await
}
