//! Is a token fetched when it is needed, kept while it lasts, and nothing else?

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PublicKeyData as _, SignatureAlgorithm,
};
use serde_json::Value;
use url::form_urlencoded;

use super::*;
use crate::{model::Moment, probe::http::tests::phases};

fn granted(token: &str) -> String {
    reply(
        "200 OK",
        "application/json",
        &format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":300}}"#),
    )
}

const REFUSED: &str = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";

/// Settings for a server that is its own token server.
fn settings(server: &Server, proof: &str) -> String {
    let at = &server.at;
    format!("{{base: 'http://{at}', token: {{url: 'http://{at}/token', client: 'ward round', {proof}}}}}")
}

const SECRET: &str = "secret: '${env:SECRET}'";

fn after(seconds: u64) -> Moment {
    NOW + Duration::from_secs(seconds)
}

fn bearer(asked: &str) -> Option<&str> {
    asked.lines().find_map(|line| line.strip_prefix("Authorization: Bearer "))
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let good = json(STATEMENT);
    let mut server = server(&[&granted("one"), &good, &good, &granted("two"), &good]).await;
    let fhir = fhir(&settings(&server, &format!("{SECRET}, scope: system/Location.rs")));
    let first = look_at(&fhir, after(0)).await;
    assert_eq!(first.outcome, Outcome::Up);
    let hops = |seen: &Seen| seen.timeline.hops().map(|(hop, _)| hop).collect::<Vec<_>>();
    assert_eq!((hops(&first), fhir.steps()), (vec![0, 1], ["token", "metadata"].map(str::to_owned).into()));
    let second = look_at(&fhir, after(269)).await;
    assert_eq!((&second.outcome, hops(&second)), (&Outcome::Up, vec![1]), "{:?}", phases(&second));
    assert_eq!(look_at(&fhir, after(270)).await.outcome, Outcome::Up);
    let asked = server.asked().await;
    assert!(asked.starts_with("POST /token HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("Authorization: Basic d2FyZCtyb3VuZDpzM2NyZXQ=\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\ngrant_type=client_credentials&scope=system%2FLocation.rs"), "{asked}");
    for expected in [Some("one"), Some("one"), None, Some("two")] {
        assert_eq!(bearer(&server.asked().await), expected);
    }
}

#[tokio::test]
async fn a_token_that_was_revoked_is_fetched_anew_once() {
    let good = json(STATEMENT);
    let replies =
        [&granted("one"), &*good, REFUSED, &granted("two"), &good, REFUSED, &granted("three"), REFUSED];
    let server = server(&replies).await;
    let fhir = fhir(&settings(&server, SECRET));
    assert_eq!(look(&fhir).await.outcome, Outcome::Up);
    assert_eq!(look(&fhir).await.outcome, Outcome::Up);
    let seen = look(&fhir).await;
    assert_eq!((ours(&seen), seen.details.http_status), (Ours::CredentialRefused, Some(401)));
}

#[tokio::test]
async fn a_secret_may_go_in_the_body() {
    let mut server = server(&[&granted("one"), &json(STATEMENT)]).await;
    let fhir = fhir(&settings(&server, &format!("{SECRET}, secret_in: body")));
    assert_eq!(look(&fhir).await.outcome, Outcome::Up);
    let asked = server.asked().await;
    assert!(
        asked.ends_with("grant_type=client_credentials&client_id=ward+round&client_secret=s3cret"),
        "{asked}"
    );
    assert!(!asked.contains("Authorization"), "{asked}");
}

/// The parts of the assertion that a server was sent, and whether it is signed by `key`.
async fn assertion(
    key: &KeyPair,
    algorithm: &'static dyn aws_lc_rs::signature::VerificationAlgorithm,
) -> [Value; 2] {
    let mut server = server(&[&granted("one"), &json(STATEMENT)]).await;
    let given = given().file("own.key", key.serialize_pem());
    let text = settings(&server, "key: {file: own.key}, kid: k1, audience: 'https://auth/token'");
    let fhir = given.check(&text, Fhir::parse).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(look(&fhir).await.outcome, Outcome::Up);
    let asked = server.asked().await;
    let body = asked.split_once("\r\n\r\n").unwrap().1;
    let form =
        |key| form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == key).unwrap().1.into_owned();
    assert_eq!(form("client_assertion_type"), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let assertion = form("client_assertion");
    let (message, signature) = assertion.rsplit_once('.').unwrap();
    let public = aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, key.der_bytes());
    public.verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let parts: Vec<_> = message.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    [0, 1].map(|part| serde_json::from_slice(&parts[part]).unwrap())
}

fn curve(algorithm: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).unwrap()
}

