//! Does a look at a mail server see what is there?

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::mpsc,
};

use super::Smtp;
use crate::{
    model::{Fault, Moment, Outcome, Phase, Seen},
    probe::{Agent, Ask, kind::Look as _, looking::look_as, tried::fault},
    raw::Given,
};

fn smtp(settings: &str) -> Smtp {
    Given::default().check(settings, Smtp::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(settings: &str) -> String {
    Given::default().check(settings, Smtp::parse).unwrap_err().to_string()
}

/// A server that says these in turn, one to each line that it hears, and tells what it heard last.
async fn server(answers: &'static [&'static str]) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel(10);
    tokio::spawn(async move {
        let mut stream = BufReader::new(listener.accept().await.unwrap().0);
        for answer in answers {
            stream.write_all(answer.as_bytes()).await.unwrap();
            let mut line = String::new();
            let _ = stream.read_line(&mut line).await;
            let _ = tell.send(line).await;
        }
    });
    (address, told)
}

async fn look(address: SocketAddr, more: &str) -> Seen {
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: Moment::from_ms(0) };
    let settings = format!("{{address: '{address}', security: {more}}}");
    look_as(&smtp(&settings), ask, &Agent::new(&[]).unwrap(), None).await.0
}

const OFFER: &str = "250-mail.example\r\n250-SIZE 1000\r\n250 AUTH PLAIN\r\n";

#[tokio::test]
async fn it_greets_says_what_it_can_and_is_left_politely() {
    let (address, mut heard) = server(&["220-hello\r\n220 mail ESMTP\r\n", OFFER, "221 bye\r\n"]).await;
    let expect = "expect: {banner: ^mail, extensions: size, mechanisms: plain}, warn: {extensions: STARTTLS}";
    let seen = look(address, &format!("none, {expect}")).await;
    let [finding] = seen.outcome.findings() else { panic!("{seen:?}") };
    assert_eq!((finding.check.label(), &*finding.subject), ("expect_extensions", "STARTTLS"));
    assert!(matches!(seen.outcome, Outcome::Degraded(_)));
    let spans: Vec<(u8, Phase)> = seen.timeline.spans().iter().map(|span| (span.hop, span.phase)).collect();
    let greeting = [Phase::Connect, Phase::Wait, Phase::Receive].map(|phase| (0, phase));
    let offer = [Phase::Send, Phase::Wait, Phase::Receive].map(|phase| (1, phase));
    assert_eq!(spans, [greeting, offer].concat());
    assert_eq!(heard.recv().await.unwrap(), "EHLO [127.0.0.1]\r\n");
    assert_eq!(heard.recv().await.unwrap(), "QUIT\r\n");
}

#[tokio::test]
async fn each_no_has_its_own_name() {
    for (answers, mode, wanted, words) in [
        (&["421 too busy\r\n"][..], "none", Fault::Rejected, "service not available"),
        (&["554 not you\r\n"], "none", Fault::Rejected, "554 not you"),
        (&["220 hi\r\n", "502 what?\r\n"], "none", Fault::Rejected, "EHLO is no 250: \"502 what?\""),
        (&["220 hi\r\n", OFFER], "starttls", Fault::StartTlsRefused, "does not offer"),
        (
            &["220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "454 no\r\n"],
            "starttls",
            Fault::StartTlsRefused,
            "454 no",
        ),
        (
            &["220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250 more\r\n"],
            "opportunistic",
            Fault::Malformed,
            "more was said",
        ),
        (&["SSH-2.0-OpenSSH\r\n"], "none", Fault::WrongProtocol, "SSH"),
        (&["220 hi\r\n220 hi\r\n"], "none", Fault::Malformed, "more was said"),
    ] {
        let seen = look(server(answers).await.0, mode).await;
        assert_eq!(fault(&seen).0, wanted, "{words}: {seen:?}");
        assert!(fault(&seen).1.contains(words), "{words}: {seen:?}");
    }
}

#[tokio::test]
async fn who_takes_what_there_is_goes_on_in_the_clear() {
    let refused = ["220 hi\r\n", "250-x\r\n250 STARTTLS\r\n", "454 no\r\n", OFFER, "221 bye\r\n"];
    for answers in [Box::leak(Box::new(refused)).as_slice(), &["220 hi\r\n", OFFER, "221 bye\r\n"]] {
        let (address, _heard) = server(answers).await;
        let seen = look(address, "opportunistic, expect: {extensions: SIZE}").await;
        assert_eq!(seen.outcome, Outcome::Up);
    }
}

#[test]
fn what_is_wrong_is_told() {
    let login = "auth: {user: monitor, password: \"${env:P}\"}";
    for (settings, words) in [
        ("{}".to_owned(), "the key `address` is missing"),
        ("{address: 'a:25', expect: {mechanisms: []}}".to_owned(), "nothing is named here"),
        (format!("{{address: 'a:25', security: none, {login}}}"), "sent in the clear"),
        (format!("{{address: 'a:25', security: opportunistic, {login}}}"), "sent in the clear"),
        ("{address: 'a:25', security: none, tls: {}}".to_owned(), "no TLS is spoken here"),
        ("{address: 'a:25', security: ssl}".to_owned(), "`implicit`"),
        (format!("{{address: 'a:25', {login}, lockout_guard: 5s}}"), "may be locked"),
        ("{address: 'a:25', from: me}".to_owned(), "unknown key `from`"),
        ("{address: 'a:25', auth: {user: a, password: clear}}".to_owned(), "${env:"),
    ] {
        let given = Given::default().variable("P", "t0p");
        let told = given.check(&settings, Smtp::parse).unwrap_err().to_string();
        assert!(told.contains(words), "{settings}: {told}");
    }
    assert_eq!(smtp("{address: 'a:465'}").security, super::Security::Implicit);
    assert_eq!(smtp("{address: 'a:587'}").security, super::Security::StartTls);
    assert!(told("{address: 25}").contains("a host and a port"), "{}", told("{address: 25}"));
}
