//! Does a look at a directory see what is there, and leave an account alone that was refused?

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{Ldap, wire::request};
use crate::{
    model::{Fault, Moment, Ours, Outcome, Seen},
    probe::{
        Agent, Ask, Reading,
        ber::{self, ENUMERATED, INTEGER, OCTETS, SEQUENCE, numeral, wrapped},
        kind::Look as _,
        looking::look_as,
        tried::fault,
    },
    raw::Given,
};

const BIND: u8 = 0x60;
const BOUND: u8 = 0x61;
const ENTRY: u8 = 0x64;
const DONE: u8 = 0x65;
const REFERENCE: u8 = 0x73;

fn given() -> Given {
    Given::default().variable("PW", "secret")
}

fn told(settings: &str) -> String {
    given().check(settings, Ldap::parse).unwrap_err().to_string()
}

fn ldap(settings: &str) -> Ldap {
    given().check(settings, Ldap::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

async fn look_by(ldap: &Ldap) -> Seen {
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: Moment::from_ms(0) };
    look_as(ldap, ask, &Agent::new(&[]).unwrap(), None).await.0
}

/// Looks with `settings` at a directory that gives each question, by its operation and its number, an answer.
async fn look(settings: &str, answer: fn(u8, u32) -> Vec<u8>) -> Seen {
    let address = directory(answer).await;
    look_by(&ldap(&format!("{{address: '{address}'{settings}}}"))).await
}

async fn directory(answer: impl Fn(u8, u32) -> Vec<u8> + Clone + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, answer.clone()));
        }
    });
    address
}

async fn converse(mut stream: TcpStream, answer: impl Fn(u8, u32) -> Vec<u8>) -> std::io::Result<()> {
    let mut heard = Vec::new();
    while stream.read_buf(&mut heard).await? > 0 {
        while let Reading::Whole((_, mut content), length) = ber::element(&heard, 9999) {
            let id = ber::number(&mut content, INTEGER).unwrap();
            let answer = answer(content[0], id);
            heard.drain(..length);
            stream.write_all(&answer).await?;
        }
    }
    Ok(())
}

fn result(tag: u8, id: u32, code: u32) -> Vec<u8> {
    request(id, &wrapped(tag, &[&numeral(ENUMERATED, code), b"\x04\x00\x04\x00"]))
}

fn entry(id: u32) -> Vec<u8> {
    let text = |text: &str| wrapped(OCTETS, &[text.as_bytes()]);
    let attribute = wrapped(SEQUENCE, &[&text("namingContexts"), &wrapped(0x31, &[&text("dc=ri,dc=test")])]);
    request(id, &wrapped(ENTRY, &[&text(""), &wrapped(SEQUENCE, &[&attribute])]))
}

fn well(operation: u8, id: u32) -> Vec<u8> {
    match operation {
        BIND => result(BOUND, id, 0),
        _ => [entry(id), request(id, &wrapped(REFERENCE, &[])), entry(id), result(DONE, id, 0)].concat(),
    }
}

const OPEN: &str = ", agreed: {unencrypted_bind: 'me, today'}, bind: {password: '${env:PW}', dn: ";

#[tokio::test]
async fn a_directory_says_what_it_holds_to_anybody() {
    assert_eq!(look("", well).await.outcome, Outcome::Up);
    assert_eq!(look(", expect: {naming_contexts: 'DC=ri, DC=test'}", well).await.outcome, Outcome::Up);
    let seen = look(", warn: {supported: GSSAPI}", well).await;
    assert_eq!(seen.words(), "expect_supported: expected GSSAPI, got none such among 0");
    assert_eq!(seen.outcome.label(), "degraded");
}

#[tokio::test]
async fn entries_are_counted_and_referrals_told() {
    let searching = |more| format!("{OPEN} cn=search}}, search: {{base: dc=test}}{more}");
    assert_eq!(look(&searching(""), well).await.outcome, Outcome::Up);
    let seen = look(&searching(", expect: {entries: 3}"), well).await;
    let words = "expect_entries: expected 3, got 2, and 1 referred to other servers, which are not asked";
    assert_eq!(seen.words(), words);
}

