//! Is HTTP/2 spoken as it should be, and timed?

use std::time::Duration;

use bytes::Bytes;
use hyper::{Response, StatusCode};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

use super::{
    Fault, Outcome, Phase, fault, given, http, look, look_for,
    server::{Authority, Demand, answering},
    told, words,
};
use crate::raw::Given;

const PAUSE: Duration = Duration::from_millis(60);

/// How an HTTP/2 server treats its one request.
#[derive(Clone, Copy)]
enum Treat {
    /// Waits, replies with a header, waits, and says a body.
    Slowly,
    /// Replies with as many bytes.
    Size(usize),
    Resets(h2::Reason),
    GoesAway(h2::Reason),
    Hangs,
    /// Replies with a header of as many bytes.
    Header(usize),
    /// Says half of what it announced, and closes.
    Half,
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    treat: Treat,
) -> (String, usize) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let (mut request, mut respond) = connection.accept().await.unwrap().unwrap();
    let asked =
        format!("{} {} {:?}", request.method(), request.uri(), request.headers().get("authorization"));
    let driving = tokio::spawn(async move {
        if let Treat::GoesAway(reason) = treat {
            connection.abrupt_shutdown(reason);
        }
        while let Some(Ok(_)) = connection.accept().await {}
    });
    let mut body = 0;
    while let Some(data) = request.body_mut().data().await {
        let data = data.unwrap();
        body += data.len();
        request.body_mut().flow_control().release_capacity(data.len()).unwrap();
    }
    let response = || Response::builder().status(StatusCode::OK);
    match treat {
        Treat::Slowly => {
            tokio::time::sleep(PAUSE).await;
            let mut sending = respond.send_response(response().body(()).unwrap(), false).unwrap();
            tokio::time::sleep(PAUSE).await;
            sending.send_data(Bytes::from_static(b"{\"status\": \"pass\"}"), true).unwrap();
        }
        Treat::Size(size) => {
            let mut sending = respond.send_response(response().body(()).unwrap(), false).unwrap();
            sending.send_data(vec![b'x'; size].into(), true).unwrap();
        }
        Treat::Header(size) => {
            let response = response().header("x-large", "x".repeat(size)).body(()).unwrap();
            respond.send_response(response, true).unwrap();
        }
        Treat::Half => {
            let response = response().header("content-length", 1000).body(()).unwrap();
            let mut sending = respond.send_response(response, false).unwrap();
            sending.send_data(Bytes::from_static(b"half"), false).unwrap();
            tokio::time::sleep(PAUSE).await;
            driving.abort();
        }
        Treat::Resets(reason) => respond.send_reset(reason),
        Treat::GoesAway(_) | Treat::Hangs => {}
    }
    let _ = driving.await;
    (asked, body)
}

async fn prior(treat: Treat) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0, treat).await });
    at
}

async fn seen(treat: Treat, more: &str) -> crate::model::Seen {
    let at = prior(treat).await;
    look_for(Duration::from_secs(2), &http(&format!("{{url: 'http://{at}/a?b', version: http2{more}}}")))
        .await
}

/// Preface and settings are not the request, nor the server's settings the reply.
#[tokio::test]
async fn the_phases_part_where_they_should() {
    let seen =
        seen(Treat::Slowly, ", expect: {http_version: HTTP/2, json: {path: $.status, equals: pass}}").await;
    assert_eq!(seen.outcome, Outcome::Up);
    let took = |phase| seen.timeline.of(phase).unwrap();
    assert!(took(Phase::Send) < PAUSE && took(Phase::Connect) < PAUSE, "{:?}", seen.timeline);
    assert!(took(Phase::Wait) >= PAUSE && took(Phase::Receive) >= PAUSE, "{:?}", seen.timeline);
    assert_eq!((seen.details.http_version, seen.details.body_bytes), (Some("HTTP/2"), Some(18)));
}

#[tokio::test]
async fn alpn_decides_and_the_request_is_whole() {
    let ca = Authority::new("Ward CA");
    for (alpn, version) in [(&["h2", "http/1.1"][..], "auto"), (&["h2"], "auto"), (&["h2"], "http2")] {
        let acceptor = ca.acceptor("epr.test", alpn, Demand::Nothing);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
            serve(stream, Treat::Size(0)).await
        });
        let text = format!(
            "{{url: 'https://epr.test/a?b', connect_to: '{at}', tls: {{ca: ca.pem}}, version: {version}, method: POST, body: '{}'}}",
            "x".repeat(200_000)
        );
        let seen = look(&given(&Given::default().file("ca.pem", &*ca.pem), &text)).await;
        assert_eq!(seen.outcome, Outcome::Up);
        assert_eq!(seen.details.http_version, Some("HTTP/2"));
        assert_eq!(seen.details.tls.unwrap().alpn.as_deref(), Some("h2"));
        let (asked, body) = serving.await.unwrap();
        assert_eq!((asked.as_str(), body), ("POST https://epr.test/a?b None", 200_000));
    }
}

#[tokio::test]
async fn http1_can_be_asked_for() {
    let ca = Authority::new("Ward CA");
    let acceptor = ca.acceptor("epr.test", &["h2", "http/1.1"], Demand::Nothing);
    let server = answering(Some(acceptor), vec![b"HTTP/1.1 200 OK\r\n\r\n".to_vec()]).await;
    let text = "{url: 'https://epr.test/', connect_to: '{at}', tls: {ca: ca.pem}, version: http1, expect: {http_version: HTTP/2}}";
    let seen =
        look(&given(&Given::default().file("ca.pem", &*ca.pem), &text.replace("{at}", &server.at))).await;
    assert_eq!(told(seen.outcome.findings()), ["expect_http_version: HTTP/2 | HTTP/1.1"]);
}

#[tokio::test]
async fn large_bodies_flow_and_are_bounded() {
    let whole = seen(Treat::Size(3_000_000), ", body_limit: 4000000").await;
    assert_eq!((whole.outcome, whole.details.body_bytes), (Outcome::Up, Some(3_000_000)));
    let part = seen(Treat::Size(3_000_000), "").await;
    assert_eq!((part.outcome, part.details.body_bytes), (Outcome::Up, Some(1 << 20)));
}

#[tokio::test]
async fn what_is_no_reply_has_its_fault() {
    for (treat, wanted) in [
        (Treat::Resets(h2::Reason::REFUSED_STREAM), Fault::Reset),
        (Treat::Resets(h2::Reason::HTTP_1_1_REQUIRED), Fault::WrongProtocol),
        (Treat::GoesAway(h2::Reason::ENHANCE_YOUR_CALM), Fault::Closed),
        (Treat::Header(1 << 17), Fault::TooLarge),
        (Treat::Half, Fault::Truncated),
        (Treat::Hangs, Fault::Timeout(Phase::Wait)),
    ] {
        let seen = seen(treat, "").await;
        assert_eq!(fault(&seen), wanted, "{:?}", seen.outcome);
    }
}

#[tokio::test]
async fn what_is_no_http2_has_its_fault() {
    for (reply, wanted) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], Fault::WrongProtocol),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Fault::WrongProtocol),
        (b"\0\0\x06\x04\0\0\0\0\x01......", Fault::Malformed),
        (b"", Fault::Closed),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.readable().await.unwrap();
            stream.write_all(reply).await.unwrap();
            stream.shutdown().await.unwrap();
            while stream.read(&mut [0; 4096]).await.is_ok_and(|count| count > 0) {}
        });
        let seen = look(&http(&format!("{{url: 'http://{at}/', version: http2}}"))).await;
        assert_eq!(fault(&seen), wanted, "{}", words(&seen));
    }
}
