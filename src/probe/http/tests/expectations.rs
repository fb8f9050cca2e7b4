//! Which expectations hold of a reply, and how is a broken one told?

use std::{cell::OnceCell, sync::LazyLock};

use bytes::Bytes;
use hyper::{
    HeaderMap, StatusCode,
    header::{HeaderName, HeaderValue},
};
use proptest::prelude::*;

use super::{NOW, http, told};
use crate::{
    model::Weight,
    probe::{
        http::{
            Http,
            body::Gathered,
            reply::{Reply, Security},
        },
        kind::Look,
    },
};

const HEALTH: &str = r#"{
    "status": "pass", "uptime": 0.5, "queue": 9007199254740993, "none": null, "list": [1, 2, 3],
    "checks": [{"name": "db", "status": "pass"}, {"name": "pas", "status": "fail"}],
    "at": "2026-09-21T15:10:20+01:00", "stamp": 1790000000, "licence": "2026-10-01T00:00:00Z", "day": "2026-09-21"
}"#;

fn reply(body: &str) -> Reply {
    let headers = [
        ("content-type", "text/html"),
        ("cache-control", "no-store"),
        ("cache-control", "private"),
        ("set-cookie", "session=s3cret"),
    ];
    let headers =
        headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    Reply {
        status: StatusCode::OK,
        version: "HTTP/1.1",
        headers: headers.into_iter().fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        }),
        body: Gathered { bytes: Bytes::copy_from_slice(body.as_bytes()), cut: false },
        place: None,
        tls: None,
        credential: false,
        json: OnceCell::new(),
    }
}

fn judged(expect: &str, reply: &Reply) -> Vec<String> {
    told(&http(&format!("{{url: 'http://epr.test/a?token=1', expect: {expect}}}")).judge(reply, NOW).unwrap())
}

fn holds(expect: &str, body: &str) {
    assert_eq!(judged(expect, &reply(body)), Vec::<String>::new(), "{expect}");
}

fn breaks(expect: &str, body: &str, wanted: &str) {
    assert_eq!(judged(expect, &reply(body)), [wanted], "{expect}");
}

#[test]
fn the_status() {
    for expect in ["{}", "{status: 200}", "{status: 2xx}", "{status: [404, 200-202]}"] {
        holds(expect, "");
    }
    breaks("{status: [204, 3xx]}", "", "expect_status: 204, 3xx | 200 OK");
}

#[test]
fn headers() {
    for expect in [
        "{Content-Type: text/html}",
        "{cache-control: private}",
        "{X-None: {absent: true}}",
        "{Content-Type: {present: true, matches: ^text/}}",
    ] {
        holds(&format!("{{headers: {expect}}}"), "");
    }
    for (expect, wanted) in [
        ("{Content-Type: application/json}", "content-type: \"application/json\" | \"text/html\""),
        ("{Cache-Control: public}", "cache-control: \"public\" | \"no-store\", \"private\""),
        ("{Cache-Control: {absent: true}}", "cache-control: absent | \"no-store\", \"private\""),
        ("{X-None: {present: true}}", "x-none: present | absent"),
        ("{X-None: {matches: .}}", "x-none: matches /./ | absent"),
        ("{Set-Cookie: {matches: ^none}}", "set-cookie: matches /^none/ | 14 bytes"),
    ] {
        breaks(&format!("{{headers: {expect}}}"), "", &format!("expect_header {wanted}"));
    }
}

