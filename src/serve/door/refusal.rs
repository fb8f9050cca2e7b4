//! How is somebody told no? In words; and whoever only has to sign in is shown where.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

/// Why a request is not let through.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    words: Cow<'static, str>,
    retry_after: Option<Duration>,
}

/// What of a request says how its answer is read.
pub(super) struct Reader {
    /// Where to go on after signing in; `None` for programs and for changes.
    page: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, words: impl Into<Cow<'static, str>>) -> Self {
        Self { status, words: words.into(), retry_after: None }
    }

    /// Too much was asked; it may be asked again after `wait`.
    pub(super) fn too_much(wait: Duration) -> Self {
        let words = "too much was asked from your address: wait a moment";
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, words) }
    }

    /// It may be asked again after `wait`.
    pub(super) fn after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// The answer, as `reader` reads it.
    pub(super) fn told(self, reader: &Reader) -> Response {
        if let (StatusCode::UNAUTHORIZED, Some(page)) = (self.status, &reader.page) {
            let then: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
            return Redirect::to(&format!("/sign-in?then={then}")).into_response();
        }
        let mut response = (self.status, format!("{}\n", self.words)).into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds(wait));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl Reader {
    pub(super) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let path = uri.path();
        let of_programs = ["/api/", "/-/", "/metrics", "/probe", "/feed", "/badge", "/events", "/sign-"];
        let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let reads = matches!(*method, Method::GET | Method::HEAD) && accepts.contains("text/html");
        let person = reads && !of_programs.iter().any(|start| path.starts_with(start));
        let page = uri.path_and_query().filter(|_| person).map(ToString::to_string);
        Self { page }
    }
}

/// In whole seconds, rounded up.
fn seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1))
}
