//! How is what is expected of a reply written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Expected,
    json::{self, RawJson},
    request::header_name,
};
use crate::{
    probe::{
        dial::tls,
        http::expect::{HeaderTest, Text, Wanted, WantedHeader, WantedUrl},
    },
    raw::{Brief, Door, Entries, Field, Lapse, OneOrMany, Pattern, Span, Statuses},
};

/// What is expected of a reply.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawExpect {
    /// The last status: a code, a class, a range, or a list of them. Default under `expect`: `2xx`.
    status: Option<Field<Statuses>>,
    /// Headers of the reply, by name: a text that the value equals, or a map.
    headers: Option<Field<Entries<Brief<String, RawHeader>>>>,
    /// The text of the body.
    body: Option<Field<RawBody>>,
    /// Values of a JSON body. A body that is no JSON breaks it.
    json: Option<Field<OneOrMany<RawJson>>>,
    /// The size of the body, unpacked.
    size: Option<Field<RawSize>>,
    /// The URL that redirects lead to, in full: a text that it equals, or `{matches: …}`.
    final_url: Option<Field<Brief<String, RawMatch>>>,
    /// The version of HTTP: one of these.
    http_version: Option<Field<OneOrMany<HttpVersion>>>,
    /// The version of TLS: one of these.
    tls_version: Option<Field<OneOrMany<tls::Version>>>,
    /// How long every certificate of the chain must still last.
    expires_in: Option<Field<Lapse>>,
}

/// What is expected of a header. Of a header that comes more than once, one value must do.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawHeader {
    /// Its value is this text.
    equals: Option<Field<String>>,
    /// This regular expression matches somewhere in its value.
    matches: Option<Field<Pattern>>,
    /// It is there.
    present: Option<Field<bool>>,
    /// It is not there.
    absent: Option<Field<bool>>,
}

/// What is expected of the text of the body.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawBody {
    /// It contains each of these.
    contains: Option<Field<OneOrMany<String>>>,
    /// It contains none of these.
    not_contains: Option<Field<OneOrMany<String>>>,
    /// Each of these regular expressions matches somewhere in it.
    matches: Option<Field<OneOrMany<Pattern>>>,
    /// None of these regular expressions matches anywhere in it.
    not_matches: Option<Field<OneOrMany<Pattern>>>,
}

/// Bounds, in bytes.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawSize {
    /// Not less than this.
    at_least: Option<Field<u64>>,
    /// Not more than this.
    at_most: Option<Field<u64>>,
}

/// A regular expression.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawMatch {
    /// This regular expression matches somewhere in it.
    matches: Field<Pattern>,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
enum HttpVersion {
    #[serde(rename = "HTTP/1.0")]
    V10,
    #[serde(rename = "HTTP/1.1")]
    V11,
    #[serde(rename = "HTTP/2")]
    V2,
}

/// What is expected, checked.
pub(in crate::probe) fn parse(raw: RawExpect, expected: Expected, door: &mut Door<'_>) -> Wanted {
    tell_impossible(&raw, expected, door);
    let size = raw.size.and_then(Field::good);
    let (at_least, at_most) = size.map_or((None, None), |size| bounds(size, door));
    Wanted {
        status: raw.status.and_then(Field::good),
        headers: headers(raw.headers, door),
        body: raw.body.and_then(Field::good).map_or(Vec::new(), |body| texts(body, door)),
        json: door.items(raw.json).into_iter().filter_map(|raw| json::parse(raw.good()?, door)).collect(),
        at_least,
        at_most,
        final_url: raw.final_url.and_then(final_url),
        http_versions: named(raw.http_version, HttpVersion::name, door),
        tls_versions: named(raw.tls_version, tls::Version::name, door),
        expires_in: raw.expires_in.and_then(Field::good).map(|lapse| lapse.0),
    }
}

/// What other kinds expect of a reply besides: values of its JSON, and certificates that last.
pub(in crate::probe) fn values(
    json: Option<Field<OneOrMany<RawJson>>>,
    expires_in: Option<Field<Lapse>>,
    door: &mut Door<'_>,
) -> Wanted {
    Wanted {
        json: door.items(json).into_iter().filter_map(|raw| json::parse(raw.good()?, door)).collect(),
        expires_in: expires_in.and_then(Field::good).map(|lapse| lapse.0),
        ..Wanted::default()
    }
}