#[tokio::test]
async fn an_account_that_was_refused_is_left_alone_by_the_looks_that_follow() {
    let binds = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&binds);
    let address = directory(move |operation, id| {
        counted.fetch_add(u32::from(operation == BIND), Relaxed);
        if operation == BIND { result(BOUND, id, 49) } else { well(operation, id) }
    })
    .await;
    let settings = format!("{{address: '{address}'{OPEN} cn=refused}}}}");
    let first = look_by(&ldap(&settings)).await.outcome;
    let Outcome::Unknown { ours: Ours::CredentialRefused, words } = &first else { panic!("{first:?}") };
    assert_eq!(words, "the log-in is refused: invalidCredentials (49)");
    for _recheck in 0..3 {
        // Read anew, as after a reload.
        let again = look_by(&ldap(&settings)).await.outcome;
        let Outcome::Unknown { ours: Ours::CredentialRefused, words } = &again else { panic!("{again:?}") };
        assert!(words.contains("not shown again for 1800 s"), "{words}");
    }
    assert_eq!(binds.load(Relaxed), 1);
    let gone = settings.replace(&address.to_string(), "127.0.0.1:1");
    assert_eq!(fault(&look_by(&ldap(&gone)).await).0, Fault::ConnectionRefused, "seen all the same");
}

#[tokio::test]
async fn what_is_no_is_told_apart() {
    let notice = |_, _| {
        let name = wrapped(0x8a, &[b"1.3.6.1.4.1.1466.20036"]);
        request(0, &wrapped(0x78, &[&numeral(ENUMERATED, 52), b"\x04\x00\x04\x00", &name]))
    };
    for (answer, wanted, words) in [
        (notice as fn(u8, u32) -> Vec<u8>, Fault::Aborted, "breaks off: unavailable (52)"),
        (|_, id| result(DONE, id, 51), Fault::Rejected, "busy (51)"),
        (|_, id| result(DONE, id + 7, 0), Fault::UnrelatedReply, "question 9, and ours was 2"),
        (|_, id| result(BOUND, id, 0), Fault::UnrelatedReply, "answered by something else"),
        (|_, _| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), Fault::WrongProtocol, "it looks like HTTP"),
        (|_, _| b"\x30\x84\x7f\xff\xff\xff".to_vec(), Fault::TooLarge, "2147483647 bytes"),
        (|_, _| b"\x30\x03\x02\x01\x02".to_vec(), Fault::Malformed, "broken LDAP"),
    ] {
        let seen = look("", answer).await;
        let got = fault(&seen);
        assert!(got.0 == wanted && got.1.contains(words), "{got:?}");
    }
}

#[tokio::test]
async fn more_than_is_sent_is_no_number() {
    let cut = |operation, id| match operation {
        BIND => result(BOUND, id, 0),
        _ => [entry(id), result(DONE, id, 4)].concat(),
    };
    let searching = |entries| format!(", search: {{base: dc=test}}, expect: {{entries: {entries}}}");
    assert_eq!(look(&searching("{at_least: 1}"), cut).await.outcome, Outcome::Up);
    assert_eq!(look(&searching("1"), cut).await.words(), "expect_entries: expected 1, got more than 1");
}

#[test]
fn what_is_wrong_is_told() {
    for (settings, words) in [
        ("{}", "the key `address` is missing"),
        ("{address: 'a:1', expect: {supported: []}}", "nothing is named here"),
        (
            "{address: 'a:1', bind: {dn: cn=a, password: '${env:PW}'}}",
            "whoever listens would have this password",
        ),
        ("{address: 'a:1', bind: {dn: cn=a, password: secret}}", "clear"),
        ("{address: 'a:1', agreed: {unencrypted_bind: ' '}}", "nobody is named"),
        ("{address: 'a:1', tls: false, starttls: true}", "StartTLS without TLS"),
        ("{address: 'a:1', lockout_guard: 5s}", "may be locked"),
        ("{address: 'a:1', search: {base: dc=a, filter: uid=a}}", "this is no filter"),
        ("{address: 'a:1', search: {base: dc=a, scope: tree}}", "`sub`"),
        ("{address: 'a:1', search: {base: dc=a, size_limit: 0}}", "out of bounds"),
        ("{address: 'a:1', expect: {entries: 1}}", "nothing is searched for"),
    ] {
        let told = told(settings);
        assert!(told.contains(words), "{settings}: {told}");
    }
}
