//! Does a look at a TCP port see what is there?

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::Tcp;
use crate::{
    model::{Fault, Moment, Ours, Outcome, Phase, Seen, Weight},
    probe::{Agent, Ask, kind::Look as _, looking::look_as, tried::fault},
    raw::Given,
};

fn tcp(settings: &str) -> Tcp {
    Given::default().check(settings, Tcp::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(settings: &str) -> String {
    Given::default().check(settings, Tcp::parse).unwrap_err().to_string()
}

async fn look(settings: &str) -> Seen {
    look_for(Duration::from_secs(5), settings).await
}

async fn look_for(timeout: Duration, settings: &str) -> Seen {
    let ask = Ask { timeout, slow: None, at: Moment::from_ms(0) };
    let agent = Agent::new(&[]).unwrap();
    let seen = look_as(&tcp(settings), ask, &agent, None).await.0;
    let spans = seen.timeline.spans();
    assert!(spans.windows(2).all(|pair| pair[0].ended == pair[1].began), "{spans:?}");
    seen
}

/// A server that treats every connection alike.
async fn serve<F: Future<Output = ()> + Send>(treat: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            treat(stream).await;
        }
    });
    address
}

/// A server that says `pieces`, each in a packet of its own, and then does not hang up.
async fn saying(pieces: &'static [&'static [u8]]) -> SocketAddr {
    serve(move |mut stream| async move {
        for piece in pieces {
            if stream.write_all(piece).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await; // so that each piece is a read of its own
        }
        let _ = stream.read(&mut [0; 64]).await;
    })
    .await
}

async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn finding(seen: &Seen) -> (&str, &str, &str, &str) {
    let [finding] = seen.outcome.findings() else { panic!("{:?}", seen.outcome) };
    (finding.check.label(), &finding.subject, &finding.expected, &finding.got)
}