/// What can never hold, as the rest is written.
fn tell_impossible(raw: &RawExpect, expected: Expected, door: &mut Door<'_>) {
    let of_tls = [raw.tls_version.as_ref().map(Field::span), raw.expires_in.as_ref().map(Field::span)];
    for span in of_tls.into_iter().flatten().filter(|_| !expected.may_be_secure()) {
        door.problem(span, "there is no TLS at http://", "write url: https://…, or leave this out");
    }
    let of_body = [raw.body.as_ref().map(Field::span), raw.json.as_ref().map(Field::span)];
    for span in of_body.into_iter().flatten().filter(|_| expected.head) {
        door.problem(span, "the reply to HEAD has no body", "write method: GET, or leave this out");
    }
    if let Some((span, status)) = raw.status.as_ref().and_then(|status| Some((status.span(), status.get()?)))
        && expected.redirects > 0
        && (100..=599)
            .filter(|code| status.contains(*code))
            .all(|code| [301, 302, 303, 307, 308].contains(&code))
    {
        let message = "redirects are followed, so that none of these is the last status";
        door.problem(
            span,
            message,
            "add `redirects: 0` to the settings, or name the status at the end of the way",
        );
    }
}

fn named<T>(
    raw: Option<Field<OneOrMany<T>>>,
    name: impl Fn(T) -> &'static str,
    door: &mut Door<'_>,
) -> Vec<&'static str> {
    door.values(raw).into_iter().map(name).collect()
}

impl HttpVersion {
    fn name(self) -> &'static str {
        match self {
            Self::V10 => "HTTP/1.0",
            Self::V11 => "HTTP/1.1",
            Self::V2 => "HTTP/2",
        }
    }
}

fn bounds(raw: RawSize, door: &mut Door<'_>) -> (Option<u64>, Option<u64>) {
    let span = raw.at_least.as_ref().map(Field::span);
    let bounds = (raw.at_least.and_then(Field::good), raw.at_most.and_then(Field::good));
    if let (Some(span), (Some(least), Some(most))) = (span, bounds)
        && least > most
    {
        door.problem(
            span,
            "no size is at least this and at most that",
            "let at_least be the smaller of the two",
        );
    }
    bounds
}

fn final_url(raw: Field<Brief<String, RawMatch>>) -> Option<WantedUrl> {
    match raw.good()? {
        Brief::Brief(text) => Some(WantedUrl::Is(text)),
        Brief::Full(raw) => raw.matches.good().map(WantedUrl::Matches),
    }
}

fn headers(raw: Option<Field<Entries<Brief<String, RawHeader>>>>, door: &mut Door<'_>) -> Vec<WantedHeader> {
    let mut all = Vec::new();
    for (key, raw) in raw.and_then(Field::good).map_or(Vec::new(), |entries| entries.0) {
        let span = raw.span();
        let Some((name, raw)) = header_name(&key, door).zip(raw.good()) else { continue };
        let tests = match raw {
            Brief::Brief(text) => vec![HeaderTest::Equals(text)],
            Brief::Full(raw) => header_tests(raw, span, door),
        };
        all.extend(tests.into_iter().map(|test| WantedHeader { name: name.clone(), test }));
    }
    all
}

fn header_tests(raw: RawHeader, span: Span, door: &mut Door<'_>) -> Vec<HeaderTest> {
    let yes = |raw: Option<Field<bool>>, test| raw.and_then(Field::good).filter(|yes| *yes).map(|_| test);
    let tests: Vec<HeaderTest> = [
        yes(raw.present, HeaderTest::Present),
        yes(raw.absent, HeaderTest::Absent),
        raw.equals.and_then(Field::good).map(HeaderTest::Equals),
        raw.matches.and_then(Field::good).map(HeaderTest::Matches),
    ]
    .into_iter()
    .flatten()
    .collect();
    let absent = tests.iter().any(|test| matches!(test, HeaderTest::Absent));
    if tests.is_empty() || absent && tests.len() > 1 {
        let cure = "write a text, or {present: true}, {absent: true} or {matches: …}";
        door.problem(span, "this can never hold, or says nothing", cure);
    }
    tests
}

fn texts(raw: RawBody, door: &mut Door<'_>) -> Vec<Text> {
    let mut all: Vec<Text> = plain(raw.contains, door).map(Text::Contains).collect();
    all.extend(plain(raw.not_contains, door).map(Text::ContainsNot));
    all.extend(door.values(raw.matches).into_iter().map(Text::Matches));
    all.extend(door.values(raw.not_matches).into_iter().map(Text::MatchesNot));
    all
}

fn plain(raw: Option<Field<OneOrMany<String>>>, door: &mut Door<'_>) -> std::vec::IntoIter<String> {
    let items = door.items(raw);
    for item in items.iter().filter(|item| item.get().is_some_and(String::is_empty)) {
        door.problem(item.span(), "an empty text is in every body", "write what is looked for");
    }
    items.into_iter().filter_map(Field::good).collect::<Vec<_>>().into_iter()
}
