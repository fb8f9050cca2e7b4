//! What is said of what is no reply?

use super::{Fault, Outcome, fault, http, look, seen, server, server::answering, words};

#[tokio::test]
async fn what_is_no_reply_has_its_fault() {
    let large = format!("HTTP/1.1 200 OK\r\nX-Large: {}\r\n\r\n", "x".repeat(1 << 20));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-Many: x\r\n".repeat(200));
    for (reply, wanted) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], Fault::WrongProtocol),
        (b"220 mail.example ESMTP\r\n", Fault::WrongProtocol),
        (b"\0\0\0\0", Fault::WrongProtocol),
        (b"\xff\xfe\xfd", Fault::WrongProtocol),
        (b"\x15\x03\x01\x00\x02\x02\x46", Fault::WrongProtocol),
        (b"\0\0\x12\x04\0\0\0\0\0", Fault::WrongProtocol),
        (b"HTTP/1.1 abc\r\n\r\n", Fault::Malformed),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", Fault::Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Fault::Malformed),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Fault::Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain", Fault::Malformed),
        (large.as_bytes(), Fault::TooLarge),
        (many.as_bytes(), Fault::TooLarge),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Fault::Truncated),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", Fault::Truncated),
        (b"HTTP/1.1 200 OK\r\nContent-Le", Fault::Truncated),
        (b"HT", Fault::Truncated),
        (b"", Fault::Closed),
    ] {
        let server = answering(None, vec![reply.to_vec()]).await;
        let seen = seen("{url: 'http://{at}/'}", &server).await;
        let head = &reply[..reply.len().min(60)];
        assert_eq!(fault(&seen), wanted, "{:?} {:?}", String::from_utf8_lossy(head), seen.outcome);
    }
}

#[tokio::test]
async fn what_came_instead_of_http_is_shown() {
    for (reply, wanted) in [
        (
            &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
            "what came back is not HTTP; it looks like SSH: it begins with \"SSH-2.0-OpenSSH_9.2\\r\\n\"",
        ),
        (b"\x15\x03\x01\x00\x02\x02\x46", "what came back is TLS: should the URL be https://?"),
        (b"\0\0\x12\x04\0\0\0\0\0", "what came back is HTTP/2, and not the HTTP/1.1 that was asked for"),
    ] {
        let server = answering(None, vec![reply.to_vec()]).await;
        assert_eq!(words(&seen("{url: 'http://{at}/'}", &server).await), wanted);
    }
}

#[tokio::test]
async fn nobody_there_is_a_refusal() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(fault(&look(&http(&format!("{{url: 'http://{at}/'}}"))).await), Fault::ConnectionRefused);
}

/// A server that resets when it is asked, however the reset is met: in reading or in writing.
#[tokio::test]
async fn a_reset_is_a_reset() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO)).unwrap();
            stream.readable().await.unwrap();
        }
    });
    for body in ["", ", method: POST, body: '{}'"] {
        let body = body.replace("{}", &"x".repeat(1 << 16));
        assert_eq!(fault(&look(&http(&format!("{{url: 'http://{at}/'{body}}}"))).await), Fault::Reset);
    }
}

/// The whole is not needed where the part that was read tells.
#[tokio::test]
async fn a_body_over_the_limit_is_judged_as_far_as_it_was_read() {
    let page = format!("HTTP/1.1 200 OK\r\n\r\nSign in{}end", " ".repeat(4096));
    let judged = async |expect: &str| {
        let text = format!("{{url: 'http://{{at}}/', body_limit: 1000, {expect}}}");
        let seen = seen(&text, &server(&[&page]).await).await;
        assert_eq!(seen.details.body_bytes, Some(1000));
        seen
    };
    for holds in
        ["expect: {body: {contains: Sign in}}", "expect: {size: {at_least: 900}}", "expect: {status: 200}"]
    {
        assert_eq!(judged(holds).await.outcome, Outcome::Up, "{holds}");
    }
    for unknown in [
        "expect: {body: {contains: end}}",
        "expect: {body: {not_contains: Error}}",
        "expect: {body: {not_matches: '^Error'}}",
        "expect: {size: {at_most: 2000}}",
        "expect: {size: {at_least: 2000}}",
    ] {
        assert_eq!(fault(&judged(unknown).await), Fault::TooLarge, "{unknown}");
    }
    for broken in [
        "expect: {body: {not_contains: Sign in}}",
        "expect: {size: {at_most: 900}}",
        "expect: {json: {path: $.status}}",
        "expect: {status: 204, body: {contains: end}}",
    ] {
        let seen = judged(broken).await;
        assert!(
            seen.outcome.label() == "down" && !seen.outcome.findings().is_empty(),
            "{broken} {:?}",
            seen.outcome
        );
    }
    assert_eq!(judged("warn: {body: {contains: end}}").await.outcome.label(), "degraded");
}

#[tokio::test]
async fn a_bomb_is_not_unpacked() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 64 << 20]).unwrap();
    let packed = encoder.finish().unwrap();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
    let server = answering(None, vec![[head.into_bytes(), packed].concat()]).await;
    let seen = seen("{url: 'http://{at}/', gzip: true, expect: {size: {at_most: 1048576}}}", &server).await;
    assert_eq!(fault(&seen), Fault::TooLarge);
}
