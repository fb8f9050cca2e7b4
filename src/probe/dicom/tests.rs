//! Does a look at an archive see what is there?

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};

use super::Dicom;
use crate::{
    model::{Fault, Moment, Ours, Outcome, Phase, Seen},
    probe::{Agent, Ask, kind::Look as _, looking::look_as, tried::fault},
    raw::Given,
};

/// An A-ASSOCIATE-AC, with `#` for what becomes of the presentation context.
const ACCEPTED: &[u8] = b"\x02\0\0\0\0\x61\0\x01\0\0THEM            US              \
    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
    \x21\0\0\x19\x01\0#\0\x40\0\0\x111.2.840.10008.1.2";
const RELEASED: &[u8] = &[6, 0, 0, 0, 0, 4, 0, 0, 0, 0];
/// What a visitor's message number is replaced for in an answer.
const MESSAGE: [u8; 2] = [0xee, 0xee];

fn told(settings: &str) -> String {
    Given::default().check(settings, Dicom::parse).unwrap_err().to_string()
}

fn dicom(settings: &str) -> Dicom {
    Given::default().check(settings, Dicom::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

async fn look(address: SocketAddr, more: &str) -> Seen {
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: Moment::from_ms(0) };
    let settings = format!("{{address: '{address}', called: THEM, calling: US{more}}}");
    look_as(&dicom(&settings), ask, &Agent::new(&[]).unwrap(), None).await.0
}

/// A server that gives these answers in turn to whatever is said, and then tells what else was said.
async fn archive(answers: Vec<Vec<u8>>) -> (SocketAddr, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel(1);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for answer in answers {
            let said = heard(&mut stream).await;
            stream.write_all(&filled(answer, number(&said))).await.unwrap();
        }
        let _ = tell.send(heard(&mut stream).await).await;
        let _ = stream.write_all(RELEASED).await;
    });
    (address, told)
}

async fn heard(stream: &mut tokio::net::TcpStream) -> Vec<u8> {
    let mut said = Vec::with_capacity(4096);
    let _ = stream.read_buf(&mut said).await;
    said
}

/// The number of the message that was said, if it was one.
fn number(said: &[u8]) -> [u8; 2] {
    let at = said.windows(8).position(|window| window == b"\0\0\x10\x01\x02\0\0\0");
    at.map_or([0; 2], |at| [said[at + 8], said[at + 9]])
}

fn filled(mut answer: Vec<u8>, number: [u8; 2]) -> Vec<u8> {
    if let Some(at) = answer.windows(2).position(|window| window == MESSAGE) {
        answer[at..at + 2].copy_from_slice(&number);
    }
    answer
}

fn accepted(result: u8) -> Vec<u8> {
    ACCEPTED.iter().map(|byte| if *byte == b'#' { result } else { *byte }).collect()
}

/// An answer to this message with this status.
fn echoed(message: [u8; 2], status: u16) -> Vec<u8> {
    let head = b"\x04\0\0\0\0\x24\0\0\0\x20\x01\x03\0\0\0\x01\x02\0\0\0\x30\x80\0\0\x20\x01\x02\0\0\0";
    [&head[..], &message, b"\0\0\0\x09\x02\0\0\0", &status.to_le_bytes()].concat()
}

async fn seen(answers: Vec<Vec<u8>>) -> Seen {
    look(archive(answers).await.0, "").await
}

#[tokio::test]
async fn an_echo_is_up_and_its_association_is_told_apart() {
    let (address, mut told) = archive(vec![accepted(0), echoed(MESSAGE, 0)]).await;
    let seen = look(address, "").await;
    assert_eq!(seen.outcome, Outcome::Up);
    let spans: Vec<(u8, Phase)> = seen.timeline.spans().iter().map(|span| (span.hop, span.phase)).collect();
    let each = |hop| [Phase::Send, Phase::Wait, Phase::Receive].map(|phase| (hop, phase));
    assert_eq!(spans, [&[(0, Phase::Connect)][..], &each(0), &each(1)].concat());
    assert_eq!(told.recv().await.unwrap(), super::wire::RELEASE, "it takes leave");
}

#[tokio::test]
async fn who_answers_no_farewell_is_none_the_worse() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let silent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        heard(&mut stream).await;
        stream.write_all(&accepted(0)).await.unwrap();
        let said = heard(&mut stream).await;
        stream.write_all(&filled(echoed(MESSAGE, 0), number(&said))).await.unwrap();
        while !heard(&mut stream).await.is_empty() {}
    });
    let seen = look(address, "").await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(seen.timeline.total() < super::FAREWELL, "{:?}", seen.timeline);
    silent.await.unwrap();
}

