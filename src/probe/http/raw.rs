//! How is a look over HTTP written?

mod asking;
mod auth;
mod json;
mod proxy;
mod request;
mod trust;
mod wanted;

use std::net::IpAddr;

use hyper::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Http, asking::Refused, place::Place, redirect};
use crate::{
    model::Endpoint,
    probe::{
        Expectations,
        dial::{Family, tls::RawTls},
    },
    raw::{Brief, Door, Entries, Field, Span, Statuses, TextSource},
};
pub(in crate::probe) use asking::{RawAsking, Version};
pub(crate) use auth::RawAuth;
pub(in crate::probe) use json::RawJson;
pub(crate) use proxy::{ProxyUrl, RawProxy};
pub(crate) use request::OURS;
pub(in crate::probe) use request::{RawMethod, RawRequest, header_name};
pub(in crate::probe) use wanted::{RawExpect, list, parse as wanted, values};

/// How many redirects are followed.
const REDIRECTS: u8 = 5;
/// How much of a body is read, in bytes.
const BODY_LIMIT: u32 = 1 << 20;
/// The most that may be read of a body, in bytes.
const LARGEST_BODY_LIMIT: u32 = 16 << 20;

/// A URL: does it answer, and does its answer say the right things? Every look makes a connection of its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawHttp {
    /// What to ask for: `https://epr.example.nhs.uk/login`. No user and no password belong into it. Its query is sent and
    /// never shown.
    #[schemars(with = "String", extend("format" = "uri"))]
    url: Field<Place>,
    /// How it is asked.
    #[schemars(extend("default" = "GET"))]
    method: Option<Field<RawMethod>>,
    /// Headers to send; a value may hold `${env:NAME}`, or be `{file: path}`. Another host that a redirect leads to sees
    /// none of them but `Accept`, `Accept-Language` and `User-Agent`.
    headers: Option<Field<Entries<TextSource>>>,
    /// The body to send: text, with `${env:NAME}` in it, or `{file: path}`.
    body: Option<Field<TextSource>>,
    /// How we log in. The credential goes to the URL's own host and port only.
    auth: Option<Field<RawAuth>>,
    /// What it means when our credential is refused (401 or 403): `unknown`, for it says nothing about the service, or
    /// `down`, where the log-in itself is watched.
    #[schemars(extend("default" = "unknown"))]
    refused: Option<Field<Refused>>,
    /// How TLS is spoken and whom it trusts.
    tls: Option<Field<RawTls>>,
    /// Connect to this host and port instead: one member behind a VIP. Name, certificate and `Host` stay those of the URL.
    connect_to: Option<Field<Endpoint>>,
    /// What the header `Host` says instead of the URL's host (and port).
    host: Option<Field<String>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
    /// Which addresses of the name are tried, and in which order.
    #[schemars(extend("default" = "prefer-v4"))]
    family: Option<Field<Family>>,
    /// The address of ours to come from. By default the system chooses it.
    source: Option<Field<IpAddr>>,
    /// How many redirects are followed, up to 20. With 0 a redirect is a reply like any other.
    #[schemars(extend("default" = REDIRECTS), range(max = redirect::MOST))]
    redirects: Option<Field<u8>>,
    /// The version of HTTP: `auto` offers HTTP/2 and HTTP/1.1 by ALPN, and is HTTP/1.1 without TLS; `http2` without TLS
    /// supposes that the server knows it.
    #[schemars(extend("default" = "auto"))]
    version: Option<Field<Version>>,
    /// Whether we say that the reply may be packed by gzip.
    #[schemars(extend("default" = false))]
    gzip: Option<Field<bool>>,
    /// How many bytes of the body are read at most, packed and unpacked, up to 16777216.
    #[schemars(extend("default" = BODY_LIMIT), range(min = 1, max = LARGEST_BODY_LIMIT))]
    body_limit: Option<Field<u32>>,
    /// What must hold of the reply, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should hold of the reply, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

pub(super) fn parse(raw: RawHttp, door: &mut Door<'_>) -> Option<Http> {
    let redirects = bounded(raw.redirects.as_ref(), 0..=redirect::MOST, REDIRECTS, door);
    let limit = bounded(raw.body_limit.as_ref(), 1..=LARGEST_BODY_LIMIT, BODY_LIMIT, door);
    let secure = raw.url.get().is_none_or(Place::is_secure);
    let expected = Expected { secure, redirects, head: is_head(raw.method.as_ref()) };
    let mut expectations =
        Expectations::parse(raw.expect, raw.warn, door, |raw, door| wanted::parse(raw, expected, door));
    expectations.must.status.get_or_insert_with(|| Statuses::range(200, 299));

    let request = request::RawRequest {
        method: raw.method,
        headers: raw.headers,
        body: raw.body,
        auth: raw.auth,
        host: raw.host,
        gzip: raw.gzip.and_then(Field::good).unwrap_or_default(),
    };
    let asking = RawAsking {
        url: raw.url,
        request,
        tls: raw.tls,
        connect_to: raw.connect_to,
        proxy: raw.proxy,
        family: raw.family,
        source: raw.source,
        version: raw.version,
        refused: raw.refused,
        redirects,
        limit,
    };
    Some(Http { asking: asking.checked(door)?, expectations })
}

/// What the rest of the settings means for what may be expected.
#[derive(Clone, Copy, Default)]
pub(in crate::probe) struct Expected {
    /// Whether the URL is https://.
    pub(in crate::probe) secure: bool,
    pub(in crate::probe) redirects: u8,
    /// Whether there will be no body.
    pub(in crate::probe) head: bool,
}

impl Expected {
    /// Whether the last reply may have come over TLS.
    fn may_be_secure(self) -> bool {
        self.secure || self.redirects > 0
    }
}

fn is_head(method: Option<&Field<RawMethod>>) -> bool {
    method.and_then(Field::get).is_some_and(|method| method.checked() == Method::HEAD)
}

/// A number between bounds; one beyond them is told.
pub(in crate::probe) fn bounded<T: PartialOrd + Copy + std::fmt::Display>(
    field: Option<&Field<T>>,
    range: std::ops::RangeInclusive<T>,
    default: T,
    door: &mut Door<'_>,
) -> T {
    let Some((field, value)) = field.and_then(|field| Some((field, *field.get()?))) else { return default };
    if !range.contains(&value) {
        let cure = format!("write a number from {} to {}", range.start(), range.end());
        door.problem(field.span(), format!("{value} is out of bounds"), cure);
    }
    value
}

/// Tells that `field` names nothing where something must be named.
fn empty(span: Span, door: &mut Door<'_>) {
    door.problem(span, "nothing is named here", "name something, or leave the key out");
}
