//! How is written how a URL is asked? The part that every kind over HTTP has.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{RawAuth, RawWay, Version, request, trust};
use crate::{
    probe::{
        dial::{Route, tls::RawTls},
        http::{
            asking::{Asking, Refused},
            place::Place,
            redirect,
            request::Template,
            way::{Trust, Way},
        },
    },
    raw::{Door, Entries, Field, TextSource},
};

/// How many redirects are followed.
const REDIRECTS: u8 = 5;
/// The most that may be read of a body, in bytes.
const LARGEST_BODY_LIMIT: u32 = 16 << 20;

/// What is said in every request, and how far its answer is followed: a part of the kinds over HTTP. So many bytes of a body are
/// read where nothing is said.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::probe) struct RawAsking<const BODY_LIMIT: u32> {
    /// Headers to send; a value may hold `${env:NAME}`, or be `{file: path}`. Another host that a redirect leads to sees
    /// none of them but `Accept`, `Accept-Language` and `User-Agent`.
    headers: Option<Field<Entries<TextSource>>>,
    /// How we log in. The credential goes with every request to the target's own host and port, and to no other.
    pub(in crate::probe) auth: Option<Field<RawAuth>>,
    /// What it means when our credential is refused (401 or 403 to what carried it, or no token for us): `unknown`, for it says
    /// nothing about the service, or `down`, where the log-in itself is watched.
    #[schemars(extend("default" = "unknown"))]
    refused: Option<Field<Refused>>,
    /// How many redirects are followed, up to 20. With 0 a redirect is a reply like any other.
    #[schemars(extend("default" = REDIRECTS), range(max = redirect::MOST))]
    redirects: Option<Field<u8>>,
    /// Whether we say that the reply may be packed by gzip.
    #[schemars(extend("default" = false))]
    gzip: Option<Field<bool>>,
    /// How many bytes of a body are read at most, packed and unpacked, up to 16777216.
    #[schemars(extend("default" = BODY_LIMIT), range(min = 1, max = LARGEST_BODY_LIMIT))]
    body_limit: Option<Field<u32>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    way: RawWay,
}

impl<const BODY_LIMIT: u32> RawAsking<BODY_LIMIT> {
    /// How a URL is asked by a kind that lets nothing else be written.
    pub(in crate::probe) fn bare(refused: Option<Field<Refused>>, way: RawWay) -> Self {
        Self { refused, way, ..Self::default() }
    }

    /// Checks how `url` is asked; what is wrong is told.
    pub(in crate::probe) fn checked(self, url: Field<Place>, door: &mut Door<'_>) -> Option<Asking> {
        url.get().into_iter().flat_map(Place::of_query).for_each(|text| door.keep(&text));
        let redirects = door.within(self.redirects.as_ref(), 0..=redirect::MOST, REDIRECTS);
        let limit = door.within(self.body_limit.as_ref(), 1..=LARGEST_BODY_LIMIT, BODY_LIMIT);
        let way = self.way.checked(&url, redirects, door);
        let mut template = Template::plain(self.gzip.and_then(Field::good).unwrap_or_default());
        request::head(&mut template, self.headers, self.auth, door);
        template.credential |= way.tls.as_ref().is_some_and(|trust| trust.home.has_identity());
        let refused = self.refused.and_then(Field::good).unwrap_or_default();
        Some(Asking { place: url.good()?, template, way, redirects, limit: limit as usize, refused })
    }

    /// How many redirects are followed.
    pub(in crate::probe) fn redirects(&self) -> u8 {
        self.redirects.as_ref().and_then(Field::get).copied().unwrap_or(REDIRECTS)
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
        let template = Template { credential: true, ..Template::plain(false) };
        Some(Self { place: url.good()?, template, way, redirects: 0, limit: BESIDE, refused: self.refused })
    }
}
