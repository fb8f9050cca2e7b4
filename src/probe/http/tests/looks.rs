//! What is said, and what is seen when all is well?

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{Outcome, Phase, http, look, look_for, phases, seen, server, server::request};
use crate::{probe::kind::Look, raw::Given};
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nSign in";

#[tokio::test]
async fn a_good_reply_is_up_and_every_phase_is_stamped() {
    let mut server = server(&[OK]).await;
    let seen = seen("{url: 'http://{at}/login?token=1', expect: {body: {contains: Sign}}}", &server).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(phases(&seen), [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]);
    assert_eq!((seen.details.http_status, seen.details.body_bytes), (Some(200), Some(7)));
    assert_eq!((seen.details.http_version, seen.details.redirects), (Some("HTTP/1.1"), 0));
    assert_eq!(seen.details.peer.unwrap().to_string(), server.at);
    let asked = server.asked().await;
    let at = &server.at;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        asked,
        format!(
            "GET /login?token=1 HTTP/1.1\r\nUser-Agent: Wardround/{version}\r\nAccept: */*\r\n\
             Accept-Encoding: identity\r\nHost: {at}\r\nConnection: close\r\n\r\n"
        )
    );
}

#[tokio::test]
async fn what_is_configured_is_said() {
    let mut server = server(&[OK]).await;
    let text = "
url: 'http://{at}'
method: POST
headers: {content-type: application/json, X-Key: 'k ${env:KEY}', User-Agent: ours, Accept: text/html}
body: '{\"ward\": \"${env:KEY}\"}'
auth: {basic: {user: monitor, password: '${env:KEY}'}}
host: epr.example:8443
gzip: true
";
    let given = Given::default().variable("KEY", "t0p");
    look(&super::given(&given, &text.replace("{at}", &server.at))).await;
    let asked = server.asked().await;
    assert!(asked.starts_with("POST / HTTP/1.1\r\n"), "{asked}");
    for line in [
        "Content-Type: application/json",
        "X-Key: k t0p",
        "User-Agent: ours",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "Authorization: Basic bW9uaXRvcjp0MHA=",
        "Host: epr.example:8443",
        "Content-Length: 15",
    ] {
        assert_eq!(asked.matches(&format!("{line}\r\n")).count(), 1, "{line} in {asked}");
    }
    assert!(asked.ends_with("\r\n\r\n{\"ward\": \"t0p\"}"), "{asked}");
}

/// An IPv6 literal keeps its brackets where they belong.
#[tokio::test]
async fn an_ipv6_literal_is_a_host_like_any_other() {
    let mut server = server(&[OK]).await;
    let seen = seen("{url: 'http://[2001:db8::7]:8080/a', connect_to: '{at}'}", &server).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(server.asked().await.contains("Host: [2001:db8::7]:8080\r\n"));
}

#[tokio::test]
async fn replies_without_a_body_end_at_once() {
    for (method, reply) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"),
    ] {
        let text = format!("{{url: 'http://{{at}}/', method: {method}, expect: {{status: [2xx, 304]}}}}");
        let seen = seen(&text, &server(&[reply]).await).await;
        assert_eq!((&seen.outcome, seen.details.body_bytes), (&Outcome::Up, Some(0)), "{reply}");
    }
}

#[tokio::test]
async fn a_body_may_come_in_chunks_with_trailers_or_until_the_end() {
    for reply in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nSign \r\n2\r\nin\r\n0\r\nX-Sum: 1\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nSign in",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nSign in",
    ] {
        let seen =
            seen("{url: 'http://{at}/', expect: {body: {matches: '^Sign in$'}}}", &server(&[reply]).await)
                .await;
        assert_eq!((&seen.outcome, seen.details.body_bytes), (&Outcome::Up, Some(7)), "{reply}");
    }
}

/// The stamps of `send`, `wait` and `receive` part where the request is written and where the first byte comes.
#[tokio::test]
async fn the_phases_part_where_they_should() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let http = http(&format!("{{url: 'http://{}/'}}", listener.local_addr().unwrap()));
    let (pause, short) = (Duration::from_millis(60), Duration::from_millis(40));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        request(&mut stream).await;
        tokio::time::sleep(pause).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await.unwrap();
        tokio::time::sleep(pause).await;
        stream.write_all(b"Content-Length: 1\r\n\r\n").await.unwrap();
        tokio::time::sleep(pause).await;
        stream.write_all(b"x").await.unwrap();
        let _ = stream.read(&mut [0; 1]).await;
    });
    let seen = look(&http).await;
    let took = |phase| seen.timeline.of(phase).unwrap();
    assert!(took(Phase::Send) < short && took(Phase::Connect) < short, "{:?}", seen.timeline);
    assert!(took(Phase::Wait) >= pause && took(Phase::Receive) >= 2 * pause, "{:?}", seen.timeline);
}

/// A gateway that turns everybody away does not wait to be asked.
#[tokio::test]
async fn a_reply_that_is_there_before_the_request_is_a_reply() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let http = http(&format!(
        "{{url: 'http://{}/', method: POST, body: '{}'}}",
        listener.local_addr().unwrap(),
        "x".repeat(1 << 16)
    ));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nFull").await.unwrap();
        let mut sink = [0; 4096];
        while stream.read(&mut sink).await.is_ok_and(|count| count > 0) {}
    });
    let seen = look(&http).await;
    assert_eq!(super::told(seen.outcome.findings()), ["expect_status: 2xx | 503 Service Unavailable"]);
}

#[tokio::test]
async fn every_phase_has_its_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        for said in ["", "HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
        {
            let (mut stream, _) = listener.accept().await.unwrap();
            request(&mut stream).await;
            stream.write_all(said.as_bytes()).await.unwrap();
            held.push(stream);
        }
        std::future::pending::<()>().await;
    });
    for (phase, bytes) in [(Phase::Wait, None), (Phase::Receive, None), (Phase::Receive, Some(4))] {
        let seen = look_for(Duration::from_millis(200), &http(&format!("{{url: 'http://{at}/'}}"))).await;
        assert_eq!(super::fault(&seen), super::Fault::Timeout(phase));
        assert_eq!(seen.details.body_bytes, bytes, "how far it came is told");
    }
}

#[test]
fn what_is_shown_has_no_query_and_what_is_pressed_is_the_member() {
    let http =
        http("{url: 'http://epr.example/a?token=1#b', connect_to: '10.0.0.7:80', headers: {X-Key: s3cret}}");
    assert_eq!((http.target().as_str(), &*http.host()), ("http://epr.example/a", "10.0.0.7"));
    let debug = format!("{http:?}");
    assert!(!debug.contains("token") && !debug.contains("s3cret"), "{debug}");
}