#[tokio::test]
async fn a_port_that_opens_is_up() {
    let address = saying(&[]).await;
    let seen = look(&format!("address: '{address}'")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(seen.details.peer, Some(address));
    assert_eq!(seen.timeline.spans().len(), 1, "only connect");
}

#[tokio::test]
async fn a_port_that_refuses_is_down() {
    let address = nobody().await;
    let seen = look(&format!("address: '{address}'")).await;
    assert_eq!(fault(&seen), (Fault::ConnectionRefused, &*format!("{address}: connection refused")));
    assert_eq!(seen.details.peer, Some(address));
}

#[tokio::test]
async fn an_answer_in_pieces_without_a_line_break_matches() {
    // An MLLP acknowledgement: no newline, and a byte that is no UTF-8.
    let address = saying(&[b"\x0bMSH|^~\\&|", b"\xff", b"MSA|A", b"A|1\r", b"\x1c\r"]).await;
    let steps = r"[{send_hex: 0b 4d 53 48 1c 0d}, {expect: '^\x0bMSH(?s-u:.)*MSA\|AA\|1\r\x1c\r'}]";
    let seen = look(&format!("{{address: '{address}', steps: {steps}}}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]);
}

#[tokio::test]
async fn what_came_behind_a_match_is_kept_for_the_next() {
    let address = saying(&[b"220 ready\r\n250-one\r\n250 two\r\n"]).await;
    let steps = r"[{expect: '^220 .*\r\n'}, {send: 'EHLO x\r\n'}, {expect: '^250-one'}, {expect: '250 two'}]";
    let seen = look(&format!("{{address: '{address}', steps: {steps}}}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
}

#[tokio::test]
async fn a_wrong_answer_and_a_goodbye_is_a_finding() {
    let address =
        serve(|mut stream| async move { stream.write_all(b"421 too busy\xfe\r\n").await.unwrap() }).await;
    let seen = look(&format!("{{address: '{address}', steps: [{{expect: '^220 '}}]}}")).await;
    assert_eq!(
        finding(&seen),
        ("expect_reply", "step 1", "what matches `^220 `", "\"421 too busy\\xfe\\r\\n\", then the end")
    );
    assert!(matches!(seen.outcome, Outcome::Down(_)));
}

#[tokio::test]
async fn a_wrong_answer_without_end_is_a_timeout_that_tells_what_came() {
    let address = saying(&[b"421 too", b" busy\r\n"]).await;
    let settings = format!("{{address: '{address}', steps: [{{expect: '^220 '}}]}}");
    let seen = look_for(Duration::from_millis(200), &settings).await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::Timeout(Phase::Receive));
    assert!(words.ends_with(r#"; it had said "421 too busy\r\n""#), "{words}");
}

#[tokio::test]
async fn silence_and_a_silent_goodbye_are_told_apart() {
    let settings = |address| format!("{{address: '{address}', steps: [{{expect: x}}]}}");
    let silent = saying(&[]).await;
    let seen = look_for(Duration::from_millis(100), &settings(silent)).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Wait));
    assert!(seen.timeline.of(Phase::Wait).unwrap() > Duration::from_millis(80), "{:?}", seen.timeline);
    let leaving = serve(|stream| async move { drop(stream) }).await;
    assert_eq!(fault(&look(&settings(leaving)).await).0, Fault::Closed);
}

#[tokio::test]
async fn a_reset_tells_what_came_before() {
    let address = serve(|mut stream| async move {
        stream.write_all(b"abc").await.unwrap();
        stream.read_exact(&mut [0; 1]).await.unwrap(); // the rest is never read: the kernel answers with a reset
    })
    .await;
    let steps = "[{expect: a}, {send: 'xyz'}, {expect: q}]";
    let seen = look(&format!("{{address: '{address}', steps: {steps}}}")).await;
    let (fault, words) = fault(&seen);
    assert_eq!(fault, Fault::Reset);
    assert!(words.ends_with(r#"; it had said "bc""#), "{words}");
}

#[tokio::test]
async fn no_more_is_read_than_the_limit() {
    let address = serve(|mut stream| async move {
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {} // without end
    })
    .await;
    let seen = look(&format!("{{address: '{address}', steps: [{{expect: y}}], limit: 10000}}")).await;
    let (check, _, _, got) = finding(&seen);
    assert_eq!(check, "expect_reply");
    assert!(got.starts_with("\"xxx") && got.ends_with("…\", then more than is read"), "{got}");
}

#[tokio::test]
async fn a_port_that_must_be_closed() {
    let (open, shut) = (saying(&[]).await, nobody().await);
    for (address, closed, good) in
        [(shut, "true", true), (shut, "refused", true), (shut, "silent", false), (open, "true", false)]
    {
        let seen = look(&format!("{{address: '{address}', expect: {{closed: {closed}}}}}")).await;
        assert_eq!(seen.outcome.is_good(), good, "{closed} at {address}: {:?}", seen.outcome);
    }
    let seen = look(&format!("{{address: '{open}', warn: {{closed: true}}}}")).await;
    assert_eq!(finding(&seen), ("expect_closed", &*open.to_string(), "closed", "open"));
    assert_eq!(seen.outcome.findings()[0].weight, Weight::Warn);
}

#[tokio::test]
async fn silence_is_closed_too() {
    let full = full().await;
    let address = full.address;
    let settings = |closed| format!("{{address: '{address}', expect: {{closed: {closed}}}}}");
    let timeout = Duration::from_millis(100);
    assert_eq!(look_for(timeout, &settings("silent")).await.outcome, Outcome::Up);
    assert_eq!(look_for(timeout, &settings("true")).await.outcome, Outcome::Up);
    let seen = look_for(timeout, &settings("refused")).await;
    assert_eq!(finding(&seen).3, "no answer");
    // The same silence is no success where the port is to be open.
    let seen = look_for(timeout, &format!("address: '{address}'")).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Connect));
}

/// A listener whose queue is full: the kernel drops whoever knocks, as a firewall does.
struct Full {
    address: SocketAddr,
    _listener: tokio::net::TcpListener,
    _queue: Vec<TcpStream>,
}

async fn full() -> Full {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    let patience = Duration::from_millis(200);
    while let Ok(connected) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
        queue.push(connected.unwrap());
        assert!(queue.len() < 64, "the queue never fills");
    }
    Full { address, _listener: listener, _queue: queue }
}

#[tokio::test]
async fn a_source_that_is_not_ours_is_our_failure() {
    let address = saying(&[]).await;
    let seen = look(&format!("{{address: '{address}', source: 192.0.2.1}}")).await;
    assert!(matches!(seen.outcome, Outcome::Unknown { ours: Ours::SourceAddress, .. }), "{:?}", seen.outcome);
    let seen = look(&format!("{{address: '{address}', source: 127.0.0.2}}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
}

#[tokio::test]
async fn one_member_is_looked_at_in_place_of_the_name() {
    let address = saying(&[]).await;
    let settings = format!("{{address: 'vip.invalid:104', connect_to: '{address}'}}");
    assert_eq!(look(&settings).await.outcome, Outcome::Up);
    let tcp = tcp(&settings);
    assert_eq!((tcp.target(), &*tcp.host()), ("vip.invalid:104".to_owned(), "127.0.0.1"));
}

#[test]
fn what_is_wrong_is_told() {
    for (settings, words) in [
        ("{}", "the key `address` is missing"),
        ("{address: 'a:1', steps: [{send: 'a\\q'}]}", "a backslash is followed by what it cannot escape"),
        ("{address: 'a:1', steps: [{send_hex: 0b4}]}", "these are not bytes in hexadecimal"),
        ("{address: 'a:1', steps: [{send: ''}]}", "there is nothing to send"),
        ("{address: 'a:1', steps: [{expect: '('}]}", "unclosed group"),
        ("{address: 'a:1', steps: [{recieve: a}]}", "`recieve` is not known here"),
        ("{address: 'a:1', limit: 0}", "out of bounds"),
        ("{address: 'a:1', limit: 1048577}", "out of bounds"),
        ("{address: 'a:1', expect: {closed: false}}", "leave the key out"),
        ("{address: 'a:1', expect: {closed: maybe}}", "`silent`"),
        ("{address: 'a:1', steps: [{send: a}], warn: {closed: true}}", "nobody can be spoken to"),
        ("{address: 'a:1', source: 10.0.0.1, family: v6}", "not of the family"),
    ] {
        let told = told(settings);
        assert!(told.contains(words), "{settings}: {told}");
    }
}

#[tokio::test]
async fn a_line_is_a_line_whether_its_end_has_come_or_not() {
    let at = saying(&[b"hello\r\n220 ", b"mail\r\n", b"\x0bMSA|AA|1\x1c\r"]).await;
    for steps in [
        "[line: '^220 mail$', line: '^\\x0bMSA\\|AA']",
        "[whole_line: '^220 mail$', line: 'AA']",
        "[line: ^hello$, line: '^220', expect: AA]",
    ] {
        let seen = look(&format!("{{address: '{at}', steps: {steps}}}")).await;
        assert_eq!(seen.outcome, Outcome::Up, "{steps}");
    }
    let steps = "[whole_line: AA]";
    let seen = look_for(Duration::from_millis(100), &format!("{{address: '{at}', steps: {steps}}}")).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Receive));
    let at = saying_and_gone(b"one\ntwo").await;
    assert_eq!(look(&format!("{{address: '{at}', steps: [whole_line: ^two$]}}")).await.outcome, Outcome::Up);
    let seen = look(&format!("{{address: '{at}', steps: [line: ^three]}}")).await;
    assert_eq!(finding(&seen), ("expect_reply", "step 1", "what matches `^three`", "\"two\", then the end"));
}

#[tokio::test]
async fn an_answer_holds_what_was_asked() {
    let at = serve(|mut stream| async move {
        stream.write_all(b"PING :c0ffee\r\n").await.unwrap();
        let mut answer = [0; 13];
        stream.read_exact(&mut answer).await.unwrap();
        let reply: &[u8] = if &answer == b"PONG c0ffee$\n" { b"001 welcome\n" } else { b"no\n" };
        stream.write_all(reply).await.unwrap();
    })
    .await;
    let steps = r"[whole_line: '^PING :(?P<id>\S+)', answer: 'PONG ${id}$$\n', line: ^001]";
    assert_eq!(look(&format!("{{address: '{at}', steps: {steps}}}")).await.outcome, Outcome::Up);
}

#[test]
fn tls_begins_once_and_with_settings() {
    let words = told("{address: 'a:1', steps: [starttls: true]}");
    assert!(words.contains("nothing says how TLS is spoken from here on"), "{words}");
    assert!(told("{address: 'a:1', tls: true, steps: [starttls: false]}").contains("does nothing"));
}

/// A server that says `words` and hangs up.
async fn saying_and_gone(words: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| async move { stream.write_all(words).await.unwrap() }).await
}
