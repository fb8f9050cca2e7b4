//! What may a stranger say over HTTP? A reply as bytes write it, and all that is made of one before anybody judges it.

use std::{cell::OnceCell, sync::LazyLock};

use bytes::Bytes;
use hyper::{
    HeaderMap, Method, StatusCode,
    header::{self, HeaderName, HeaderValue},
};

use super::{
    Http,
    body::Gathered,
    exchange::Answer,
    gzip,
    jar::Jar,
    place::Place,
    redirect::{Trail, is_redirect},
    reply::Reply,
    request::Errand,
    session::Session,
};
use crate::{
    model::Moment,
    probe::{fuzzing::assert_tellable, kind::Look as _},
    raw::Given,
};

/// When it is said.
pub(in crate::probe) const AT: Moment = Moment::from_ms(1_790_000_000_000);

/// How much is read of a body.
const LIMIT: usize = 2048;

/// All that can be expected of a reply.
const EXPECTING: &str = r#"{
    url: 'https://epr.trust.example/app/login?token=12345678',
    auth: {bearer: '${env:TOKEN}'},
    expect: {
        status: 2xx, size: {at_least: 2, at_most: 1000}, final_url: {matches: ^https},
        headers: {Content-Type: {matches: json}, X-Served-By: {present: true}, X-Debug: {absent: true}, Vary: Accept},
        body: {contains: pass, not_contains: [error, wrong], matches: "[a-z]+", not_matches: "fail(ed)?"},
        json: [{path: "$..status", equals: pass}, {path: $.queue, at_least: 0, at_most: 99.5}, {path: $.at, younger_than: 1h},
            {path: "$.checks[?@.up > 1]", exists: false}]},
    warn: {expires_in: 21d, http_version: HTTP/2, tls_version: TLS 1.3}}"#;

static HTTP: LazyLock<Http> = LazyLock::new(|| {
    let given = Given::default().variable("TOKEN", "opens-the-door");
    given.check(EXPECTING, Http::parse).unwrap_or_else(|problems| panic!("{problems}"))
});

/// The status, headers a line each, an empty line, and the body: as a kind would see it, if it sees it at all.
pub(in crate::probe) fn reply(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().and_then(|line| StatusCode::from_bytes(line).ok()).unwrap_or(StatusCode::OK);
    let headers: HeaderMap = lines.filter_map(header).collect();
    let body = Bytes::copy_from_slice(body.get(2..).unwrap_or_default());
    let body = gzip::unpack(&headers, Gathered { bytes: body, cut: false }, LIMIT).ok()?;
    let is_packed = headers.contains_key(header::CONTENT_ENCODING);
    assert!(body.bytes.len() <= LIMIT || !is_packed, "a bomb of {} bytes went off", body.bytes.len());
    let (version, place, tls, credential) = ("HTTP/1.1", None, None, true);
    Some(Reply { status, version, headers, body, place, tls, credential, json: OnceCell::new() })
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
    Some((HeaderName::from_bytes(&line[..colon]).ok()?, value))
}

pub(in crate::probe) fn fuzz(bytes: &[u8]) {
    let Some(reply) = reply(bytes) else { return };
    assert_tellable(&HTTP.judge(&reply, AT));
    follow(&reply);
    keep(&reply.headers);
    url(bytes);
}

/// A redirect may lead anywhere, as long as it comes to an end; our credential and our body go home and nowhere else.
fn follow(reply: &Reply) {
    let (home, template) = (&HTTP.asking.place, &HTTP.asking.template);
    let (status, version, headers) = (reply.status, reply.version, reply.headers.clone());
    let answer = Answer { status, version, headers, body: Gathered::default() };
    let (session, mut trail) = (Session::default(), Trail::new(5));
    let mut errand = Errand { method: Method::POST, with_body: true, ..template.errand(home, true) };
    let mut steps = 0;
    while is_redirect(status) {
        match trail.next(&errand, home, true, &answer, &session) {
            Ok(next) => errand = next,
            Err(failure) => return assert_tellable(&Err(failure)),
        }
        assert_discreet(&errand);
        steps += 1;
        assert!(steps <= 5, "the redirects have no end");
    }
}

fn assert_discreet(errand: &Errand<'_>) {
    let (home, template) = (&HTTP.asking.place, &HTTP.asking.template);
    let is_home = errand.place.endpoint == home.endpoint && errand.place.is_secure();
    let request = template.http1(errand);
    assert!(is_home || !request.headers().contains_key(header::AUTHORIZATION), "{errand:?}");
    assert!(is_home || !errand.with_body, "{errand:?} would carry our body");
    let url = errand.place.as_str();
    let user = url.split('/').nth(2).is_some_and(|authority| authority.contains('@'));
    assert!(url.starts_with("http") && !url.contains('#') && !user, "{url}");
}

/// Cookies go back to those who set them, and are no more than a jar holds.
fn keep(headers: &HeaderMap) {
    let (home, mut jar) = (&HTTP.asking.place, Jar::default());
    jar.keep(home, headers, AT);
    jar.keep(home, headers, AT);
    assert!(jar.values().count() <= 64 && jar.values().all(|value| value.len() <= 4096));
    if let Some(shown) = jar.show(home) {
        assert!(shown.is_sensitive() && shown.len() <= 64 * 4200, "{} bytes", shown.len());
    }
    for stranger in
        ["https://example/", "https://trust.example.evil/", "https://10.0.0.1/", "https://atrust.example/"]
    {
        let shown = Place::parse(stranger).map(|place| jar.show(&place));
        assert_eq!(shown, Ok(None), "{stranger}");
    }
}

/// A URL that is taken is one that can be asked, and reads the same again.
fn url(bytes: &[u8]) {
    let Some(place) = str::from_utf8(bytes).ok().and_then(|text| Place::parse(text).ok()) else { return };
    assert!(!place.shown().contains(['?', '#', ' ', '\n']), "{place:?}");
    assert_eq!(Place::parse(place.as_str()).as_ref(), Ok(&place));
}