#[test]
fn the_text_of_the_body() {
    let page =
        "<!doctype html><html><head><title>\n  Planned maintenance </title></head><body>Back at 06:00</body>";
    for expect in [
        "{contains: Back}",
        "{contains: [Back, at]}",
        "{matches: '(?i)PLANNED'}",
        "{not_contains: Sign in, not_matches: '^Error'}",
    ] {
        holds(&format!("{{body: {expect}}}"), page);
    }
    for (expect, wanted) in [
        ("{contains: [Back, Sign in]}", "contains \"Sign in\" | an HTML page called \"Planned maintenance\""),
        ("{matches: 'Sign (in|on)'}", "matches /Sign (in|on)/ | an HTML page called \"Planned maintenance\""),
        (
            "{not_matches: maintenance}",
            "does not match /maintenance/ | an HTML page called \"Planned maintenance\"",
        ),
        (
            "{not_contains: Back at}",
            "does not contain \"Back at\" | \"ed maintenance </title></head><body>Back at 06:00</body>\"",
        ),
    ] {
        let wanted = wanted.replace("\"ed maintenance", "\"d maintenance");
        let got = judged(&format!("{{body: {expect}}}"), &reply(page));
        assert!(
            got.len() == 1
                && got[0]
                    .ends_with(wanted.split(" | ").last().unwrap().trim_start_matches("\"d maintenance")),
            "{got:?} {wanted}"
        );
    }
    breaks("{body: {contains: x}}", "", "expect_body: contains \"x\" | an empty body");
    breaks("{body: {contains: x}}", "a\0b\n", "expect_body: contains \"x\" | \"a\\u{0}b\\n\"");
}

#[test]
fn values_of_json() {
    for expect in [
        "{path: $.status, equals: pass}",
        "{path: $.status}",
        "{path: $.status, exists: true, matches: ^pa, one_of: [pass, warn]}",
        "{path: $.gone, exists: false}",
        "{path: $.none, equals: null}",
        "{path: $.none, exists: true}",
        "{path: $.uptime, at_least: 0.5, at_most: 0.5, equals: 0.50}",
        "{path: $.queue, equals: 9007199254740993, at_least: 9007199254740993}",
        "{path: $.list, equals: [1, 2.0, 3]}",
        "{path: '$.list[*]', at_most: 3}",
        "{path: '$.checks[?@.name == \"db\"].status', equals: pass}",
        "{path: $.at, younger_than: 3m}",
        "{path: $.at, older_than: 3m}",
        "{path: $.stamp, younger_than: 1s}",
        "{path: $.licence, expires_in: 9d}",
    ] {
        holds(&format!("{{json: {expect}}}"), HEALTH);
    }
}

#[test]
fn broken_values_of_json() {
    for (expect, wanted) in [
        ("{path: $.status, equals: fail}", "$.status: \"fail\" | \"pass\""),
        ("{path: $.status, one_of: [warn, 1]}", "$.status: \"warn\" or 1 | \"pass\""),
        ("{path: $.gone}", "$.gone: present | absent"),
        ("{path: $.gone, at_most: 5}", "$.gone: at most 5 | absent"),
        ("{path: $.gone, equals: null}", "$.gone: null | absent"),
        ("{path: $.status, exists: false}", "$.status: absent | \"pass\""),
        ("{path: $.uptime, at_least: 1}", "$.uptime: at least 1 | 0.5"),
        ("{path: $.uptime, at_most: 0}", "$.uptime: at most 0 | 0.5"),
        (
            "{path: $.queue, at_most: 9007199254740992}",
            "$.queue: at most 9007199254740992 | 9007199254740993",
        ),
        ("{path: $.status, at_least: 1}", "$.status: at least 1 | \"pass\""),
        ("{path: $.none, at_most: 1}", "$.none: at most 1 | null"),
        ("{path: $.uptime, matches: '0'}", "$.uptime: matches /0/ | 0.5"),
        ("{path: '$.checks[*].status', equals: pass}", "$.checks[*].status: \"pass\" | \"fail\""),
        ("{path: $.at, younger_than: 2m}", "$.at: younger than 2m | 2026-09-21T14:10:20.000Z, 3m ago"),
        (
            "{path: $.licence, younger_than: 2m}",
            "$.licence: younger than 2m | 2026-10-01T00:00:00.000Z, in 9 days",
        ),
        ("{path: $.at, older_than: 1h}", "$.at: older than 1h | 2026-09-21T14:10:20.000Z, 3m ago"),
        (
            "{path: $.licence, expires_in: 21d}",
            "$.licence: at least 21 days ahead | 2026-10-01T00:00:00.000Z, in 9 days",
        ),
        (
            "{path: $.day, younger_than: 1d}",
            "$.day: younger than 24h | \"2026-09-21\", which is no time with its offset",
        ),
    ] {
        breaks(&format!("{{json: {expect}}}"), HEALTH, &format!("expect_json {wanted}"));
    }
}