#[tokio::test]
async fn an_assertion_is_signed_by_our_key_and_said_once() {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384,
    };
    let rsa = KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    let [head, one] = assertion(&rsa, &RSA_PKCS1_2048_8192_SHA384).await;
    assert_eq!(head, serde_json::json!({"alg": "RS384", "typ": "JWT", "kid": "k1"}));
    assert_eq!(
        (&one["iss"], &one["sub"], &one["aud"]),
        (&"ward round".into(), &"ward round".into(), &"https://auth/token".into())
    );
    assert_eq!(one["exp"].as_i64().unwrap() - NOW.as_ms() / 1000, 240);
    let [head, two] = assertion(&curve(&PKCS_ECDSA_P384_SHA384), &ECDSA_P384_SHA384_FIXED).await;
    assert_eq!((&head["alg"], one["jti"] == two["jti"]), (&"ES384".into(), false));
    let [head, _] = assertion(&curve(&PKCS_ECDSA_P256_SHA256), &ECDSA_P256_SHA256_FIXED).await;
    assert_eq!(head["alg"], "ES256");
}

async fn without_token(reply: &str, more: &str) -> Seen {
    let server = server(&[reply]).await;
    let text = settings(&server, SECRET).replacen('{', &format!("{{{more}"), 1);
    look(&fhir(&text)).await
}

#[tokio::test]
async fn who_refuses_us_a_token_is_told_apart_from_who_has_none() {
    let invalid = reply(
        "400 Bad Request",
        "application/json",
        r#"{"error":"invalid_client","error_description":"s3cret"}"#,
    );
    let seen = without_token(&invalid, "").await;
    assert_eq!(ours(&seen), Ours::CredentialRefused);
    assert!(
        words(&seen).ends_with("/token: our credential was refused: 400 Bad Request, invalid_client"),
        "{seen:?}"
    );
    assert_eq!(ours(&without_token(REFUSED, "").await), Ours::CredentialRefused);
    assert_eq!(fault(&without_token(REFUSED, "refused: down, ").await), Fault::Rejected);

    let seen = without_token(&reply("500 Broken", "text/html", "<html>"), "").await;
    assert_eq!(fault(&seen), Fault::Rejected);
    assert!(words(&seen).starts_with("no token, for the token server http://127.0.0.1:"), "{seen:?}");
    assert!(words(&seen).ends_with("/token: it grants no token: 500 Internal Server Error"), "{seen:?}");
    for body in ["{}", "<html>", r#"{"access_token":"a","token_type":"mac"}"#, r#"{"access_token":"a\nb"}"#] {
        assert_eq!(
            fault(&without_token(&reply("200 OK", "application/json", body), "").await),
            Fault::Malformed
        );
    }
    assert_eq!(fault(&without_token("", "").await), Fault::Closed);
}

#[tokio::test]
async fn a_token_server_may_tell_us_to_wait() {
    let busy = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n";
    let server = server(&[busy, &granted("one"), &json(STATEMENT)]).await;
    let fhir = fhir(&settings(&server, SECRET));
    for seconds in [0, 29] {
        assert_eq!(ours(&look_at(&fhir, after(seconds)).await), Ours::Throttled);
    }
    assert_eq!(look_at(&fhir, after(30)).await.outcome, Outcome::Up);
}
