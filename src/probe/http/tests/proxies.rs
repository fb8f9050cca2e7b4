//! Is the way through a proxy found, and told when it is shut?

use tokio::{
    io::{AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::{
    Fault, Ours, Outcome, Phase, fault, given, http, look, ours, server,
    server::{Authority, Demand},
    words,
};
use crate::raw::Given;

/// A proxy that opens the way to wherever it is asked to, and a server behind it.
async fn proxy(wanted: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let asked = super::server::request(&mut stream).await;
        if wanted.is_some_and(|wanted| !asked.contains(wanted)) {
            stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.unwrap();
            return;
        }
        let target = asked.strip_prefix("CONNECT ").unwrap().split(' ').next().unwrap();
        let mut target = TcpStream::connect(target).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 Connection ").await.unwrap();
        stream.write_all(b"established\r\nVia: 1.1 ward\r\n\r").await.unwrap();
        stream.write_all(b"\n").await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut target).await;
    });
    at
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn a_proxy_opens_the_way() {
    let (server, at) = (server(&[OK]).await, proxy(None).await);
    let seen = look(&http(&format!("{{url: 'http://{}/', proxy: 'http://{at}'}}", server.at))).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(super::phases(&seen), [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]);
    assert_eq!(seen.details.peer.unwrap().to_string(), at);
}

#[tokio::test]
async fn tls_goes_through_it_to_the_member_that_is_meant() {
    let ca = Authority::new("Ward CA");
    let server = super::server::secure_server(&ca.acceptor("epr.test", &[], Demand::Nothing), &[OK]).await;
    let text = format!(
        "{{url: 'https://epr.test/', connect_to: '{}', tls: {{ca: ca.pem}}, proxy: 'http://{}'}}",
        server.at,
        proxy(None).await
    );
    assert_eq!(look(&given(&Given::default().file("ca.pem", &*ca.pem), &text)).await.outcome, Outcome::Up);
}

#[tokio::test]
async fn a_proxy_may_want_a_log_in() {
    let wanted = "Proxy-Authorization: Basic bW9uaXRvcjp0MHA=\r\n";
    let through = async |password: &str| {
        let (server, at) = (server(&[OK]).await, proxy(Some(wanted)).await);
        let text = format!(
            "{{url: 'http://{}/', proxy: {{url: 'http://{at}', auth: {{basic: {{user: monitor, password: '${{env:PW}}'}}}}}}}}",
            server.at
        );
        look(&given(&Given::default().variable("PW", password), &text)).await
    };
    assert_eq!(through("t0p").await.outcome, Outcome::Up);
    let seen = through("wrong").await;
    assert_eq!(ours(&seen), Ours::CredentialRefused);
    assert!(words(&seen).ends_with("it refused our credential (407)"), "{}", words(&seen));

    let text = format!("{{url: 'http://127.0.0.1:9/', proxy: 'http://{}'}}", proxy(Some(wanted)).await);
    assert_eq!(fault(&look(&http(&text)).await), Fault::ProxyRefused);
}

#[tokio::test]
async fn a_way_that_stays_shut_is_told() {
    for (reply, wanted, said) in [
        (
            "HTTP/1.1 502 Bad Gateway\r\n\r\n",
            Fault::ProxyRefused,
            "it did not open the way to epr.test:80: \"HTTP/1.1 502 Bad Gateway\"",
        ),
        ("SSH-2.0-x\r\n", Fault::WrongProtocol, "what came back is not HTTP: it begins with \"SSH-2.0-x\""),
        ("HTTP/1.1 200 OK\r\n", Fault::Closed, "the connection was closed in the phase \"connect\""),
        ("", Fault::Closed, "the connection was closed in the phase \"connect\""),
    ] {
        let proxy = server(&[reply]).await;
        let seen = look(&http(&format!("{{url: 'http://epr.test/', proxy: 'http://{}'}}", proxy.at))).await;
        assert_eq!(
            (fault(&seen), words(&seen)),
            (wanted, format!("the proxy {}: {said}", proxy.at).as_str())
        );
        assert_eq!(super::phases(&seen), [Phase::Connect], "a name behind a proxy is the proxy's to resolve");
    }
}
