//! Does a look at OpenSSL's own server tell what that server was told to be?

use rcgen::{
    CertificateParams, PKCS_ECDSA_P256_SHA256 as P256, PKCS_ECDSA_P384_SHA384 as P384,
    PKCS_ECDSA_P521_SHA512 as P521, PKCS_RSA_SHA256 as RSA, date_time_ymd,
};
use wardround::model::{Fault, Ours, Outcome};

use super::openssl::{Desk, facts, fault};

const ANY: &str = "expect: {trusted: any}";

#[tokio::test]
async fn a_good_server_is_up_in_both_versions() {
    let desk = Desk::new();
    desk.issue("own", &P256, |_| ());
    for (only, version, cipher) in [
        ("-tls1_3", "TLS 1.3", "TLS_AES_256_GCM_SHA384"),
        ("-tls1_2", "TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    ] {
        let server = desk.serve("own", &format!("-alpn h2 {only}"));
        let seen = desk.look(&server, "alpn: [h2], expect: {alpn: h2}").await;
        assert_eq!(seen.outcome, Outcome::Up);
        assert_eq!((facts(&seen).version, facts(&seen).cipher.as_deref()), (Some(version), Some(cipher)));
    }
}

#[tokio::test]
async fn keys_are_told_by_kind_and_size() {
    let desk = Desk::new();
    let kinds = [(&P256, "EC P-256"), (&P384, "EC P-384"), (&P521, "EC P-521"), (&RSA, "RSA 2048")];
    for (kind, told) in kinds {
        desk.issue("own", kind, |_| ());
        let seen = desk.look(&desk.serve("own", ""), &format!("expect: {{key: {told}}}")).await;
        assert_eq!((seen.outcome.clone(), &*facts(&seen).chain[0].key), (Outcome::Up, told));
    }
    desk.run("req -x509 -newkey ed25519 -nodes -keyout own.key -out own.pem -subj /CN=epr.test");
    let seen = desk.look(&desk.serve("own", ""), "expect: {trusted: any, key: Ed25519}").await;
    assert_eq!((seen.outcome.clone(), &*facts(&seen).chain[0].key), (Outcome::Up, "Ed25519"));
}

#[tokio::test]
async fn every_reason_not_to_trust_is_told() {
    let desk = Desk::new();
    let dates = |from, until| {
        move |params: &mut CertificateParams| {
            (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
        }
    };
    desk.issue("expired", &P256, dates(2020, 2021));
    desk.issue("future", &P256, dates(2090, 2091));
    desk.issue("other", &P256, |params| {
        params.subject_alt_names =
            CertificateParams::new(vec!["pacs.test".into()]).unwrap().subject_alt_names;
    });
    desk.run("req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -subj /CN=epr.test -addext subjectAltName=DNS:epr.test");
    for (name, reason) in [
        ("expired", Fault::CertificateExpired),
        ("future", Fault::CertificateNotYetValid),
        ("other", Fault::CertificateWrongName),
        ("self", Fault::CertificateSelfSigned),
    ] {
        let seen = desk.look(&desk.serve(name, ""), "").await;
        assert_eq!((fault(&seen).0, facts(&seen).distrust), (reason, Some(reason)), "{name}");
        assert_eq!(facts(&seen).chain.len(), 1);
    }
    for (name, why) in
        [("Other Root", "no trusted root leads to the issuer"), ("Ward Root", "was the issuer renewed?")]
    {
        let stranger = Desk::of(name);
        stranger.issue("own", &P256, |_| ());
        let seen = desk.look(&stranger.serve("own", ""), "").await;
        let (reason, words) = fault(&seen);
        assert_eq!(reason, Fault::CertificateUnknownIssuer);
        assert!(words.contains(why), "{words}");
    }
}

#[tokio::test]
async fn an_appliance_is_trusted_by_its_own_certificate() {
    let desk = Desk::new();
    desk.run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=epr.test -addext subjectAltName=DNS:epr.test");
    assert_eq!(desk.look(&desk.serve("ca", ""), "").await.outcome, Outcome::Up);
}

#[tokio::test]
async fn an_old_version_is_told_with_its_cipher_and_chain() {
    let desk = Desk::new();
    desk.issue("own", &RSA, |_| ());
    for (only, version) in [("-tls1_1", "TLS 1.1"), ("-tls1", "TLS 1.0")] {
        let server = desk.serve("own", &format!("{only} -cipher ALL:@SECLEVEL=0"));
        let seen = desk.look(&server, "").await;
        let cipher = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
        let words =
            format!("the far side speaks {version} at most ({cipher}), and we speak TLS 1.2 and TLS 1.3");
        assert_eq!(fault(&seen), (Fault::TlsVersion, &*words));
        assert_eq!((facts(&seen).version, facts(&seen).cipher.as_deref()), (Some(version), Some(cipher)));
        assert_eq!((facts(&seen).chain.len(), facts(&seen).distrust), (1, None));
        assert!(facts(&seen).not_after().is_some());
    }
}

#[tokio::test]
async fn a_version_below_our_own_minimum_is_told() {
    let desk = Desk::new();
    desk.issue("own", &P256, |_| ());
    let seen = desk.look(&desk.serve("own", "-tls1_2"), "minimum: TLS 1.3").await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::TlsVersion);
    assert!(words.ends_with("and we were told to speak TLS 1.3 alone"), "{words}");
    assert_eq!(facts(&seen).chain.len(), 1);
}

#[tokio::test]
async fn old_ciphers_are_told_with_the_chain() {
    let desk = Desk::new();
    desk.issue("own", &RSA, |_| ());
    for (suite, name) in [
        ("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
        ("DHE-RSA-AES128-SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"),
    ] {
        let server = desk.serve("own", &format!("-tls1_2 -cipher {suite}:@SECLEVEL=0"));
        let seen = desk.look(&server, "").await;
        let words = format!("the far side speaks TLS 1.2 with ciphers that are out of use only, like {name}");
        assert_eq!(fault(&seen), (Fault::TlsHandshake, &*words));
        assert_eq!((facts(&seen).version, facts(&seen).chain.len()), (Some("TLS 1.2"), 1));
    }
}

#[tokio::test]
async fn what_cannot_be_verified_is_told_and_not_trusted() {
    let desk = Desk::new();
    desk.run("req -newkey rsa:1024 -nodes -keyout weak.key -out weak.csr -subj /CN=epr.test");
    desk.write("names", "subjectAltName=DNS:epr.test");
    desk.run("x509 -req -in weak.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out weak.pem");
    desk.run("req -newkey rsa:2048 -nodes -keyout old.key -out old.csr -subj /CN=epr.test");
    desk.run("x509 -req -in old.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out old.pem");
    for (name, why) in [("weak", "under 2048 bits"), ("old", "X.509 version 1")] {
        for only in ["-tls1_2", "-tls1_3"] {
            let server = desk.serve(name, &format!("{only} -cipher ALL:@SECLEVEL=0"));
            let seen = desk.look(&server, "").await;
            let (reason, words) = fault(&seen);
            assert_eq!(reason, Fault::CertificateInvalid, "{name} {only}: {words}");
            assert!(words.contains(why), "{words}");
            let seen = desk.look(&server, ANY).await;
            assert_eq!(seen.outcome, Outcome::Up, "{name} {only}");
            assert_eq!(facts(&seen).chain[0].subject, "CN=epr.test");
        }
    }
}

#[tokio::test]
async fn a_client_certificate_is_accepted_demanded_and_refused() {
    let desk = Desk::new();
    desk.issue("own", &P256, |_| ());
    desk.issue("client", &P256, |_| ());
    let shows = |desk: &Desk| {
        format!(
            "client: {{certificate: '{}', key: {{file: '{}'}}}}",
            desk.path("client.pem"),
            desk.path("client.key")
        )
    };
    let refuses = "expect: {refuses_without_client_certificate: true}";
    for only in ["-tls1_2", "-tls1_3"] {
        let server = desk.serve("own", &format!("{only} -Verify 1 -verify_return_error -CAfile ca.pem"));
        assert_eq!(desk.look(&server, &shows(&desk)).await.outcome, Outcome::Up, "{only}");
        assert_eq!(desk.look(&server, refuses).await.outcome, Outcome::Up, "{only}");
        let lenient = desk.serve("own", &format!("{only} -verify 1 -CAfile ca.pem"));
        let seen = desk.look(&lenient, refuses).await;
        let [finding] = seen.outcome.findings() else { panic!("{:?}", seen.outcome) };
        assert_eq!(finding.got, "it asked for one and went on without");
    }
    let server = desk.serve("own", "-tls1_2 -Verify 1 -verify_return_error -CAfile ca.pem");
    assert_eq!(fault(&desk.look(&server, "").await).0, Fault::ClientCertificate);
    for stranger in [Desk::of("Other Root"), Desk::of("Ward Root")] {
        stranger.issue("client", &P256, |_| ());
        let seen = desk.look(&server, &shows(&stranger)).await;
        assert!(
            matches!(seen.outcome, Outcome::Unknown { ours: Ours::CredentialRefused, .. }),
            "{:?}",
            seen.outcome
        );
    }
}

#[tokio::test]
async fn a_stapled_revocation_is_told() {
    let desk = Desk::new();
    desk.issue("own", &P256, |params| params.serial_number = Some(vec![0x1a, 0x2b].into()));
    for (status, wanted) in
        [("V\t351231000000Z\t", None), ("R\t351231000000Z\t260101000000Z", Some(Fault::CertificateRevoked))]
    {
        desk.write("index", &format!("{status}\t1A2B\tunknown\t/CN=epr.test\n"));
        desk.run("ocsp -index index -CA ca.pem -rsigner ca.pem -rkey ca.key -issuer ca.pem -cert own.pem -ndays 1 -respout staple -noverify");
        let seen = desk.look(&desk.serve("own", "-status_file staple"), "").await;
        assert_eq!(facts(&seen).distrust, wanted);
        assert_eq!(seen.outcome == Outcome::Up, wanted.is_none(), "{:?}", seen.outcome);
    }
}
