//! What is wrong with a request, in a form that programs can read? RFC 9457.

use axum::{
    body::{Body, to_bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::serve::{desk::Refused, past::NoPast};

/// Why something was not done.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::serve) struct Problem {
    /// The status, once more.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What the status means.
    title: &'static str,
    /// What is wrong here, and what to do instead.
    detail: String,
}

impl Problem {
    /// The media type.
    pub(super) const MEDIA: &str = "application/problem+json";

    /// `status`, since `detail`.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Refused");
        Self { status: status.as_u16(), title, detail: detail.into() }
    }

    /// What was asked cannot be understood.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing, or not for whoever asks.
    pub(super) fn nothing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// It is understood, and cannot be done.
    pub(super) fn refused(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// A reply that tells of a failure in plain words, told as a problem.
    pub(super) async fn of(reply: Response) -> Response {
        let (mut head, body) = reply.into_parts();
        let words = to_bytes(body, LONGEST).await.unwrap_or_default();
        let words = String::from_utf8_lossy(&words).trim_end().to_owned();
        let told = Self::new(head.status, if words.is_empty() { usual(head.status).into() } else { words });
        for stale in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
            head.headers.remove(stale);
        }
        let mut reply = told.into_response();
        reply.headers_mut().extend(head.headers);
        reply
    }
}

/// The longest words that are told.
const LONGEST: usize = 64 * 1024;

/// What is told where nobody said more.
fn usual(status: StatusCode) -> &'static str {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => "this is asked in another way: `Allow` says how",
        StatusCode::NOT_FOUND => "there is nothing here",
        _ => "this cannot be done",
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, words) = refused.told();
        Self::new(status, words)
    }
}

impl From<NoPast> for Problem {
    /// What exactly is the matter with the ledger, and where it lies, is for whoever reads the log.
    fn from(why: NoPast) -> Self {
        tracing::error!(%why, "a question to the ledger failed");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be read; the agent's log says why")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let told = serde_json::to_vec(&self).unwrap_or_default();
        let form = [(header::CONTENT_TYPE, Self::MEDIA), (header::CACHE_CONTROL, "no-store")];
        (status, form, Body::from(told)).into_response()
    }
}
