//! How is a look over HTTP written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Http,
    expect::{Text, Wanted},
    place::Place,
    request::Template,
};
use crate::{
    model::Endpoint,
    probe::{
        Expectations,
        dial::{Route, tls},
    },
    raw::{Door, Field, OneOrMany, Pattern, Statuses},
};

/// A request over HTTP/1.1 or HTTP/2, on a connection of its own.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Raw {
    /// What to ask for: `https://epr.example.nhs.uk/login`. No user and no password belong into it.
    #[schemars(with = "String", extend("format" = "uri"))]
    url: Field<Place>,
    /// How TLS is spoken and whom it trusts.
    tls: Option<Field<tls::RawTls>>,
    /// Connect to this host and port instead: one member behind a VIP, say. Name and certificate stay those of the URL.
    connect_to: Option<Field<Endpoint>>,
    /// What must hold of the reply, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should hold of the reply, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What is expected of a reply.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawExpect {
    /// The last status: a code, a class, a range, or a list of them. Default under `expect`: `2xx`.
    status: Option<Field<Statuses>>,
    /// The text of the body.
    body: Option<Field<RawBody>>,
}

/// What is expected of the text of the body.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawBody {
    /// It contains each of these.
    contains: Option<Field<OneOrMany<String>>>,
    /// It contains none of these.
    not_contains: Option<Field<OneOrMany<String>>>,
    /// Each of these regular expressions matches somewhere in it.
    matches: Option<Field<OneOrMany<Pattern>>>,
    /// None of these regular expressions matches anywhere in it.
    not_matches: Option<Field<OneOrMany<Pattern>>>,
}

impl Raw {
    pub(super) fn check(self, door: &mut Door<'_>) -> Option<Http> {
        let at = self.tls.as_ref().map_or(self.url.span(), Field::span);
        let mut expectations = Expectations::parse(self.expect, self.warn, door, |raw, _| raw.check());
        expectations.must.status.get_or_insert_with(|| Statuses::range(200, 299));
        let place = self.url.good();
        let secure = place.as_ref().is_some_and(Place::is_secure);
        let tls = self.tls.and_then(Field::good).or_else(|| secure.then(tls::RawTls::default));
        let tls = tls.and_then(|tls| tls::Tls::parse(tls, at, &["http/1.1"], door));
        let route = Route { connect_to: self.connect_to.and_then(Field::good), ..Route::default() };
        Some(Http { template: Template::new(), place: place?, tls, route, expectations })
    }
}

impl RawExpect {
    fn check(self) -> Wanted {
        let body = self.body.and_then(Field::good).map_or(Vec::new(), RawBody::check);
        Wanted { status: self.status.and_then(Field::good), body }
    }
}

impl RawBody {
    fn check(self) -> Vec<Text> {
        let mut all: Vec<Text> = good(self.contains).map(Text::Contains).collect();
        all.extend(good(self.not_contains).map(Text::ContainsNot));
        all.extend(good(self.matches).map(Text::Matches));
        all.extend(good(self.not_matches).map(Text::MatchesNot));
        all
    }
}

fn good<T>(list: Option<Field<OneOrMany<T>>>) -> impl Iterator<Item = T> {
    list.and_then(Field::good).map_or(Vec::new(), OneOrMany::good).into_iter()
}
