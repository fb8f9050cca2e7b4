//! Does a look at a DNS server see what it answers?

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use hickory_proto::{
    op::{Message, MessageType, ResponseCode},
    rr::{RData, Record, rdata},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, UdpSocket},
};

use super::Dns;
use crate::{
    model::{Fault, Moment, Ours, Outcome, Phase, Seen, Weight},
    probe::{Agent, Ask, kind::Look as _, looking::look_as, tried::fault},
    raw::Given,
};

fn dns(settings: &str) -> Dns {
    Given::default().check(settings, Dns::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

async fn look(settings: &str) -> Seen {
    look_for(Duration::from_secs(5), settings).await
}

async fn look_for(timeout: Duration, settings: &str) -> Seen {
    let ask = Ask { timeout, slow: None, at: Moment::from_ms(0) };
    let seen = look_as(&dns(settings), ask, &Agent::new(&[]).unwrap(), None).await.0;
    let spans = seen.timeline.spans();
    assert!(spans.windows(2).all(|pair| pair[0].ended == pair[1].began), "{spans:?}");
    seen
}

fn settings(server: SocketAddr, more: &str) -> String {
    format!("{{server: '{server}', name: epr.example, type: A{more}}}")
}

/// The bytes with which a server answers `asked`, one datagram each.
type Answer = fn(asked: &[u8]) -> Vec<Vec<u8>>;

/// A socket whose port is free for TCP too: somebody's connection may be at the same number.
async fn free() -> UdpSocket {
    loop {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        if TcpListener::bind(socket.local_addr().unwrap()).await.is_ok() {
            return socket;
        }
    }
}

async fn udp(answer: Answer) -> SocketAddr {
    let socket = free().await;
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((count, peer)) = socket.recv_from(&mut buffer).await {
            for reply in answer(&buffer[..count]) {
                socket.send_to(&reply, peer).await.unwrap();
            }
        }
    });
    address
}

/// A server on `address` that writes `answer` as it is, and then hangs up.
async fn tcp(address: SocketAddr, answer: Answer) -> SocketAddr {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let length = stream.read_u16().await.unwrap();
            let mut asked = vec![0; length.into()];
            stream.read_exact(&mut asked).await.unwrap();
            for piece in answer(&asked) {
                stream.write_all(&piece).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    address
}

const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn reply(asked: &[u8], change: impl FnOnce(&mut Message)) -> Vec<u8> {
    let mut message = Message::from_vec(asked).unwrap();
    message.metadata.message_type = MessageType::Response;
    let name = message.queries[0].name().clone();
    message.answers = vec![Record::from_rdata(name, 300, RData::A(rdata::A(Ipv4Addr::new(10, 0, 0, 1))))];
    change(&mut message);
    message.to_vec().unwrap()
}

fn usual(asked: &[u8]) -> Vec<u8> {
    reply(asked, |_| {})
}

fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap().to_be_bytes();
    [&length, message].concat()
}

#[tokio::test]
async fn an_answer_is_up_and_told() {
    let server = udp(|asked| vec![usual(asked)]).await;
    let seen = look(&settings(server, ", expect: {answers: 10.0.0.1}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(seen.details.peer, Some(server));
    let facts = seen.details.dns.unwrap();
    assert_eq!((&*facts.rcode, facts.ttl, facts.over_tcp), ("NOERROR", Some(300), false));
    assert_eq!(facts.answers, ["10.0.0.1"]);
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait]);
}

#[tokio::test]
async fn a_wrong_answer_is_down_or_degraded() {
    let server = udp(|asked| vec![usual(asked)]).await;
    let seen =
        look(&settings(server, ", expect: {answers: {none_of: [10.0.0.1]}}, warn: {ttl: {at_most: 1m}}"))
            .await;
    let labels: Vec<_> = seen.outcome.findings().iter().map(|f| (f.check.label(), f.weight)).collect();
    assert_eq!(labels, [("expect_answers", Weight::Fail), ("expect_ttl", Weight::Warn)]);
    let seen = look(&settings(server, ", warn: {ttl: {at_most: 1m}}")).await;
    assert!(matches!(seen.outcome, Outcome::Degraded(_)), "{:?}", seen.outcome);
}

