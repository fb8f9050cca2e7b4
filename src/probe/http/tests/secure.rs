//! Is TLS spoken to whom it should be, and nothing told to anybody else?

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    Fault, Outcome, Phase, fault, given, look,
    server::{Authority, Demand, Server, secure_server},
    told,
};
use crate::{model::Seen, raw::Given};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

async fn told_by(ca: &Authority, server: &Server, more: &str) -> Seen {
    let text = format!("{{url: 'https://epr.test/', connect_to: '{}', {more}}}", server.at);
    look(&given(&Given::default().file("ca.pem", &*ca.pem).variable("TOKEN", "t0p"), &text)).await
}

#[tokio::test]
async fn a_private_ca_is_trusted_and_connect_to_leads_to_one_member() {
    let ca = Authority::new("Ward CA");
    let server = secure_server(&ca.acceptor("epr.test", &[], Demand::Nothing), &[OK]).await;
    let seen =
        told_by(&ca, &server, "tls: {ca: ca.pem}, expect: {tls_version: TLS 1.3, expires_in: 100d}").await;
    assert_eq!(seen.outcome, Outcome::Up);
    let phases = super::phases(&seen);
    assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Receive]);
    assert_eq!(seen.details.tls.unwrap().version, Some("TLS 1.3"));
}

#[tokio::test]
async fn nothing_is_said_to_a_stranger() {
    let (ca, other) = (Authority::new("Ward CA"), Authority::new("Other CA"));
    for (acceptor, wanted) in [
        (other.acceptor("epr.test", &[], Demand::Nothing), Fault::CertificateUnknownIssuer),
        (ca.acceptor("pacs.test", &[], Demand::Nothing), Fault::CertificateWrongName),
    ] {
        let mut server = secure_server(&acceptor, &[OK]).await;
        let seen = told_by(&ca, &server, "tls: {ca: ca.pem}, auth: {bearer: '${env:TOKEN}'}").await;
        assert_eq!(fault(&seen), wanted);
        assert_eq!(seen.timeline.of(Phase::Send), None);
        assert_eq!(seen.details.tls.unwrap().chain.len(), 1, "the chain is told all the same");
        assert!(server.asked().await.is_empty());
    }
}

#[tokio::test]
async fn certificates_that_end_soon_and_old_versions_are_findings() {
    let ca = Authority::new("Ward CA");
    let acceptor = ca.acceptor("epr.test", &[], Demand::Nothing);
    let warned =
        "warn: {expires_in: 200d}, expect: {expires_in: 30d, tls_version: TLS 1.2}, tls: {ca: ca.pem}";
    let seen = told_by(&ca, &secure_server(&acceptor, &[OK]).await, warned).await;
    assert_eq!(
        told(seen.outcome.findings()),
        [
            "expect_tls_version: TLS 1.2 | TLS 1.3",
            "expect_expires_in: at least 200 days | 2026-12-31T00:00:00.000Z, in 100 days"
        ]
    );
    let seen =
        told_by(&ca, &secure_server(&acceptor, &[OK]).await, "warn: {expires_in: 200d}, tls: {ca: ca.pem}")
            .await;
    assert_eq!(seen.outcome.label(), "degraded");
}

#[tokio::test]
async fn a_client_certificate_is_shown_and_its_want_is_told() {
    let ca = Authority::new("Ward CA");
    let acceptor = ca.acceptor("epr.test", &[], Demand::Insists);
    let seen = told_by(&ca, &secure_server(&acceptor, &[OK]).await, "tls: {ca: ca.pem}").await;
    assert_eq!(fault(&seen), Fault::ClientCertificate, "{:?}", seen.outcome);

    let shown = async |by: &Authority, more: &str| {
        let (certificate, key) = by.certificate("monitor", (2026, 12, 31));
        let server = secure_server(&acceptor, &[OK]).await;
        let given = Given::default()
            .file("ca.pem", &*ca.pem)
            .file("own.pem", certificate.pem())
            .file("key.pem", key.serialize_pem());
        let client = "client: {certificate: own.pem, key: {file: key.pem}}";
        let tls = format!("tls: {{ca: ca.pem, {client}}}");
        let text = format!("{{url: 'https://epr.test/', connect_to: '{}', {tls}{more}}}", server.at);
        look(&super::given(&given, &text)).await
    };
    assert_eq!(shown(&ca, "").await.outcome, Outcome::Up);
    let other = Authority::new("Other CA");
    assert_eq!(super::ours(&shown(&other, "").await), super::Ours::CredentialRefused);
    assert_eq!(fault(&shown(&other, ", refused: down").await), Fault::ClientCertificate);
}

#[tokio::test]
async fn a_reply_that_ends_without_a_goodbye_is_whole_and_a_broken_off_one_is_not() {
    let ca = Authority::new("Ward CA");
    for (reply, whole) in
        [("HTTP/1.1 200 OK\r\n\r\nhi", true), ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", false)]
    {
        let acceptor = ca.acceptor("epr.test", &[], Demand::Nothing);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            super::server::request(&mut stream).await;
            stream.write_all(reply.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            stream.get_mut().0.shutdown().await.unwrap(); // of TCP alone
        });
        let text = format!("{{url: 'https://epr.test/', connect_to: '{at}', tls: {{ca: ca.pem}}}}");
        let seen = look(&given(&Given::default().file("ca.pem", &*ca.pem), &text)).await;
        if whole {
            assert_eq!((seen.outcome, seen.details.body_bytes), (Outcome::Up, Some(2)));
        } else {
            assert_eq!(fault(&seen), Fault::Truncated);
        }
    }
}

#[tokio::test]
async fn a_credential_does_not_leave_tls() {
    let ca = Authority::new("Ward CA");
    let away = "HTTP/1.1 302 Found\r\nLocation: http://epr.test/in\r\n\r\n";
    let home = secure_server(&ca.acceptor("epr.test", &[], Demand::Nothing), &[away]).await;
    let seen = told_by(&ca, &home, "tls: {ca: ca.pem}, auth: {bearer: '${env:TOKEN}'}").await;
    assert_eq!(fault(&seen), Fault::Redirect);
    assert_eq!(super::words(&seen), "the redirect to http://epr.test/in would send our credential in clear");
}

#[tokio::test]
async fn plaintext_where_tls_should_be_is_told() {
    let ca = Authority::new("Ward CA");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.readable().await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    let text = format!("{{url: 'https://epr.test/', connect_to: '{at}', tls: {{ca: ca.pem}}}}");
    let seen = look(&given(&Given::default().file("ca.pem", &*ca.pem), &text)).await;
    assert_eq!(fault(&seen), Fault::NotTls);
}

/// As some do that want a certificate: they finish the handshake, and hang up on the request.
#[tokio::test]
async fn a_server_that_asked_for_a_certificate_and_hangs_up_wants_one() {
    let ca = Authority::new("Ward CA");
    let acceptor = ca.acceptor("epr.test", &[], Demand::Asks);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
        super::server::request(&mut stream).await;
    });
    let text = format!("{{url: 'https://epr.test/', connect_to: '{at}', tls: {{ca: ca.pem}}}}");
    let seen = look(&given(&Given::default().file("ca.pem", &*ca.pem), &text)).await;
    assert_eq!(fault(&seen), Fault::ClientCertificate);
}
