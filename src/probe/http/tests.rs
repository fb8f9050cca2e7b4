//! Is a reply judged for what it is, and a missing one told for what it was?

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use tokio_rustls::TlsAcceptor;

use super::{Http, raw::Raw};
use crate::{
    model::{Fault, Moment, Outcome, Phase, Reason, Seen},
    probe::{Agent, Ask, looking::look_as},
    raw::Given,
};

/// The settings `text` below the key `http`, with `{at}` in place of host and port.
fn http(text: &str, at: &str) -> Http {
    Given::default().check(&text.replace("{at}", at), Raw::check).unwrap()
}

async fn look(http: &Http) -> Seen {
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: Moment::from_ms(1_790_000_000_000) };
    look_as(http, ask, &Agent::new(&[]).unwrap()).await
}

/// A server that answers one request with `reply`, closes, and hands out what it was asked.
async fn server(reply: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
                break;
            }
        }
        stream.write_all(reply).await.unwrap();
        String::from_utf8(asked).unwrap()
    });
    (at, asked)
}

/// Looks by `text` at a server that answers with `reply`.
async fn seen(text: &str, reply: &'static [u8]) -> Seen {
    let (at, _) = server(reply).await;
    look(&http(text, &at)).await
}

fn fault(seen: &Seen) -> Fault {
    match &seen.outcome {
        Outcome::Down(Reason::Fault { fault, .. }) => *fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_good_reply_is_up_and_every_phase_is_stamped() {
    let (at, asked) = server(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nSign in").await;
    let http = http("{url: 'http://{at}/login?token=1', expect: {body: {contains: Sign}}}", &at);
    let seen = look(&http).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]);
    assert_eq!((seen.details.http_status, seen.details.body_bytes), (Some(200), Some(7)));
    assert!(asked.await.unwrap().starts_with("GET /login?token=1 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_maintenance_page_with_200_is_down() {
    let page = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html><title>Planned maintenance</title>";
    let seen = seen("{url: 'http://{at}/', expect: {status: 2xx, body: {contains: Sign in}}}", page).await;
    let [finding] = seen.outcome.findings() else { panic!("{:?}", seen.outcome) };
    assert_eq!(seen.outcome.label(), "down");
    assert_eq!(finding.expected, "contains \"Sign in\"");
    assert!(finding.got.contains("Planned maintenance"));
}

#[tokio::test]
async fn what_is_no_reply_has_its_fault() {
    for (reply, wanted) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], Fault::WrongProtocol),
        (b"\x15\x03\x01\x00\x02\x02\x46", Fault::WrongProtocol),
        (b"HTTP/1.1 abc\r\n\r\n", Fault::Malformed),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Fault::Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Fault::Truncated),
        (b"HTTP/1.1 200 OK\r\nContent-Le", Fault::Truncated),
        (b"", Fault::Closed),
    ] {
        let seen = seen("{url: 'http://{at}/'}", reply).await;
        assert_eq!(fault(&seen), wanted, "{:?} {:?}", String::from_utf8_lossy(reply), seen.outcome);
    }
}

#[tokio::test]
async fn a_private_ca_is_trusted_where_it_is_named_and_connect_to_leads_to_one_member() {
    let (ca, acceptor) = authority("Ward CA", "epr.test");
    let text = "{url: 'https://epr.test/', connect_to: '{at}', tls: {ca: ca.pem}}";
    let told = |given: Given, at: String| async move {
        look(&given.check(&text.replace("{at}", &at), Raw::check).unwrap()).await
    };
    let at = secure_server(acceptor.clone(), b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let seen = told(Given::default().file("ca.pem", ca), at).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(seen.timeline.of(Phase::Tls).is_some());

    let (other, _) = authority("Other CA", "epr.test");
    let at = secure_server(acceptor, b"").await;
    let seen = told(Given::default().file("ca.pem", other), at).await;
    assert_eq!(fault(&seen), Fault::CertificateUnknownIssuer);
    assert_eq!(seen.timeline.of(Phase::Send), None, "nothing is sent to a stranger");
}

/// A new CA called `ca` as PEM, and a server with its certificate for `name`.
fn authority(ca: &str, name: &str) -> (String, TlsAcceptor) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec![]).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, ca);
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = params.self_signed(&key).unwrap();
    let issuer = rcgen::Issuer::new(params, key);
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(vec![name.into()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key.into())
        .unwrap();
    (root.pem(), TlsAcceptor::from(std::sync::Arc::new(config)))
}

async fn secure_server(acceptor: TlsAcceptor, reply: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(reply).await.unwrap();
        stream.flush().await.unwrap();
    });
    at
}
