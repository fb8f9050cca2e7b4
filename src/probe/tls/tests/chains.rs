//! Is the chain told whatever it is worth, with the right reason?

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose};

use super::bench::{Authority, Leaf, Manner, NOW, ONE_EACH, facts, fault, look, self_signed, server, valid};
use crate::{
    model::{Fault, Outcome, Phase, Seen},
    raw::Given,
};

const NAMED: &str = "{address: '{at}', ca: ca.pem, server_name: epr.test}";

fn trusting(authority: &Authority) -> Given {
    Given::default().file("ca.pem", authority.pem())
}

/// What is told of a leaf that a trusted root has signed, in both versions of TLS.
async fn seen_of(change: fn(&mut CertificateParams)) -> Seen {
    let root = Authority::root("Ward Root");
    let mut seen = Vec::new();
    for versions in &ONE_EACH {
        let at = server(root.leaf(change), Manner { versions, ..Manner::default() }).await;
        seen.push(look(&trusting(&root), NAMED, at).await);
    }
    assert_eq!(seen[0].outcome.label(), seen[1].outcome.label());
    assert_eq!(facts(&seen[0]).version, Some("TLS 1.2"));
    seen.remove(1)
}

#[tokio::test]
async fn a_trusted_chain_is_up_and_told_in_full() {
    let root = Authority::root("Ward Root");
    let issuing = root.below("Ward Issuing", |_| ());
    let at = server(
        issuing.leaf(|params| params.serial_number = Some(vec![0, 0xab, 1].into())),
        Manner::default(),
    )
    .await;
    let seen = look(&trusting(&root), NAMED, at).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!((facts(&seen).version, facts(&seen).distrust), (Some("TLS 1.3"), None));
    assert_eq!(facts(&seen).cipher.as_deref(), Some("TLS_AES_256_GCM_SHA384"));
    let [own, issuer] = &*facts(&seen).chain else { panic!("{:?}", facts(&seen).chain) };
    assert_eq!((&*own.subject, &*own.issuer), ("CN=epr.test", r"CN=Ward Issuing,O=Royal Infirmary\, Ward 3"));
    assert_eq!(
        (own.names.join(" "), &*own.key, &*own.serial),
        ("epr.test 127.0.0.1".into(), "EC P-256", "ab01")
    );
    assert_eq!(own.not_after.to_string(), "2027-01-01T00:00:00.000Z");
    assert_eq!((own.sha256.len(), &*issuer.subject), (64, &*own.issuer));
    assert_eq!(facts(&seen).not_after(), Some(own.not_after));
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Tls]);
}

#[tokio::test]
async fn an_expired_certificate_is_told_and_otherwise_trusted() {
    let seen = seen_of(|params| valid(params, 2025, 2026)).await;
    let words = "the server's certificate expired on 2026-01-01, 263 days ago; it is trusted otherwise";
    assert_eq!(fault(&seen), (Fault::CertificateExpired, words));
    assert_eq!(facts(&seen).distrust, Some(Fault::CertificateExpired));
    assert_eq!(facts(&seen).not_after().unwrap().to_string(), "2026-01-01T00:00:00.000Z");
}

#[tokio::test]
async fn an_expired_intermediate_is_named() {
    let root = Authority::root("Ward Root");
    let issuing = root.below("Ward Issuing", |params| valid(params, 2025, 2026));
    let at = server(issuing.leaf(|_| ()), Manner::default()).await;
    let seen = look(&trusting(&root), NAMED, at).await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::CertificateExpired);
    assert!(words.starts_with("the certificate of its issuer \"CN=Ward Issuing,"), "{words}");
    assert!(words.ends_with("expired on 2026-01-01, 263 days ago; it is trusted otherwise"), "{words}");
}

#[tokio::test]
async fn two_expired_links_are_still_only_expired() {
    let root = Authority::root("Ward Root");
    let issuing = root.below("Ward Issuing", |params| valid(params, 2020, 2025));
    let at = server(issuing.leaf(|params| valid(params, 2024, 2026)), Manner::default()).await;
    let seen = look(&trusting(&root), NAMED, at).await;
    let words = "the server's certificate expired on 2026-01-01, 263 days ago; it is trusted otherwise";
    assert_eq!(fault(&seen), (Fault::CertificateExpired, words));
}

#[tokio::test]
async fn a_certificate_of_the_future_is_not_yet_valid() {
    let seen = seen_of(|params| valid(params, 2027, 2028)).await;
    let words =
        "the server's certificate is not valid before 2027-01-01T00:00:00.000Z; it is trusted otherwise";
    assert_eq!(fault(&seen), (Fault::CertificateNotYetValid, words));
}

