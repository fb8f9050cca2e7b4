//! How is a look over HTTP written?

mod asking;
mod auth;
mod json;
mod proxy;
mod request;
mod trust;
mod wanted;
mod way;

use hyper::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Asking, Http, place::Place, request::Template};
use crate::{
    probe::Expectations,
    raw::{Door, Field, Statuses, TextSource},
};
pub(in crate::probe) use asking::RawAsking;
pub(crate) use auth::RawAuth;
pub(in crate::probe) use json::RawJson;
pub(crate) use proxy::{ProxyUrl, RawProxy};
pub(crate) use request::OURS;
pub(in crate::probe) use request::{RawMethod, header_name};
pub(in crate::probe) use wanted::{RawExpect, parse as wanted, values};
pub(in crate::probe) use way::{RawWay, Version};

/// How much of a body is read, in bytes.
const BODY_LIMIT: u32 = 1 << 20;

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
    /// The body to send: text, with `${env:NAME}` in it, or `{file: path}`.
    body: Option<Field<TextSource>>,
    /// What the header `Host` says instead of the URL's host (and port).
    host: Option<Field<String>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    asking: RawAsking<BODY_LIMIT>,
    /// What must hold of the reply, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should hold of the reply, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

pub(super) fn parse(raw: RawHttp, door: &mut Door<'_>) -> Option<Http> {
    let method = raw.method.and_then(Field::good).map_or(Method::GET, RawMethod::checked);
    let expected = Expected {
        secure: raw.url.get().is_none_or(Place::is_secure),
        redirects: raw.asking.redirects(),
        head: method == Method::HEAD,
    };
    let mut expectations =
        Expectations::parse(raw.expect, raw.warn, door, |raw, door| wanted::parse(raw, expected, door));
    expectations.must.status.get_or_insert_with(|| Statuses::range(200, 299));

    let body = raw.body.map(|body| request::body(body, door)).unwrap_or_default();
    let host = raw.host.and_then(|host| request::authority(&host, door));
    let asking = raw.asking.checked(raw.url, door)?;
    let template = Template { method, body, host, ..asking.template };
    Some(Http { asking: Asking { template, ..asking }, expectations })
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
