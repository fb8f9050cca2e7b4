//! What is told of those who speak no TLS, or badly?

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::bench::{Authority, Manner, ONE_EACH, facts, fault, look, look_for, serve, server};
use crate::{
    model::{Fault, Phase},
    raw::Given,
};

const PLAIN: &str = "address: '{at}'";

/// A server that reads a hello and says this to it, every time.
async fn saying(reply: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(reply).await;
        let _ = stream.shutdown().await;
        let _ = stream.read(&mut [0; 4096]).await;
    })
    .await
}

#[tokio::test]
async fn plain_protocols_are_recognised() {
    for (reply, words) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "HTTP without TLS: \"HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH: \"SSH-2.0-OpenSSH_9.2"),
        (b"220 mail.test ESMTP\r\n", "SMTP or FTP, which want STARTTLS first"),
        (b"* OK ready\r\n", "IMAP, which wants STARTTLS first"),
        (b"N", "what came back is not TLS: \"N\""),
        (b"\xff\x00\x1b[2J", "what came back is not TLS: \"\\xff"),
    ] {
        let seen = look(&Given::default(), PLAIN, saying(reply).await).await;
        let (fault, told) = fault(&seen);
        assert_eq!(fault, Fault::NotTls);
        assert!(told.contains(words), "{told}");
    }
}

#[tokio::test]
async fn a_handshake_that_breaks_off_is_closed_or_truncated() {
    let closed = look(&Given::default(), PLAIN, saying(b"").await).await;
    assert_eq!(
        fault(&closed),
        (Fault::Closed, "the connection was closed before the far side said anything")
    );
    let truncated = look(&Given::default(), PLAIN, saying(b"\x16\x03\x03\x00\x7a\x02").await).await;
    assert_eq!(
        fault(&truncated),
        (Fault::Truncated, "the connection was closed in the middle of the handshake")
    );
    let broken = look(&Given::default(), PLAIN, saying(b"\x16\x03\x03\x00\x04\x02\x00\x00\x00").await).await;
    assert_eq!(fault(&broken).0, Fault::Malformed);
}

#[tokio::test]
async fn a_reset_is_told() {
    let at = serve(|stream| async move { stream.set_zero_linger().unwrap() }).await;
    assert_eq!(fault(&look(&Given::default(), PLAIN, at).await).0, Fault::Reset);
}

#[tokio::test]
async fn alerts_are_told_by_their_names() {
    let refused = look(&Given::default(), PLAIN, saying(b"\x15\x03\x03\x00\x02\x02\x28").await).await;
    let (told, words) = fault(&refused);
    assert_eq!(told, Fault::TlsHandshake);
    assert!(words.contains("the TLS alert HandshakeFailure"), "{words}");
    let unknown = look(&Given::default(), PLAIN, saying(b"\x15\x03\x03\x00\x02\x02\x70").await).await;
    assert!(fault(&unknown).1.contains("it does not know this name"), "{:?}", unknown.outcome);
    let version = look(&Given::default(), PLAIN, saying(b"\x15\x03\x03\x00\x02\x02\x46").await).await;
    assert_eq!(fault(&version).0, Fault::TlsVersion);
}

#[tokio::test]
async fn silence_is_a_timeout_of_this_phase() {
    let at = serve(|mut stream| async move {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let seen = look_for(Duration::from_millis(200), &Given::default(), PLAIN, at).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Tls));
    assert!(seen.timeline.of(Phase::Tls).unwrap() > Duration::from_millis(150));
}

/// What a look by `settings` sends first.
async fn hello(settings: &str) -> Vec<u8> {
    let (sender, mut hellos) = tokio::sync::mpsc::unbounded_channel();
    let at = serve(move |mut stream| {
        let sender = sender.clone();
        async move {
            let mut hello = Vec::with_capacity(4096);
            let _ = stream.read_buf(&mut hello).await;
            let _ = sender.send(hello);
        }
    })
    .await;
    look(&Given::default(), settings, at).await;
    hellos.recv().await.unwrap()
}

#[tokio::test]
async fn a_name_is_sent_and_an_address_is_not() {
    let names = |hello: &[u8], name: &[u8]| hello.windows(name.len()).any(|part| part == name);
    assert!(names(&hello("{address: '{at}', server_name: epr.test}").await, b"epr.test"));
    assert!(!names(&hello(PLAIN).await, b"127.0.0.1"));
}

#[tokio::test]
async fn a_chain_seen_before_a_handshake_hangs_is_told() {
    let root = Authority::root("Ward Root");
    let real = server(root.leaf(|_| ()), Manner { versions: &ONE_EACH[0], ..Manner::default() }).await;
    // Passes on the hello and the server's first flight, and nothing after that.
    let at = serve(move |mut stream| async move {
        let mut upstream = TcpStream::connect(real).await.unwrap();
        let mut bytes = vec![0; 16 << 10];
        let hello = stream.read(&mut bytes).await.unwrap();
        upstream.write_all(&bytes[..hello]).await.unwrap();
        let flight = upstream.read(&mut bytes).await.unwrap();
        stream.write_all(&bytes[..flight]).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let seen = look_for(Duration::from_millis(500), &Given::default(), PLAIN, at).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Tls));
    assert_eq!((facts(&seen).chain.len(), facts(&seen).distrust), (1, Some(Fault::CertificateUnknownIssuer)));
}

/// A server of old: it refuses our hello as such servers do, and answers one in the clear by TLS 1.0 with RSA and AES-CBC.
async fn of_old(refusal: &'static [u8]) -> SocketAddr {
    const REPLY: &[u8] = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01\
        ABCDEFGHIJKLMNOPQRSTUVWXYZ012345\x00\x00\x2f\x00";
    const DONE: &[u8] = b"\x16\x03\x01\x00\x04\x0e\x00\x00\x00";
    serve(move |mut stream| async move {
        let mut hello = vec![0; 4096];
        let _ = stream.read(&mut hello).await;
        let modern = hello.windows(4).any(|suites| suites == [0x13, 0x02, 0x13, 0x01]);
        let reply = if modern { refusal.to_vec() } else { [REPLY, DONE].concat() };
        let _ = stream.write_all(&reply).await;
        let _ = stream.shutdown().await;
    })
    .await
}

#[tokio::test]
async fn a_server_of_old_is_asked_what_it_speaks() {
    for refusal in [&b"\x15\x03\x01\x00\x02\x02\x46"[..], b"\x15\x03\x01\x00\x02\x02\x28", b""] {
        let seen = look(&Given::default(), PLAIN, of_old(refusal).await).await;
        let words = "the far side speaks TLS 1.0 at most (TLS_RSA_WITH_AES_128_CBC_SHA), and we speak TLS 1.2 and TLS 1.3";
        assert_eq!(fault(&seen), (Fault::TlsVersion, words));
        assert_eq!(facts(&seen).version, Some("TLS 1.0"));
        assert_eq!(facts(&seen).cipher.as_deref(), Some("TLS_RSA_WITH_AES_128_CBC_SHA"));
    }
}