#[tokio::test]
async fn another_name_is_told_with_the_names_there_are() {
    let seen = seen_of(|params| {
        let names = ["pacs.test", "*.ris.test"].map(str::to_owned);
        params.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
    })
    .await;
    let words = "the certificate is for pacs.test, *.ris.test, not for epr.test";
    assert_eq!(fault(&seen), (Fault::CertificateWrongName, words));
    let seen = seen_of(|params| params.subject_alt_names.clear()).await;
    let words = "the certificate carries no name (subject \"CN=epr.test\"), so it is not for epr.test";
    assert_eq!(fault(&seen), (Fault::CertificateWrongName, words));
}

#[tokio::test]
async fn an_address_is_a_name_too() {
    let root = Authority::root("Ward Root");
    let at = server(root.leaf(|_| ()), Manner::default()).await;
    assert_eq!(look(&trusting(&root), "{address: '{at}', ca: ca.pem}", at).await.outcome, Outcome::Up);
}

#[tokio::test]
async fn what_is_wrong_besides_being_expired_comes_first() {
    let root = Authority::root("Ward Root");
    let at = server(root.leaf(|params| valid(params, 2025, 2026)), Manner::default()).await;
    let seen = look(&trusting(&Authority::root("Other Root")), NAMED, at).await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::CertificateUnknownIssuer);
    assert!(words.contains("no trusted root leads to the issuer \"CN=Ward Root,"), "{words}");
    assert!(
        words.ends_with("besides, the server's certificate expired on 2026-01-01, 263 days ago"),
        "{words}"
    );
}

#[tokio::test]
async fn a_missing_intermediate_is_an_unknown_issuer() {
    let root = Authority::root("Ward Root");
    let mut leaf = root.below("Ward Issuing", |_| ()).leaf(|_| ());
    leaf.chain.truncate(1);
    let at = server(leaf, Manner::default()).await;
    let seen = look(&trusting(&root), NAMED, at).await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::CertificateUnknownIssuer);
    assert!(words.ends_with("no certificate of an issuer was sent along"), "{words}");
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_where_it_is_named_itself() {
    for is_ca in [false, true] {
        let root = Authority::root("Ward Root");
        let Leaf { chain, key, pem, .. } = self_signed(is_ca);
        let leaf = || Leaf {
            chain: chain.clone(),
            key: key.clone_key(),
            pem: String::new(),
            key_pem: String::new(),
        };
        let at = server(leaf(), Manner::default()).await;
        let seen = look(&trusting(&root), NAMED, at).await;
        let words = "\"CN=epr.test\" signed itself, and nobody here was told to trust it";
        assert_eq!(fault(&seen), (Fault::CertificateSelfSigned, words));
        let named = Given::default().file("ca.pem", pem);
        assert_eq!(look(&named, NAMED, at).await.outcome, Outcome::Up, "{is_ca}");
        let other = look(&named, "{address: '{at}', ca: ca.pem, server_name: pacs.test}", at).await;
        assert_eq!(fault(&other).0, Fault::CertificateWrongName);
    }
}

#[tokio::test]
async fn a_certificate_for_another_purpose_is_invalid() {
    let seen =
        seen_of(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning]).await;
    assert_eq!(fault(&seen).0, Fault::CertificateInvalid);
}

#[tokio::test]
async fn an_untrusted_chain_may_be_any_where_it_is_said() {
    let at = server(self_signed(true), Manner::default()).await;
    let any = "{address: '{at}', server_name: epr.test, expect: {trusted: any}}";
    let seen = look(&Given::default(), any, at).await;
    assert_eq!(
        (seen.outcome.clone(), facts(&seen).distrust),
        (Outcome::Up, Some(Fault::CertificateSelfSigned))
    );
    let warned = any.replace("any}", "any}, warn: {trusted: true}");
    let seen = look(&Given::default(), &warned, at).await;
    assert_eq!((seen.outcome.label(), seen.outcome.fault_label()), ("degraded", Some("expect_trust")));
}

#[tokio::test]
async fn a_chain_is_read_once_and_shared() {
    let chains = crate::probe::dial::Chains::default();
    let leaf = Authority::root("Ward Root").leaf(|_| ());
    let read = || chains.read(leaf.chain.iter().map(AsRef::as_ref));
    assert!(std::sync::Arc::ptr_eq(&read(), &read()));
    assert!(chains.read([&b"rubbish"[..]].into_iter()).is_empty());
    assert!(read()[0].not_after > NOW);
}
