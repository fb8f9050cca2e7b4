//! How is written how connections are made?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ProxyUrl, RawProxy, trust};
use crate::{
    probe::{
        dial::{RawRoute, tls::RawTls},
        http::{place::Place, proxy::Proxy, way::Way},
    },
    raw::{Brief, Door, Field},
};

/// How connections are made: a part of every kind over HTTP.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::probe) struct RawWay {
    /// How TLS is spoken and whom it trusts.
    tls: Option<Field<RawTls>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
    /// The version of HTTP: `auto` offers HTTP/2 and HTTP/1.1 by ALPN, and is HTTP/1.1 without TLS; `http2` without TLS
    /// supposes that the server knows it.
    #[schemars(extend("default" = "auto"))]
    version: Option<Field<Version>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
}

/// A version of HTTP, or the choice of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::probe) enum Version {
    /// What ALPN agrees on.
    #[default]
    Auto,
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

impl RawWay {
    /// Checks the way to `url`, and to where so many redirects lead.
    pub(super) fn checked(self, url: &Field<Place>, redirects: u8, door: &mut Door<'_>) -> Way {
        let version = self.version.and_then(Field::good).unwrap_or_default();
        let secure = url.get().is_none_or(Place::is_secure);
        Way {
            route: self.route.checked(door),
            proxy: self.proxy.and_then(|proxy| Proxy::parse(proxy, door)),
            tls: trust::parse(self.tls, url.span(), secure, redirects, version, door),
            prior_knowledge: version == Version::Http2,
        }
    }
}

impl Version {
    pub(super) fn alpn(self) -> &'static [&'static str] {
        match self {
            Self::Auto => &["h2", "http/1.1"],
            Self::Http1 => &["http/1.1"],
            Self::Http2 => &["h2"],
        }
    }
}
