//! Is our certificate shown to those who may see it, and is a server that must refuse strangers seen to do so?

use super::bench::{Authority, Leaf, Manner, ONE_EACH, facts, fault, findings, look, self_signed, server};
use crate::{
    model::{Fault, Ours, Outcome},
    raw::Given,
};

/// What is shown by a look that has a certificate, and trusts `authority`.
fn given(authority: &Authority, ours: &Leaf) -> Given {
    Given::default()
        .file("ca.pem", authority.pem())
        .file("own.pem", &*ours.pem)
        .variable("KEY", &ours.key_pem)
}

const WITH: &str =
    "{address: '{at}', ca: ca.pem, server_name: epr.test, client: {certificate: own.pem, key: '${env:KEY}'}}";
const WITHOUT: &str = "{address: '{at}', ca: ca.pem, server_name: epr.test}";
const REFUSED: &str = "{address: '{at}', ca: ca.pem, server_name: epr.test, \
    expect: {refuses_without_client_certificate: true, version: [TLS 1.2, TLS 1.3], names: epr.test}}";

#[tokio::test]
async fn a_trusted_server_is_shown_our_certificate() {
    for versions in &ONE_EACH {
        let root = Authority::root("Ward Root");
        let at = server(root.leaf(|_| ()), Manner::demanding(versions, &root)).await;
        let seen = look(&given(&root, &root.leaf(|_| ())), WITH, at).await;
        assert_eq!((seen.outcome.clone(), facts(&seen).asked_for_certificate), (Outcome::Up, true));
    }
}

#[tokio::test]
async fn an_untrusted_server_is_not_shown_our_certificate() {
    for versions in &ONE_EACH {
        let (root, other) = (Authority::root("Ward Root"), Authority::root("Other Root"));
        let at = server(root.leaf(|_| ()), Manner::demanding(versions, &root)).await;
        let seen = look(&given(&other, &root.leaf(|_| ())), WITH, at).await;
        let (fault, words) = fault(&seen);
        assert_eq!(fault, Fault::CertificateUnknownIssuer);
        assert!(words.ends_with("; so our client certificate was not shown"), "{words}");
        assert_eq!(facts(&seen).chain.len(), 1);
        assert!(facts(&seen).version.is_some() && facts(&seen).cipher.is_some());
    }
}

#[tokio::test]
async fn without_a_certificate_the_demand_is_the_fault() {
    // With TLS 1.3 the refusal comes after the handshake, where only a look that waits for it sees it.
    let root = Authority::root("Ward Root");
    let at = server(root.leaf(|_| ()), Manner::demanding(&ONE_EACH[0], &root)).await;
    let seen = look(&given(&root, &root.leaf(|_| ())), WITHOUT, at).await;
    assert_eq!(fault(&seen).0, Fault::ClientCertificate);
    assert!(facts(&seen).asked_for_certificate);
    assert_eq!(facts(&seen).chain.len(), 1);
}

#[tokio::test]
async fn a_certificate_of_ours_that_is_refused_is_our_failure() {
    let root = Authority::root("Ward Root");
    let at = server(root.leaf(|_| ()), Manner::demanding(&ONE_EACH[0], &root)).await;
    let seen = look(&given(&root, &self_signed(false)), WITH, at).await;
    let Outcome::Unknown { ours, words } = &seen.outcome else { panic!("{:?}", seen.outcome) };
    assert_eq!(*ours, Ours::CredentialRefused);
    assert!(words.contains("it refuses the client certificate"), "{words}");
}

#[tokio::test]
async fn a_server_that_must_refuse_strangers_does() {
    for versions in &ONE_EACH {
        let root = Authority::root("Ward Root");
        let at = server(root.leaf(|_| ()), Manner::demanding(versions, &root)).await;
        let seen = look(&given(&root, &root.leaf(|_| ())), REFUSED, at).await;
        assert_eq!(seen.outcome, Outcome::Up);
    }
}

#[tokio::test]
async fn a_server_that_refuses_strangers_must_be_trusted_all_the_same() {
    for versions in &ONE_EACH {
        let (root, other) = (Authority::root("Ward Root"), Authority::root("Other Root"));
        let at = server(root.leaf(|_| ()), Manner::demanding(versions, &root)).await;
        let seen = look(&given(&other, &root.leaf(|_| ())), REFUSED, at).await;
        assert_eq!(fault(&seen).0, Fault::CertificateUnknownIssuer);
    }
}

#[tokio::test]
async fn a_server_that_lets_strangers_in_is_found_out() {
    let root = Authority::root("Ward Root");
    let at = server(root.leaf(|_| ()), Manner::default()).await;
    let seen = look(&given(&root, &root.leaf(|_| ())), REFUSED, at).await;
    let told =
        [["expect_client_certificate", "", "refused without a client certificate", "it did not ask for one"]];
    assert_eq!(findings(&seen), told);
}
