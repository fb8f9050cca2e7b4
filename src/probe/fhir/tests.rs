//! Does a look at a FHIR server see what is there?

mod settings;
mod tokens;

use std::time::Duration;

use super::Fhir;
use crate::{
    model::{Fault, Ours, Outcome, Seen, Weight},
    probe::{
        Agent, Ask,
        http::tests::{
            NOW, fault, ours,
            server::{Server, server},
            told, words,
        },
        kind::Look as _,
        looking::look_as,
    },
    raw::Given,
};

const STATEMENT: &str = r#"{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":"server",
    "resource":[{"type":"Organization","interaction":[{"code":"read"},{"code":"search-type"}]},{"type":"Location"}]}]}"#;

fn given() -> Given {
    Given::default().variable("TOKEN", "t0p").variable("SECRET", "s3cret")
}

fn fhir(text: &str) -> Fhir {
    given().check(text, Fhir::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

async fn look(fhir: &Fhir) -> Seen {
    look_at(fhir, NOW).await
}

async fn look_at(fhir: &Fhir, at: crate::model::Moment) -> Seen {
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at };
    look_as(fhir, ask, &Agent::new(&[]).unwrap(), None).await.0
}

/// Looks by `settings` at a server that answers `replies` in turn.
async fn seen(settings: &str, replies: &[&str]) -> (Seen, Server) {
    let server = server(replies).await;
    let text = format!("{{base: 'http://{}/R4/', {settings}}}", server.at);
    (look(&fhir(&text)).await, server)
}

fn reply(status: &str, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn json(body: &str) -> String {
    reply("200 OK", "application/fhir+json; charset=utf-8", body)
}

/// What was broken in the answer `reply` to what `settings` ask.
async fn broken(settings: &str, reply: &str) -> Vec<String> {
    let (seen, _) = seen(settings, &[reply]).await;
    assert!(
        matches!(seen.outcome, Outcome::Up | Outcome::Down(crate::model::Reason::Findings(_))),
        "{seen:?}"
    );
    told(seen.outcome.findings())
}

#[tokio::test]
async fn what_nobody_asks_for_is_not_read() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let with = |key: &str| {
        json(&format!(r#"{{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","{key}":{deep}}}"#))
    };
    assert!(broken("expect: {fhir_version: 4.0.1}", &with("contained")).await.is_empty());
    let found = broken("expect: {resources: {Location: []}}", &with("rest")).await;
    assert_eq!(found, ["expect_offers Location: offered | not offered"]);
}

#[tokio::test]
async fn a_statement_offers_what_is_expected() {
    let expect = "expect: {fhir_version: ['3.0', '4.0'], resources: {Organization: [read, search-type], Location: []}}";
    let (seen, mut server) = seen(expect, &[&json(STATEMENT)]).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let asked = server.asked().await;
    assert!(asked.starts_with("GET /R4/metadata HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Accept: application/fhir+json\r\n"), "{asked}");
    let id = asked.lines().find_map(|line| line.strip_prefix("X-Request-Id: ")).unwrap();
    assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert_eq!((&id[14..15], "89ab".contains(&id[19..20])), ("4", true));
}

#[tokio::test]
async fn what_a_statement_lacks_is_told() {
    let expect = "expect: {fhir_version: '4.3', resources: {Organization: [read, create], Patient: [read], Location: read}}";
    assert_eq!(
        broken(expect, &json(STATEMENT)).await,
        [
            "expect_fhir_version: 4.3 | 4.0.1",
            "expect_offers Organization: create | not offered",
            "expect_offers Patient: offered | not offered",
            "expect_offers Location: read | not offered",
        ]
    );
    let none = json(r#"{"resourceType":"CapabilityStatement"}"#);
    assert_eq!(broken("expect: {fhir_version: '4'}", &none).await, ["expect_fhir_version: 4 | absent"]);
    assert_eq!(
        broken("expect: {fhir_version: '4.0.11'}", &json(STATEMENT)).await,
        ["expect_fhir_version: 4.0.11 | 4.0.1"]
    );
}

#[tokio::test]
async fn what_should_be_offered_and_is_not_degrades() {
    let (seen, _) = seen("warn: {resources: {Patient: []}}", &[&json(STATEMENT)]).await;
    assert!(
        matches!(seen.outcome, Outcome::Degraded(ref found) if found[0].weight == Weight::Warn),
        "{seen:?}"
    );
}

#[tokio::test]
async fn another_resource_is_told_by_its_name_alone() {
    let outcome = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found",
        "diagnostics":"NHS 9434765919 Jane Doe","details":{"text":"Jane Doe"}},{"severity":"Jane Doe","code":7}]}"#;
    let said = "OperationOutcome (error/not-found, ?/?)";
    let expected = format!("expect_resource: CapabilityStatement | {said}");
    assert_eq!(broken("", &json(outcome)).await, [expected]);
    let refused = reply("404 Not Found", "application/fhir+json", outcome);
    assert_eq!(
        broken("ask: {read: Organization/RR8}", &refused).await,
        [format!("expect_status: 200 | 404 Not Found, with {said}")]
    );
    let page = "<!DOCTYPE html><title>Maintenance</title>";
    for kind in ["text/html", "application/fhir+json"] {
        let expected = format!("expect_resource: CapabilityStatement | a web page ({kind})");
        assert_eq!(broken("", &reply("200 OK", kind, page)).await, [expected]);
    }
    let expected = "expect_status: 200 | 503 Service Unavailable, with a web page (text/html)";
    assert_eq!(broken("", &reply("503 Busy", "text/html", page)).await, [expected]);
    let plain = "expect_header content-type: application/fhir+json | text/plain";
    assert_eq!(broken("", &reply("200 OK", "text/plain", STATEMENT)).await, [plain]);
    let strange = json(r#"{"resourceType":"Jane Doe"}"#);
    assert_eq!(
        broken("", &strange).await,
        ["expect_resource: CapabilityStatement | JSON that is no FHIR resource"]
    );
}

#[tokio::test]
async fn json_that_is_none_is_malformed_whatever_its_size() {
    let deep = "[".repeat(10_000);
    for body in ["{\"resourceType\":", "", &deep] {
        let (seen, _) = seen("", &[&json(body)]).await;
        assert_eq!(fault(&seen), Fault::Malformed, "{seen:?}");
    }
    let (seen, _) = seen("body_limit: 100", &[&json(STATEMENT)]).await;
    assert_eq!(fault(&seen), Fault::TooLarge);
}

#[tokio::test]
async fn a_smart_configuration_names_its_token_endpoint() {
    let good = r#"{"token_endpoint":"https://a/token","capabilities":["client-confidential-asymmetric"]}"#;
    let ask = "ask: smart, expect: {capabilities: [client-confidential-asymmetric, sso]}";
    let told = broken(ask, &reply("200 OK", "application/json", good)).await;
    assert_eq!(told, ["expect_offers capabilities: sso | not offered"]);
    let told =
        broken("ask: smart", &reply("200 OK", "application/json", r#"{"token_endpoint":"token"}"#)).await;
    assert_eq!(
        told,
        ["expect_json token_endpoint: a URL | another text", "expect_json capabilities: a list | absent"]
    );
}

#[tokio::test]
async fn a_resource_is_the_one_that_was_asked_for() {
    let ask = "ask: {read: Organization/RR8}";
    let (seen_, mut server) = seen(ask, &[&json(r#"{"resourceType":"Organization","id":"RR8"}"#)]).await;
    assert_eq!(seen_.outcome, Outcome::Up);
    assert!(server.asked().await.starts_with("GET /R4/Organization/RR8 HTTP/1.1\r\n"));
    for other in
        [r#"{"resourceType":"Organization","id":"9434765919"}"#, r#"{"resourceType":"Organization"}"#]
    {
        let (seen, _) = seen(ask, &[&json(other)]).await;
        assert_eq!(
            (fault(&seen), words(&seen)),
            (Fault::UnrelatedReply, "another Organization came than Organization/RR8")
        );
    }
}

#[tokio::test]
async fn a_count_is_a_number() {
    let ask = "ask: {count: Location}, expect: {total: {at_least: 10}}";
    let (seen, mut server) = seen(ask, &[&json(r#"{"resourceType":"Bundle","total":12}"#)]).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(server.asked().await.starts_with("GET /R4/Location?_summary=count HTTP/1.1\r\n"));
    let of = |total| json(&format!(r#"{{"resourceType":"Bundle","type":"searchset"{total}}}"#));
    assert_eq!(broken(ask, &of(",\"total\":9")).await, ["expect_count total: at least 10 | 9"]);
    assert_eq!(broken(ask, &of("")).await, ["expect_count total: a number | absent"]);
    assert_eq!(broken(ask, &of(",\"total\":\"12\"")).await, ["expect_count total: a number | another text"]);
}

#[tokio::test]
async fn whoever_tells_us_to_wait_is_not_asked_before() {
    let busy = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n";
    let mut server = server(&[busy, &json(STATEMENT)]).await;
    let fhir = fhir(&format!("{{base: 'http://{}'}}", server.at));
    let at = |seconds| NOW + Duration::from_secs(seconds);
    for seconds in [0, 10, 29] {
        let seen = look_at(&fhir, at(seconds)).await;
        assert_eq!(ours(&seen), Ours::Throttled);
        assert_eq!(words(&seen), "too many requests (429): told to wait until 2026-09-21T14:13:50.000Z");
    }
    assert!(server.asked().await.starts_with("GET /metadata"));
    assert_eq!(server.rest(), None);
    assert_eq!(look_at(&fhir, at(30)).await.outcome, Outcome::Up);
}

#[tokio::test]
async fn a_refused_credential_is_our_failure() {
    let refused = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let (with, _) = seen("auth: {bearer: '${env:TOKEN}'}", &[refused]).await;
    assert_eq!(ours(&with), Ours::CredentialRefused);
    let (without, _) = seen("", &[refused]).await;
    assert_eq!(told(without.outcome.findings()), ["expect_status: 200 | 403 Forbidden, with an empty body"]);
}
