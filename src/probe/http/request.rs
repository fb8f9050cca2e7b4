//! What is asked?

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Uri,
    header::{self, HeaderValue},
};

use super::place::Place;

/// What is asked of every place.
#[derive(Debug)]
pub(super) struct Template {
    method: Method,
    headers: HeaderMap,
}

impl Template {
    pub(super) fn new() -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(OURS));
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Self { method: Method::GET, headers }
    }

    /// The request as HTTP/1.1 writes it.
    pub(super) fn http1(&self, place: &Place) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::default());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = place.uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        *request.headers_mut() = self.headers.clone();
        let headers = request.headers_mut();
        headers.insert(header::HOST, place.authority.clone());
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        request
    }
}

/// How we call ourselves, so that whoever reads the target's log knows.
const OURS: &str = concat!("Wardround/", env!("CARGO_PKG_VERSION"));