#[tokio::test]
async fn each_no_has_its_own_name() {
    for (answers, wanted, words) in [
        (vec![vec![3, 0, 0, 0, 0, 4, 0, 1, 1, 7]], Fault::Rejected, "go by the AE title THEM"),
        (vec![vec![3, 0, 0, 0, 0, 4, 0, 2, 3, 2]], Fault::Rejected, "for now: its local limit"),
        (vec![accepted(3)], Fault::Rejected, "it does not know the service"),
        (vec![vec![7, 0, 0, 0, 0, 4, 0, 0, 0, 0]], Fault::Aborted, "by its application"),
        (vec![accepted(0), vec![7, 0, 0, 0, 0, 4, 0, 0, 2, 1]], Fault::Aborted, "unrecognised PDU"),
        (vec![accepted(0), vec![5, 0, 0, 0, 0, 4, 0, 0, 0, 0]], Fault::Aborted, "instead of answering"),
        (vec![b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()], Fault::WrongProtocol, "this is not DICOM"),
        (vec![vec![2, 0, 255, 255, 255, 255]], Fault::TooLarge, "4294967295 bytes"),
        (vec![echoed(MESSAGE, 0)], Fault::Malformed, "P-DATA-TF came before"),
        (vec![accepted(0), b"HTTP/1.1 400".to_vec()], Fault::Malformed, "no PDU"),
    ] {
        let seen = seen(answers).await;
        assert_eq!(fault(&seen).0, wanted, "{words}: {seen:?}");
        assert!(fault(&seen).1.contains(words), "{words}: {seen:?}");
    }
}

#[tokio::test]
async fn who_does_not_know_us_is_not_down() {
    let seen = seen(vec![vec![3, 0, 0, 0, 0, 4, 0, 1, 1, 3]]).await;
    let Outcome::Unknown { ours, words } = &seen.outcome else { panic!("{seen:?}") };
    assert_eq!(*ours, Ours::CredentialRefused);
    assert!(words.contains("our AE title US"), "{words}");
}

#[tokio::test]
async fn an_answer_to_another_message_is_none_to_ours() {
    let (mut other, _) = archive(vec![accepted(0), echoed([0, 0], 0)]).await;
    let mut first = look(other, "").await;
    if first.outcome == Outcome::Up {
        (other, _) = archive(vec![accepted(0), echoed([1, 0], 0)]).await; // ours was number 0
        first = look(other, "").await;
    }
    assert_eq!(fault(&first).0, Fault::UnrelatedReply, "{first:?}");
}

#[tokio::test]
async fn the_status_is_judged() {
    let seen = seen(vec![accepted(0), echoed(MESSAGE, 0x0211)]).await;
    let [finding] = seen.outcome.findings() else { panic!("{seen:?}") };
    assert_eq!(
        (finding.check.label(), &*finding.expected, &*finding.got),
        ("expect_echo_status", "success (0000)", "unrecognised operation (0211)")
    );
    let (address, _told) = archive(vec![accepted(0), echoed(MESSAGE, 0x0211)]).await;
    let seen = look(address, ", expect: {status: [success, '0211']}").await;
    assert_eq!(seen.outcome, Outcome::Up);
    let (address, _told) = archive(vec![accepted(0), echoed(MESSAGE, 0x0124)]).await;
    let seen = look(address, "").await;
    assert!(matches!(seen.outcome, Outcome::Unknown { ours: Ours::CredentialRefused, .. }), "{seen:?}");
}

#[test]
fn what_is_wrong_is_told() {
    for (settings, words) in [
        ("{address: 'a:104'}", "the key `called` is missing"),
        ("{called: PACS}", "the key `address` is missing"),
        ("{address: 'a:104', called: PACS, warn: {status: []}}", "nothing is named here"),
        ("{address: 'a:104', called: 'A\\B'}", "no backslash"),
        ("{address: 'a:104', called: '   '}", "nothing but spaces"),
        ("{address: 'a:104', called: PACS, calling: seventeen_letters}", "at most 16 characters"),
        ("{address: 'a:104', called: 104}", "put it in quotes"),
        ("{address: 'a:104', called: PACS, expect: {status: good}}", "`good` is no status of an echo"),
        ("{address: 'a:104', called: PACS, expect: {status: 122}}", "write it like \"0122\""),
        ("{address: 'a:104', called: PACS, find: {}}", "unknown key `find`"),
    ] {
        let told = told(settings);
        assert!(told.contains(words), "{settings}: {told}");
    }
    let dicom = dicom("{address: 'pacs:104', called: PACS, connect_to: '10.0.0.1:104'}");
    assert_eq!((dicom.target(), &*dicom.host()), ("PACS at pacs:104".to_owned(), "10.0.0.1"));
}