#[tokio::test]
async fn a_name_that_does_not_exist() {
    let server = udp(|asked| {
        vec![reply(asked, |message| {
            message.answers.clear();
            message.metadata.response_code = ResponseCode::NXDomain;
        })]
    })
    .await;
    let seen = look(&settings(server, "")).await;
    let [finding] = seen.outcome.findings() else { panic!("{:?}", seen.outcome) };
    assert_eq!((&*finding.expected, &*finding.got), ("NOERROR", "NXDOMAIN"));
    assert_eq!(seen.details.dns.unwrap().rcode, "NXDOMAIN");
    assert_eq!(look(&settings(server, ", expect: {rcode: NXDOMAIN}")).await.outcome, Outcome::Up);
}

#[tokio::test]
async fn a_server_that_is_gone_is_refused_at_once() {
    let gone = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let seen = look(&settings(gone, "")).await;
    assert_eq!(fault(&seen), (Fault::ConnectionRefused, &*format!("{gone}: connection refused")));
    assert!(seen.timeline.total() < Duration::from_secs(2), "{:?}", seen.timeline);
}

#[tokio::test]
async fn a_silent_server_times_out_in_wait() {
    let server = udp(|_| vec![]).await;
    let seen = look_for(Duration::from_millis(100), &settings(server, "")).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Wait));
    assert!(seen.timeline.of(Phase::Wait).unwrap() > Duration::from_millis(80));
}

/// An answer to another question.
fn stray(asked: &[u8]) -> Vec<u8> {
    let mut stray = reply(asked, |message| message.answers.clear());
    stray[0] ^= 1;
    stray
}

#[tokio::test]
async fn strays_are_passed_over() {
    let server = udp(|asked| vec![stray(asked), usual(asked)]).await;
    assert_eq!(look(&settings(server, "")).await.outcome, Outcome::Up);
    let server = udp(|asked| vec![stray(asked), stray(asked)]).await;
    let seen = look_for(Duration::from_millis(100), &settings(server, "")).await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::Timeout(Phase::Wait));
    assert!(words.ends_with("2 datagrams that did not answer our question were passed over"), "{words}");
}

#[tokio::test]
async fn garbage_is_told_from_dns() {
    let server = udp(|asked| {
        let mut broken = usual(asked);
        broken.truncate(broken.len() - 3);
        vec![broken]
    })
    .await;
    assert_eq!(fault(&look(&settings(server, "")).await).0, Fault::Malformed);
    let echo = udp(|asked| vec![asked.to_vec()]).await;
    assert_eq!(fault(&look(&settings(echo, "")).await).0, Fault::WrongProtocol);
    for chatter in
        [(|_| vec![b"hello\xff".to_vec()]) as Answer, |_| vec![b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec()]]
    {
        let seen = look(&settings(udp(chatter).await, "")).await;
        let (fault, words) = fault(&seen);
        assert_eq!(fault, Fault::WrongProtocol);
        assert!(words.starts_with("what came is not DNS"), "{words}");
    }
    let large = udp(|asked| vec![[usual(asked), vec![0; 2000]].concat()]).await;
    assert_eq!(fault(&look(&settings(large, "")).await).0, Fault::TooLarge);
}

fn truncated(asked: &[u8]) -> Vec<u8> {
    reply(asked, |message| {
        message.answers.clear();
        message.metadata.truncation = true;
    })
}

