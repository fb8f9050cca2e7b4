//! How is what is asked written?

use bytes::Bytes;
use hyper::{
    Method,
    header::{self, HeaderName, HeaderValue},
    http::uri::Authority,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::auth::RawAuth;
use crate::{
    probe::http::request::{Content, Template},
    raw::{Door, Entries, Field, Key, Span, TextSource},
};

/// How we call ourselves, so that whoever reads the target's log knows.
pub(crate) const OURS: &str = concat!("Wardround/", env!("CARGO_PKG_VERSION"));

/// How a URL is asked.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::probe) enum RawMethod {
    /// For what is there.
    Get,
    /// For its headers alone.
    Head,
    /// With a body to be worked on.
    Post,
    /// With a body to be kept.
    Put,
    /// With a body that changes what is there.
    Patch,
    /// That it be removed.
    Delete,
    /// For what may be asked.
    Options,
}

impl RawMethod {
    pub(in crate::probe) fn checked(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Head => Method::HEAD,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
            Self::Options => Method::OPTIONS,
        }
    }
}

impl Template {
    /// A request for what is there, with no more than who we are and what we take.
    pub(super) fn plain(gzip: bool) -> Self {
        let encoding = if gzip { "gzip" } else { "identity" };
        let ours = [(header::USER_AGENT, OURS), (header::ACCEPT, "*/*"), (header::ACCEPT_ENCODING, encoding)];
        let ours = ours.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value)));
        Self {
            method: Method::GET,
            headers: ours.collect(),
            body: Content::default(),
            host: None,
            credential: false,
            repeatable: false,
        }
    }
}

/// Adds what stands in the head of a request; what is wrong is told and left out.
pub(super) fn head(
    template: &mut Template,
    headers: Option<Field<Entries<TextSource>>>,
    auth: Option<Field<RawAuth>>,
    door: &mut Door<'_>,
) {
    let mut written = Vec::new();
    for (key, value) in headers.and_then(Field::good).map_or(Vec::new(), |entries| entries.0) {
        let secret = value.get().is_some_and(TextSource::holds_secret);
        if let Some((name, value)) = header(&key, value, secret, &mut written, door) {
            template.credential |= secret || CREDENTIALS.contains(&name);
            template.headers.insert(name, value);
        }
    }
    if let Some(auth) = auth {
        log_in(template, auth, door);
    }
}

/// The body that is written.
pub(super) fn body(raw: Field<TextSource>, door: &mut Door<'_>) -> Content {
    let text = door.text(raw);
    text.map_or_else(Content::default, |text| Content(Bytes::copy_from_slice(text.expose().as_bytes())))
}

/// The host that is written instead of the URL's.
pub(super) fn authority(raw: &Field<String>, door: &mut Door<'_>) -> Option<Authority> {
    let text = raw.get()?;
    let authority = Authority::try_from(text.as_str()).ok().filter(|_| !text.contains('@'));
    if authority.is_none() {
        let message = format!("`{text}` cannot be a `Host`");
        door.problem(
            raw.span(),
            message,
            "write it like \"epr.example.nhs.uk\" or \"epr.example.nhs.uk:8443\"",
        );
    }
    authority
}

/// Headers that are a credential wherever they come from.
const CREDENTIALS: [HeaderName; 2] = [header::AUTHORIZATION, header::COOKIE];

/// Headers that belong to the connection, or that a key of ours stands for; and what to write instead.
const NOT_HERE: [(HeaderName, &str); 11] = [
    (header::HOST, "write `host: …` beside `headers`"),
    (header::ACCEPT_ENCODING, "write `gzip: true` beside `headers`, or leave it out"),
    (header::PROXY_AUTHORIZATION, "write `proxy: {url: …, auth: …}`"),
    (header::CONTENT_LENGTH, LEAVE_OUT),
    (header::TRANSFER_ENCODING, LEAVE_OUT),
    (header::CONNECTION, LEAVE_OUT),
    (HeaderName::from_static("keep-alive"), LEAVE_OUT),
    (HeaderName::from_static("proxy-connection"), LEAVE_OUT),
    (header::UPGRADE, LEAVE_OUT),
    (header::TE, LEAVE_OUT),
    (header::EXPECT, LEAVE_OUT),
];

const LEAVE_OUT: &str = "leave it out: it is set as the exchange needs it";

/// The name of a header as it is written.
pub(in crate::probe) fn header_name(key: &Key, door: &mut Door<'_>) -> Option<HeaderName> {
    let name = HeaderName::try_from(key.text.as_str());
    if name.is_err() {
        door.problem(key.span, format!("`{}` is no name of a header", key.text), "write it like \"X-Probe\"");
    }
    name.ok()
}

fn header(
    key: &Key,
    value: Field<TextSource>,
    secret: bool,
    written: &mut Vec<HeaderName>,
    door: &mut Door<'_>,
) -> Option<(HeaderName, HeaderValue)> {
    let span = value.span();
    let value = door.text(value);
    let name = header_name(key, door)?;
    if let Some((_, cure)) = NOT_HERE.iter().find(|(taken, _)| *taken == name) {
        door.problem(key.span, format!("the header `{}` is not written here", key.text), *cure);
    }
    if written.contains(&name) {
        door.problem(key.span, format!("the header `{}` is written twice", key.text), "keep one of the two");
    }
    if name == header::AUTHORIZATION && !secret {
        door.problem(
            span,
            "a secret is written in clear",
            "write \"Bearer ${env:NAME}\", or `auth: …` beside `headers`",
        );
    }
    written.push(name.clone());
    Some((name, sealed(value?.expose(), span, door)?))
}

/// A value that does not print.
fn sealed(text: &str, span: Span, door: &mut Door<'_>) -> Option<HeaderValue> {
    let Ok(mut value) = HeaderValue::try_from(text) else {
        door.problem(span, "a header cannot hold control characters or line breaks", "take them out");
        return None;
    };
    value.set_sensitive(true);
    Some(value)
}

fn log_in(template: &mut Template, auth: Field<RawAuth>, door: &mut Door<'_>) {
    let span = auth.span();
    if template.headers.contains_key(header::AUTHORIZATION) {
        door.problem(span, "`auth` and the header `Authorization` say the same", "keep one of the two");
    }
    let secret = auth.good().and_then(|auth| auth.value(door));
    if let Some(value) = secret.and_then(|secret| sealed(secret.expose(), span, door)) {
        template.headers.insert(header::AUTHORIZATION, value);
        template.credential = true;
    }
}
