//! How is written how a URL is asked? The part that every kind over HTTP has.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ProxyUrl, RawProxy, request, request::RawRequest, trust};
use crate::{
    model::Endpoint,
    probe::{
        dial::{Family, Route, tls::RawTls},
        http::{
            asking::{Asking, Refused},
            place::Place,
            proxy::Proxy,
            way::{Trust, Way},
        },
    },
    raw::{Brief, Door, Field},
};

/// What is written of it, under keys that every kind names for itself.
pub(in crate::probe) struct RawAsking {
    pub(in crate::probe) url: Field<Place>,
    pub(in crate::probe) request: RawRequest,
    pub(in crate::probe) tls: Option<Field<RawTls>>,
    pub(in crate::probe) connect_to: Option<Field<Endpoint>>,
    pub(in crate::probe) proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
    pub(in crate::probe) family: Option<Field<Family>>,
    pub(in crate::probe) source: Option<Field<IpAddr>>,
    pub(in crate::probe) version: Option<Field<Version>>,
    pub(in crate::probe) refused: Option<Field<Refused>>,
    pub(in crate::probe) redirects: u8,
    /// The most that is read of a body, in bytes.
    pub(in crate::probe) limit: u32,
}

impl RawAsking {
    /// Checks it; what is wrong is told.
    pub(in crate::probe) fn checked(self, door: &mut Door<'_>) -> Option<Asking> {
        let version = self.version.and_then(Field::good).unwrap_or_default();
        let secure = self.url.get().is_none_or(Place::is_secure);
        self.url.get().into_iter().flat_map(Place::of_query).for_each(|text| door.keep(&text));
        let way = Way {
            route: Route::parse(self.family, self.source, self.connect_to, door),
            proxy: self.proxy.and_then(|proxy| Proxy::parse(proxy, door)),
            tls: trust::parse(self.tls, self.url.span(), secure, self.redirects, version, door),
            prior_knowledge: version == Version::Http2,
        };
        let mut template = request::parse(self.request, door);
        template.credential |= way.tls.as_ref().is_some_and(|trust| trust.home.has_identity());
        Some(Asking {
            place: self.url.good()?,
            template,
            way,
            redirects: self.redirects,
            limit: self.limit as usize,
            refused: self.refused.and_then(Field::good).unwrap_or_default(),
        })
    }
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

impl Version {
    pub(super) fn alpn(self) -> &'static [&'static str] {
        match self {
            Self::Auto => &["h2", "http/1.1"],
            Self::Http1 => &["http/1.1"],
            Self::Http2 => &["h2"],
        }
    }
}

/// How much is read of what is asked beside the service, in bytes.
const BESIDE: usize = 64 << 10;

impl Asking {
    /// How another server is asked that the service relies on: from the same address and through the same proxy, with the
    /// same trust unless `tls` says otherwise, and following no redirects.
    pub(in crate::probe) fn beside(
        &self,
        url: Field<Place>,
        tls: Option<Field<RawTls>>,
        door: &mut Door<'_>,
    ) -> Option<Self> {
        let secure = url.get().is_none_or(Place::is_secure);
        let same = self.way.tls.as_ref().filter(|_| tls.is_none());
        let trust = match same {
            Some(trust) => Some(Trust { home: trust.abroad.clone(), abroad: trust.abroad.clone() }),
            None => trust::parse(tls, url.span(), secure, 0, Version::Auto, door),
        };
        let way = Way {
            route: Route { connect_to: None, ..self.way.route.clone() },
            proxy: self.way.proxy.clone(),
            tls: trust,
            prior_knowledge: false,
        };
        let mut template = request::parse(RawRequest::default(), door);
        template.credential = true;
        Some(Self { place: url.good()?, template, way, redirects: 0, limit: BESIDE, refused: self.refused })
    }
}
