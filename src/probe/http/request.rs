//! What is asked, of whom, and what of it may a stranger know?

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Uri,
    header::{self, HeaderName, HeaderValue},
    http::uri::Authority,
};

use super::place::Place;

/// What is asked, as it was configured.
#[derive(Clone, Debug)]
pub(in crate::probe) struct Template {
    pub(in crate::probe) method: Method,
    /// Every header but `Host` and those that belong to the connection.
    pub(in crate::probe) headers: HeaderMap,
    pub(in crate::probe) body: Content,
    /// What `Host` says instead of the URL's host.
    pub(super) host: Option<Authority>,
    /// Whether any of this is a secret that lets us in.
    pub(in crate::probe) credential: bool,
    /// Whether it does no harm to ask again where nobody can tell if it was heard.
    pub(in crate::probe) repeatable: bool,
}

/// The body of a request. Does not print: it may hold secrets.
#[derive(Clone, Default)]
pub(in crate::probe) struct Content(pub(in crate::probe) Bytes);

/// One request of a look: the first, or what a redirect made of it.
#[derive(Clone, Debug)]
pub(super) struct Errand<'a> {
    pub(super) place: Cow<'a, Place>,
    pub(super) method: Method,
    /// Whether the configured body goes with it.
    pub(super) with_body: bool,
    /// Whether it goes to the host that was configured: only that one may see headers and credentials.
    pub(super) home: bool,
    /// Whether the connection is kept for more.
    pub(super) kept: bool,
    /// What the header `Cookie` says.
    pub(super) cookies: Option<HeaderValue>,
}

/// The headers that another host may see: they tell nothing of us but what we are.
const HARMLESS: [HeaderName; 4] =
    [header::ACCEPT, header::ACCEPT_ENCODING, header::ACCEPT_LANGUAGE, header::USER_AGENT];

/// The headers that tell what a body is, and go where it goes.
const OF_THE_BODY: [HeaderName; 3] =
    [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE];

impl Template {
    /// The first request of a look.
    pub(super) fn errand<'a>(&self, place: &'a Place, home: bool) -> Errand<'a> {
        let (method, with_body) = (self.method.clone(), !self.body.0.is_empty());
        Errand { place: Cow::Borrowed(place), method, with_body, home, kept: false, cookies: None }
    }

    /// The request as HTTP/1.1 writes it.
    pub(super) fn http1(&self, errand: &Errand<'_>) -> Request<Full<Bytes>> {
        let place = &*errand.place;
        let mut request = Request::new(Full::new(self.body(errand)));
        *request.uri_mut() = place.uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        let host = match self.host.as_ref().filter(|_| errand.home) {
            // An authority is made of visible characters.
            Some(host) => HeaderValue::try_from(host.as_str()).unwrap_or_else(|_| place.authority.clone()),
            None => place.authority.clone(),
        };
        let mut headers = self.headers(errand);
        headers.insert(header::HOST, host);
        if !errand.kept {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        *request.headers_mut() = headers;
        *request.method_mut() = errand.method.clone();
        request
    }

    /// The request as HTTP/2 frames it, and its body.
    pub(super) fn http2(&self, errand: &Errand<'_>) -> (Request<()>, Bytes) {
        let mut request = Request::new(());
        let mut uri = errand.place.uri.clone().into_parts();
        if let Some(host) = self.host.as_ref().filter(|_| errand.home) {
            uri.authority = Some(host.clone());
        }
        // A URI with another authority is still a URI.
        *request.uri_mut() = Uri::from_parts(uri).unwrap_or_else(|_| errand.place.uri.clone());
        *request.headers_mut() = self.headers(errand);
        *request.method_mut() = errand.method.clone();
        let body = self.body(errand);
        if !body.is_empty() {
            request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        (request, body)
    }

    fn body(&self, errand: &Errand<'_>) -> Bytes {
        if errand.with_body { self.body.0.clone() } else { Bytes::new() }
    }

    fn headers(&self, errand: &Errand<'_>) -> HeaderMap {
        let mut headers = self.headers.clone();
        if !errand.with_body {
            for name in &OF_THE_BODY {
                headers.remove(name);
            }
        }
        if !errand.home {
            let told = headers.into_iter().filter_map(|(name, value)| Some((name?, value)));
            headers =
                told.filter(|(name, _)| HARMLESS.contains(name) || OF_THE_BODY.contains(name)).collect();
        }
        if let Some(cookies) = &errand.cookies {
            headers.insert(header::COOKIE, cookies.clone());
        }
        headers
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}
