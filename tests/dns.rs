//! Does a look over HTTPS know a DNS reply from all else that a web server may say?

use std::{net::SocketAddr, sync::Arc};

use hickory_proto::{
    op::{Message, MessageType},
    rr::{RData, Record, RecordType, rdata::A},
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use wardround::{
    model::{Fault, Outcome, Phase, Seen},
    probe::Agent,
};

use crate::{
    looks::{fault, look_by},
    neighbours::certificates::certificates,
};

/// A web server that speaks HTTP/1.1 alone.
struct Web {
    at: SocketAddr,
    ca: NamedTempFile,
}

/// The bytes that are said to a question.
type Answer = fn(asked: &[u8]) -> Vec<u8>;

impl Web {
    async fn start(answer: Answer) -> Self {
        let [ca, certificate, key] = certificates("resolver.test");
        let acceptor = acceptor(&certificate, &key);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let mut stream = BufReader::new(stream);
                let asked = read(&mut stream).await;
                stream.write_all(&answer(&asked)).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), ca).unwrap();
        Self { at, ca: file }
    }

    async fn asked(&self) -> Seen {
        let tls = format!("{{ca: '{}', server_name: resolver.test}}", self.ca.path().display());
        let asked = "name: epr.ward.test, type: A, expect: {answers: 10.20.0.7}";
        let settings = format!("dns: {{server: '{}', transport: https, tls: {tls}, {asked}}}", self.at);
        look_by(&Agent::new(&[]).unwrap(), &settings).await
    }
}

fn acceptor(certificate: &str, key: &str) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap());
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

/// The question, if it is asked as RFC 8484 wants it.
async fn read(stream: &mut (impl tokio::io::AsyncBufRead + Unpin)) -> Vec<u8> {
    let (mut head, mut line) = (String::new(), String::new());
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        head += &line.to_lowercase();
    }
    assert!(head.starts_with("post /dns-query http/1.1\r\n"), "{head}");
    for header in
        ["host: 127.0.0.1", "content-type: application/dns-message", "accept: application/dns-message"]
    {
        assert!(head.contains(header), "{head}");
    }
    let (_, length) = head.split_once("content-length: ").unwrap();
    let length = length.split_once("\r\n").unwrap().0.parse().unwrap();
    let mut asked = vec![0; length];
    stream.read_exact(&mut asked).await.unwrap();
    asked
}

fn reply(asked: &[u8], change: impl FnOnce(&mut Message)) -> Vec<u8> {
    let mut message = Message::from_vec(asked).unwrap();
    assert_eq!(message.metadata.id, 0);
    message.metadata.message_type = MessageType::Response;
    let name = message.queries[0].name().clone();
    message.answers = vec![Record::from_rdata(name, 60, RData::A(A::new(10, 20, 0, 7)))];
    change(&mut message);
    message.to_vec().unwrap()
}

fn page(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

const DNS: &str = "application/dns-message";

#[tokio::test]
async fn a_question_is_asked_over_http_1_too() {
    let seen = Web::start(|asked| page("200 OK", DNS, &reply(asked, |_| {}))).await.asked().await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!((seen.details.http_status, seen.details.http_version), (Some(200), Some("HTTP/1.1")));
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Receive]);
}

fn truncated(asked: &[u8]) -> Vec<u8> {
    page("200 OK", DNS, &reply(asked, |message| message.metadata.truncation = true))
}

fn to_another(asked: &[u8]) -> Vec<u8> {
    let ask_mail = |message: &mut Message| {
        message.queries[0].set_query_type(RecordType::MX);
    };
    page("200 OK", DNS, &reply(asked, ask_mail))
}

#[tokio::test]
async fn what_is_no_reply_is_never_taken_for_one() {
    for (answer, wanted) in [
        ((|asked| page("503 Busy", DNS, &reply(asked, |_| {}))) as Answer, Fault::WrongProtocol),
        (|_| page("200 OK", "text/html", b"<h1>Blocked by policy</h1>"), Fault::WrongProtocol),
        (|_| page("200 OK", DNS, b"short"), Fault::WrongProtocol),
        (|_| page("200 OK", DNS, &[0; 9000].repeat(8)), Fault::TooLarge),
        (truncated, Fault::Truncated),
        (to_another, Fault::Malformed),
        (|asked| page("200 OK", DNS, &reply(asked, |_| {}))[..100].to_vec(), Fault::Truncated),
        (|_| b"220 mail.test ESMTP\r\n".to_vec(), Fault::WrongProtocol),
        (|_| Vec::new(), Fault::Closed),
    ] {
        let seen = Web::start(answer).await.asked().await;
        assert_eq!(fault(&seen), wanted, "{:?}", seen.outcome);
    }
}
