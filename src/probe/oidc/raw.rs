//! How is a look at a provider of sign-ins written?

use hyper::header::{self, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Oidc, discovery_url, expect::Expected};
use crate::{
    probe::{
        Bounds, Expectations, RawBounds,
        http::{Place, RawAsking, RawJson, RawWay, Refused, values},
        patience::Patience,
        token::{RawToken, Token},
    },
    raw::{Door, Field, Lapse, OneOrMany},
};

/// How much of an answer is read, in bytes.
const LIMIT: u32 = 512 << 10;

/// A provider of sign-ins (OpenID Connect): does it say who it is, to the letter, and by which keys it signs? Look at it every
/// five minutes (`interval: 5m`).
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawOidc {
    /// Who it is, to the letter as it says itself: `https://id.example.nhs.uk/realms/hospital`. What it says of itself is read
    /// below this, at `/.well-known/openid-configuration`.
    issuer: Field<String>,
    /// A client of its token endpoint that gets a token by itself: proves that it lets programs in.
    token: Option<Field<RawToken>>,
    /// What it means when that client is refused: `unknown`, for it says nothing about the service, or `down`, where the
    /// log-in itself is watched.
    #[schemars(extend("default" = "unknown"))]
    refused: Option<Field<Refused>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    way: RawWay,
    /// What must hold of what it says, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should hold of what it says, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What is expected of a provider.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawExpect {
    /// Algorithms by which it signs: each of these.
    algorithms: Option<Field<OneOrMany<String>>>,
    /// What it grants tokens for: each of these.
    grant_types: Option<Field<OneOrMany<String>>>,
    /// Scopes that it knows: each of these.
    scopes: Option<Field<OneOrMany<String>>>,
    /// How many keys for signatures there are. One at least, if nothing is said.
    keys: Option<Field<RawBounds<u64>>>,
    /// Values of what it says of itself.
    json: Option<Field<OneOrMany<RawJson>>>,
    /// How long every certificate must still last: those of the chain, and those that its keys carry.
    expires_in: Option<Field<Lapse>>,
}

pub(super) fn parse(raw: RawOidc, door: &mut Door<'_>) -> Option<Oidc> {
    let place = place(&raw.issuer, door);
    let secure = place.as_ref().and_then(Field::get).is_none_or(Place::is_secure);
    let expectations =
        Expectations::parse(raw.expect, raw.warn, door, |raw, door| expected(raw, secure, door));
    let mut asking = RawAsking::<LIMIT>::bare(raw.refused, raw.way).checked(place?, door)?;
    asking.template.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let token = match raw.token {
        Some(token) => Some(Token::parse(token, &asking, door)?),
        None => None,
    };
    let issuer = raw.issuer.good()?;
    Some(Oidc { issuer, asking, token, patience: Patience::default(), expectations })
}

/// Where the provider says who it is.
fn place(issuer: &Field<String>, door: &mut Door<'_>) -> Option<Field<Place>> {
    let (at, text) = (issuer.span(), issuer.get()?);
    if text.contains(['?', '#']) {
        door.problem(at, "there is no `?` and no `#` in an issuer", "take them out");
        return None;
    }
    if text.contains("/.well-known/") {
        let cure = "leave out /.well-known/ and what follows: it is added";
        door.problem(at, "this is where the provider says who it is", cure);
        return None;
    }
    let place = Place::parse(text).and_then(|_| Place::parse(&discovery_url(text)));
    Some(Field::new(at, place.map_err(|refusal| door.refuse(at, refusal)).ok()?))
}

fn expected(raw: RawExpect, secure: bool, door: &mut Door<'_>) -> Expected {
    let expires_in = raw.expires_in.as_ref().and_then(|lapse| Some(lapse.get()?.0));
    Expected {
        algorithms: door.values(raw.algorithms),
        grant_types: door.values(raw.grant_types),
        scopes: door.values(raw.scopes),
        keys: raw.keys.and_then(|keys| Bounds::parse(keys, door)),
        expires_in,
        reply: values(raw.json, raw.expires_in.filter(|_| secure), door),
    }
}
