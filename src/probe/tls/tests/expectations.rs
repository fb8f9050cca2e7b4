//! Is every expectation kept where it holds, and told where it is broken?

use super::bench::{Authority, Manner, ONE_EACH, facts, findings, look, server, valid};
use crate::{
    model::{Outcome, Seen},
    raw::Given,
};

/// What `more` settings find at a server whose certificate ends in 101 days and its issuer's in 467.
async fn seen(more: &str) -> Seen {
    let root = Authority::root("Ward Root");
    let issuing = root.below("Ward Issuing", |params| valid(params, 2025, 2028));
    let manner = Manner { versions: &ONE_EACH[0], alpn: &["h2", "http/1.1"], ..Manner::default() };
    let at = server(issuing.leaf(|_| ()), manner).await;
    let given = Given::default().file("ca.pem", root.pem());
    look(&given, &format!("{{address: '{{at}}', ca: ca.pem, server_name: epr.test, {more}}}"), at).await
}

async fn holds(more: &str) {
    let seen = seen(more).await;
    assert_eq!(seen.outcome, Outcome::Up, "{more}");
}

async fn breaks(more: &str, told: &[[&str; 4]]) {
    let seen = seen(more).await;
    assert_eq!((seen.outcome.label(), &*findings(&seen)), ("down", told), "{more}");
}

#[tokio::test]
async fn every_link_must_last() {
    holds("expect: {expires_in: 100d}").await;
    let own = ["expect_expires_in", "the server's certificate", "valid for at least 102 days"];
    let left = "101 days left, until 2027-01-01T00:00:00.000Z";
    breaks("expect: {expires_in: 102d}", &[[own[0], own[1], own[2], left]]).await;
    let seen = seen("expect: {expires_in: 7d}, warn: {expires_in: 500d}").await;
    assert_eq!(seen.outcome.label(), "degraded");
    assert!(
        findings(&seen)[1][1].starts_with("the certificate of CN=Ward Issuing,"),
        "{:?}",
        findings(&seen)
    );
    assert!(findings(&seen)[1][3].starts_with("466 days left"), "{:?}", findings(&seen));
}

#[tokio::test]
async fn every_name_must_be_covered() {
    holds("expect: {names: [EPR.test, 127.0.0.1]}").await;
    let told = ["expect_names", "pacs.test", "a certificate for it", "epr.test, 127.0.0.1"];
    breaks("expect: {names: [epr.test, pacs.test]}", &[told]).await;
}

#[tokio::test]
async fn issuer_and_key_are_matched() {
    holds("expect: {issuer: {matches: '^CN=Ward Issuing,'}, key: [RSA 2048, EC P-256]}").await;
    let issuer = r"CN=Ward Issuing,O=Royal Infirmary\, Ward 3";
    breaks(
        "expect: {issuer: {matches: NHS}, key: [RSA 2048, EC P-384]}",
        &[
            ["expect_issuer", "", "matches \"NHS\"", issuer],
            ["expect_key", "", "at least RSA 2048 or EC P-384", "EC P-256"],
        ],
    )
    .await;
}

#[tokio::test]
async fn what_was_agreed_on_is_judged() {
    let suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    holds(&format!("alpn: [http/1.1], expect: {{version: TLS 1.2, cipher: {suite}, alpn: http/1.1}}")).await;
    holds("expect: {version: [TLS 1.2, TLS 1.3], cipher: {matches: GCM}}").await;
    breaks(
        "alpn: h2, expect: {version: TLS 1.3, cipher: [TLS_AES_256_GCM_SHA384]}",
        &[
            ["expect_tls_version", "", "TLS 1.3", "TLS 1.2"],
            ["expect_cipher", "", "TLS_AES_256_GCM_SHA384", suite],
        ],
    )
    .await;
    breaks("expect: {cipher: {matches: CHACHA}}", &[["expect_cipher", "", "matches \"CHACHA\"", suite]])
        .await;
}

#[tokio::test]
async fn a_protocol_that_was_not_agreed_on_is_told() {
    let root = Authority::root("Ward Root");
    let at = server(root.leaf(|_| ()), Manner::default()).await;
    let given = Given::default().file("ca.pem", root.pem());
    let settings = "{address: '{at}', ca: ca.pem, server_name: epr.test, alpn: h2, expect: {alpn: h2}}";
    let seen = look(&given, settings, at).await;
    assert_eq!((findings(&seen), &facts(&seen).alpn), (vec![["expect_alpn", "", "h2", "none"]], &None));
}