#[tokio::test]
async fn a_truncated_reply_is_asked_for_again_over_tcp() {
    let server = udp(|asked| vec![truncated(asked)]).await;
    let seen = look(&settings(server, "")).await;
    assert_eq!(fault(&seen), (Fault::ConnectionRefused, &*format!("{server}: connection refused")));
    assert!(seen.details.dns.unwrap().over_tcp);
    tcp(server, |asked| vec![framed(&usual(asked))]).await;
    let seen = look(&settings(server, ", expect: {answers: 10.0.0.1}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let hops: Vec<(Phase, u8)> = seen.timeline.spans().iter().map(|span| (span.phase, span.hop)).collect();
    let over_tcp = [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive].map(|phase| (phase, 1));
    assert_eq!(hops[3..], over_tcp);
    let facts = seen.details.dns.unwrap();
    assert_eq!((facts.over_tcp, facts.answers.len()), (true, 1));
}

#[tokio::test]
async fn a_reply_over_tcp_may_come_byte_by_byte() {
    let server =
        tcp(ANYWHERE, |asked| framed(&usual(asked)).into_iter().map(|byte| vec![byte]).collect()).await;
    assert_eq!(look(&settings(server, ", transport: tcp")).await.outcome, Outcome::Up);
}

/// With our number, about another name.
fn about_another(asked: &[u8]) -> Vec<u8> {
    let mut reply = usual(asked);
    reply[13] ^= 1;
    reply
}

#[tokio::test]
async fn broken_replies_over_tcp() {
    for (answer, wanted) in [
        ((|_| vec![]) as Answer, Fault::Closed),
        (|asked| vec![framed(&usual(asked))[..20].to_vec()], Fault::Truncated),
        (|asked| vec![framed(&truncated(asked))], Fault::Truncated),
        (|asked| vec![framed(&stray(asked))], Fault::WrongProtocol),
        (|asked| vec![framed(&about_another(asked))], Fault::Malformed),
        (|_| vec![b"\0\x05hello".to_vec()], Fault::WrongProtocol),
        (|_| vec![vec![0, 0]], Fault::WrongProtocol),
        (|_| vec![b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec()], Fault::WrongProtocol),
    ] {
        let server = tcp(ANYWHERE, answer).await;
        let seen = look(&settings(server, ", transport: tcp")).await;
        assert_eq!(fault(&seen).0, wanted, "{:?}", seen.outcome);
    }
}

#[tokio::test]
async fn a_source_that_is_not_ours_is_our_failure() {
    let server = udp(|asked| vec![usual(asked)]).await;
    let seen = look(&settings(server, ", source: 192.0.2.1")).await;
    assert!(matches!(seen.outcome, Outcome::Unknown { ours: Ours::SourceAddress, .. }), "{:?}", seen.outcome);
    assert_eq!(look(&settings(server, ", source: 127.0.0.2")).await.outcome, Outcome::Up);
}

#[test]
fn what_is_looked_at_is_told() {
    for (settings, target) in [
        ("{server: 10.0.0.53, name: EPR.example., type: A}", "epr.example A at 10.0.0.53:53"),
        ("{server: ns1.x, name: _ldap._tcp.x, type: SRV, transport: tls}", "_ldap._tcp.x SRV at ns1.x:853"),
        ("{server: ns1.x, name: x, type: A, transport: https}", "x A at ns1.x:443"),
        ("{server: '[::1]:5353', name: 10.1.2.3, type: PTR}", "3.2.1.10.in-addr.arpa PTR at [::1]:5353"),
        ("{server: '::1', name: ., type: NS}", ". NS at [::1]:53"),
    ] {
        assert_eq!(dns(settings).target(), target);
    }
}

#[test]
fn what_is_wrong_is_told() {
    for (settings, words) in [
        ("{}", "the key `type` is missing"),
        ("{server: 'a b', name: x, type: A}", "`a b` is no server"),
        ("{server: a, name: x, type: a}", "did you mean `A`?"),
        ("{server: a, name: a..b, type: A}", "this is no name that can be asked for"),
        ("{server: a, name: '', type: A}", "this is no name that can be asked for"),
        ("{server: a, name: 10.0.0.1, type: A}", "write `type: PTR`, or a name"),
        ("{server: a, name: x, type: A, edns: 100}", "a reply of 100 bytes cannot be asked for"),
        ("{server: a, name: x, type: A, edns: 0, dnssec: true}", "without EDNS"),
        ("{server: a, name: x, type: A, tls: {}}", "write `transport: tls`"),
        ("{server: a, name: x, type: A, path: /x}", "write `transport: https`"),
        ("{server: a, name: x, type: A, transport: https, path: 'x'}", "`x` is no path"),
        ("{server: a, name: x, type: A, transport: https, path: '/x?y'}", "`/x?y` is no path"),
        ("{server: a, name: x, type: A, expect: {answers: [1.2.3]}}", "this is no record of the type A"),
        (
            "{server: a, name: x, type: MX, expect: {answers: {contains: m.x}}}",
            "this is no record of the type MX",
        ),
        ("{server: a, name: x, type: A, expect: {answers: {count: {}}}}", "there is no bound here"),
        ("{server: a, name: x, type: A, expect: {rcode: nxdomain}}", "did you mean `NXDOMAIN`?"),
        ("{server: a, name: x, type: A, warn: {flags: [aa, rd]}}", "`rd` is not known here"),
    ] {
        let told = Given::default().check(settings, Dns::parse).unwrap_err().to_string();
        assert!(told.contains(words), "{settings}: {told}");
    }
}
