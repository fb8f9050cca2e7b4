//! Does a look at a provider of sign-ins see what is there?

use std::time::Duration;

use super::Oidc;
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

const KEYS: &str =
    r#"{"keys": [{"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB"}, {"kty": "oct", "k": "AQAB"}]}"#;

fn oidc(text: &str) -> Result<Oidc, String> {
    let given = Given::default().variable("SECRET", "s3cret");
    given.check(text, Oidc::parse).map_err(|problems| problems.to_string())
}

fn reply(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}")
}

fn json(body: &str) -> String {
    reply("200 OK", body)
}

fn itself(more: &str) -> String {
    json(&format!(r#"{{"issuer": "http://{{at}}/a", "jwks_uri": "http://{{at}}/keys"{more}}}"#))
}

/// Looks by `settings` at a server that answers `replies` in turn.
async fn seen(settings: &str, replies: &[&str]) -> (Seen, Server) {
    let server = server(replies).await;
    let oidc = oidc(&format!("{{issuer: 'http://{}/a'{settings}}}", server.at)).unwrap();
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: NOW };
    (look_as(&oidc, ask, &Agent::new(&[]).unwrap(), None).await.0, server)
}

async fn broken(settings: &str, replies: &[&str]) -> Vec<String> {
    let (seen, server) = seen(settings, replies).await;
    told(seen.outcome.findings()).iter().map(|told| told.replace(&server.at, "AT")).collect()
}

#[tokio::test]
async fn a_provider_says_who_it_is_and_shows_its_keys() {
    let expect = ", expect: {algorithms: RS256, grant_types: implicit, scopes: [openid], keys: {at_least: 1, at_most: 1}}";
    let more =
        r#", "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid", "email"]"#;
    let (seen, mut server) = seen(expect, &[&itself(more), &json(KEYS)]).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let asked = server.asked().await;
    assert!(asked.starts_with("GET /a/.well-known/openid-configuration HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Accept: application/json\r\n"), "{asked}");
    assert!(server.asked().await.starts_with("GET /keys HTTP/1.1\r\n"));
    assert_eq!(seen.timeline.spans().iter().map(|span| span.hop).max(), Some(1), "two exchanges: {seen:?}");
    assert_eq!(seen.details.http_status, Some(200));
}

#[tokio::test]
async fn another_issuer_is_told_and_how_it_differs() {
    let slash = json(r#"{"issuer": "http://{at}/a/", "jwks_uri": "http://{at}/keys"}"#);
    let found = broken("", &[&slash, &json(KEYS)]).await;
    assert_eq!(found, ["expect_issuer: http://AT/a | http://AT/a/: it ends with a slash"]);
    let none = json(r#"{"jwks_uri": "http://{at}/keys"}"#);
    assert_eq!(broken("", &[&none, &json(KEYS)]).await, ["expect_issuer: http://AT/a | absent"]);
    let found = broken("", &[&json("{}")]).await;
    assert_eq!(found, ["expect_issuer: http://AT/a | absent", "expect_keys jwks_uri: a URL | absent"]);
}

#[tokio::test]
async fn what_it_does_not_offer_is_told() {
    let expect = ", expect: {algorithms: [ES256, RS256], grant_types: client_credentials}, warn: {keys: {at_least: 2}}";
    let more = r#", "id_token_signing_alg_values_supported": ["RS256"]"#;
    let (seen, _) = seen(expect, &[&itself(more), &json(KEYS)]).await;
    assert_eq!(
        told(seen.outcome.findings()),
        [
            "expect_offers algorithm: ES256 | not offered",
            "expect_offers grant type: client_credentials | not offered",
            "expect_keys: at least 2 | 1",
        ]
    );
    assert_eq!(seen.outcome.findings()[2].weight, Weight::Warn);
}

#[tokio::test]
async fn keys_that_are_not_there_are_told() {
    assert_eq!(broken("", &[&itself(""), &json(r#"{"keys": []}"#)]).await, ["expect_keys: at least 1 | 0"]);
    assert_eq!(
        broken("", &[&itself(""), &reply("404 Not Found", "")]).await,
        ["expect_status keys: 200 | 404 Not Found"]
    );
    let (seen, _) = seen("", &[&itself(""), &json(r#"{"keys": "secret"}"#)]).await;
    assert_eq!(fault(&seen), Fault::Malformed);
    assert!(
        words(&seen).contains("the set of its keys: it cannot be read") && !words(&seen).contains("secret")
    );
    assert_eq!(
        broken(", expect: {keys: {at_most: 3}}", &[&itself(""), &json(r#"{"keys": []}"#)]).await,
        [""; 0]
    );
}

#[tokio::test]
async fn a_certificate_of_a_key_that_ends_is_told() {
    let mut params = rcgen::CertificateParams::new(["id.example".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2026, 9, 25);
    let ending = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let coded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, ending.der());
    let keys = format!(
        r#"{{"keys": [{{"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB", "x5c": ["{coded}"]}}]}}"#
    );
    let found = broken(", expect: {expires_in: 7d}", &[&itself(""), &json(&keys)]).await;
    let end = "2026-09-25T00:00:00.000Z, in 3 days";
    assert_eq!(found, [format!("expect_expires_in key a: at least 7 days | {end}")]);
    assert_eq!(broken(", expect: {expires_in: 2d}", &[&itself(""), &json(&keys)]).await, [""; 0]);
}

#[tokio::test]
async fn what_is_no_provider_is_told_as_what_it_is() {
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Back soon</h1>";
    let json_wanted = "expect_json: a discovery document | something that is no JSON";
    assert_eq!(broken("", &[page]).await, [json_wanted]);
    assert_eq!(
        broken("", &[&reply("503 Service Unavailable", "")]).await,
        ["expect_status: 200 | 503 Service Unavailable"]
    );
    let deep = json(&format!(r#"{{"issuer": {}"#, "[".repeat(10_000)));
    assert_eq!(fault(&seen("", &[&deep]).await.0), Fault::Malformed);
    let large = json(&format!("{{{}", " ".repeat(600 << 10)));
    assert_eq!(fault(&seen("", &[&large]).await.0), Fault::TooLarge);
    let busy = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nConnection: close\r\n\r\n";
    assert_eq!(ours(&seen("", &[busy]).await.0), Ours::Throttled);
    let broken_off = seen("", &[&itself(""), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]).await.0;
    assert_eq!(fault(&broken_off), Fault::Truncated);
    assert!(words(&broken_off).starts_with("its keys: "), "{broken_off:?}");
}

#[tokio::test]
async fn a_client_of_ours_may_ask_for_a_token_first() {
    let server = server(&[
        &json(r#"{"access_token": "t", "token_type": "Bearer", "expires_in": 300}"#),
        &itself(""),
        &json(KEYS),
        &itself(""),
        &json(KEYS),
    ])
    .await;
    let token = format!("token: {{url: 'http://{}/token', client: w, secret: '${{env:SECRET}}'}}", server.at);
    let oidc = oidc(&format!("{{issuer: 'http://{}/a', {token}}}", server.at)).unwrap();
    for _ in 0..2 {
        let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: NOW };
        let seen = look_as(&oidc, ask, &Agent::new(&[]).unwrap(), None).await.0;
        assert_eq!(seen.outcome, Outcome::Up, "a token that lasts is not asked for again");
    }
    let refused = reply("401 Unauthorized", r#"{"error": "invalid_client"}"#);
    let settings = ", token: {url: 'http://{at}/token', client: w, secret: '${env:SECRET}'}";
    let (seen, _) = seen_with_token(settings, &refused).await;
    assert_eq!(ours(&seen), Ours::CredentialRefused);
}

async fn seen_with_token(settings: &str, refused: &str) -> (Seen, Server) {
    let server = server(&[refused]).await;
    let settings = settings.replace("{at}", &server.at);
    let oidc = oidc(&format!("{{issuer: 'http://{}/a'{settings}}}", server.at)).unwrap();
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: NOW };
    (look_as(&oidc, ask, &Agent::new(&[]).unwrap(), None).await.0, server)
}

#[test]
fn settings_are_checked() {
    for (text, told) in [
        ("{issuer: 'https://id.example/a?b'}", "there is no `?` and no `#` in an issuer"),
        ("{issuer: 'https://id.example/.well-known/openid-configuration'}", "leave out /.well-known/"),
        ("{issuer: id.example}", "this is no URL"),
        ("{issuer: 'https://id.example', expect: {keys: {}}}", "there is no bound here"),
        ("{issuer: 'https://id.example', expect: {alg: RS256}}", "unknown key `alg`"),
    ] {
        let problems = oidc(text).unwrap_err();
        assert!(problems.contains(told), "{problems}");
    }
    let right = oidc("{issuer: 'https://id.example/a/', expect: {expires_in: 7d}}").unwrap();
    assert_eq!((right.target().as_str(), &*right.host()), ("https://id.example/a/", "id.example"));
    assert!(right.asking.place.as_str().ends_with("/a/.well-known/openid-configuration"));
}