#[test]
fn what_is_no_json_is_one_finding() {
    let expect = "{json: [{path: $.status, equals: pass}, {path: $.uptime, at_least: 1}]}";
    breaks(
        expect,
        "<html><title>Maintenance</title>",
        "expect_json: JSON | an HTML page called \"Maintenance\"",
    );
    breaks(expect, "", "expect_json: JSON | an empty body");
    breaks(
        expect,
        "{\"status\": ",
        "expect_json: JSON | \"{\\\"status\\\": \"".replace("\\\"status\\\"", "\"status\"").as_str(),
    );
    holds("{json: {path: $.a}}", "\u{feff}{\"a\": 1}");
}

#[test]
fn size_url_and_versions() {
    for expect in [
        "{size: {at_least: 3, at_most: 3}}",
        "{final_url: 'http://epr.test/a?token=1'}",
        "{final_url: {matches: 'token=\\d'}}",
        "{http_version: [HTTP/1.1, HTTP/2]}",
    ] {
        holds(expect, "abc");
    }
    breaks("{size: {at_least: 4}}", "abc", "expect_size: at least 4 bytes | 3 bytes");
    breaks("{size: {at_most: 2}}", "abc", "expect_size: at most 2 bytes | 3 bytes");
    breaks("{final_url: 'http://epr.test/b'}", "", "expect_final_url: http://epr.test/b | http://epr.test/a");
    breaks("{final_url: {matches: ^https}}", "", "expect_final_url: matches /^https/ | http://epr.test/a");
    breaks("{http_version: [HTTP/2, HTTP/1.0]}", "", "expect_http_version: HTTP/2 or HTTP/1.0 | HTTP/1.1");
    breaks("{tls_version: TLS 1.3}", "", "expect_tls_version: TLS 1.3 | no TLS");
    breaks("{expires_in: 21d}", "", "expect_expires_in: at least 21 days | no TLS");
    let mut secured = reply("");
    secured.tls =
        Some(Security { version: "TLS 1.2", not_after: Some(NOW + std::time::Duration::from_hours(36)) });
    assert_eq!(judged("{tls_version: TLS 1.2, expires_in: 36h}", &secured), Vec::<String>::new());
    let wanted = "expect_expires_in: at least 21 days | 2026-09-23T02:13:20.000Z, in 36h";
    assert_eq!(judged("{expires_in: 21d}", &secured), [wanted]);
}

/// All are judged; what was written under `warn` alone makes no look down.
#[test]
fn all_are_judged_and_each_has_its_severity() {
    let text = "{url: 'http://epr.test/', expect: {status: 204, body: {contains: x}}, warn: {size: {at_least: 9}, headers: {X-None: y}}}";
    let severities: Vec<Weight> =
        http(text).judge(&reply("abc"), NOW).unwrap().iter().map(|finding| finding.weight).collect();
    assert_eq!(severities, [Weight::Fail, Weight::Fail, Weight::Warn, Weight::Warn]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body: Vec<u8>, cut: bool) {
        static HTTP: LazyLock<Http> = LazyLock::new(|| http("{url: 'http://epr.test/', expect: {
            body: {contains: x, not_contains: '<', matches: y, not_matches: z}, size: {at_most: 9},
            json: [{path: '$..*', younger_than: 1s}, {path: $.a, at_least: 1}]}}"));
        let mut reply = reply("");
        reply.body = Gathered { bytes: body.into(), cut };
        let _ = HTTP.judge(&reply, NOW);
    }
}
