//! Does a look at an interface engine see how it acknowledges?

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::Mllp;
use crate::{
    model::{Fault, Moment, Outcome, Phase, Seen},
    probe::{Agent, Ask, kind::Look as _, looking::look_as, tried::fault},
    raw::Given,
};

fn told(settings: &str) -> String {
    Given::default().check(settings, Mllp::parse).unwrap_err().to_string()
}

async fn look_for(timeout: Duration, settings: &str) -> Seen {
    let given =
        Given::default().file("own.hl7", "MSH|^~\\&|W|RI|E|RI|{timestamp}||QRY^A19|{control_id}|T|2.4\n");
    let mllp = given.check(settings, Mllp::parse).unwrap_or_else(|problems| panic!("{problems}"));
    let ask = Ask { timeout, slow: None, at: Moment::from_ms(0) };
    look_as(&mllp, ask, &Agent::new(&[]).unwrap(), None).await.0
}

/// Looks with `settings` at an engine that says `replies` one after the other, in which `ID` stands for the number of
/// the message that it was sent.
async fn look(settings: &str, replies: &'static [&'static str]) -> Seen {
    let address = engine(replies).await;
    look_for(Duration::from_secs(5), &format!("{{address: '{address}'{settings}}}")).await
}

async fn engine(replies: &'static [&'static str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = converse(stream, replies).await;
        }
    });
    address
}

async fn converse(mut stream: TcpStream, replies: &[&str]) -> std::io::Result<()> {
    let mut heard = Vec::new();
    while !heard.ends_with(b"\x1c\r") {
        if stream.read_buf(&mut heard).await? == 0 {
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&heard).into_owned();
    let id = text.split('|').nth(9).unwrap_or_default();
    for reply in replies {
        stream.write_all(reply.replace("ID", id).as_bytes()).await?;
    }
    Ok(())
}

const ACCEPTED: &str = "\u{b}MSH|^~\\&|ENGINE|RI|||||ACK|9|T|2.4\rMSA|AA|ID\r\u{1c}\r";
const FAILED: &str = "\u{b}MSH|^~\\&|ENGINE|RI|||||ACK|9|T|2.4\rMSA|AE|ID|SMITH\rERR|||207\r\u{1c}\r";
const OTHER: &str = "\u{b}MSH|^~\\&|ENGINE|RI|||||ACK|9|T|2.4\rMSA|AA|W0\r\u{1c}\r";
const NEWS: &str = "\u{b}MSH|^~\\&|ENGINE|RI|||||ADT^A01|9|P|2.4\rPID|1||SMITH\r\u{1c}\r";

#[tokio::test]
async fn an_acknowledgement_of_our_message_is_up() {
    let seen = look("", &[ACCEPTED]).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive]);
    assert_eq!(look(", template: {file: own.hl7}, mode: accept", &[ACCEPTED]).await.outcome, Outcome::Up);
    assert_eq!(
        look(", charset: latin-1, expect: {application: ENGINE}", &[ACCEPTED]).await.outcome,
        Outcome::Up
    );
}

#[tokio::test]
async fn how_strict_it_is_the_mode_says() {
    assert_eq!(look("", &[FAILED]).await.outcome, Outcome::Up);
    let seen = look(", mode: accept", &[FAILED]).await;
    assert_eq!(seen.words(), "expect_acknowledgement MSA-1: expected AA or CA, got AE, error 207");
    assert!(!seen.outcome.is_good());
    let seen = look(", warn: {acknowledgement: AA}", &[FAILED]).await;
    assert_eq!((seen.outcome.label(), seen.outcome.findings().len()), ("degraded", 1));
}

#[tokio::test]
async fn an_open_port_is_enough_where_nobody_acknowledges() {
    let seen = look(", mode: connect_only", &[]).await;
    assert_eq!((seen.outcome, seen.timeline.spans().len()), (Outcome::Up, 1));
}

#[tokio::test]
async fn the_answer_to_another_is_passed_over_and_never_taken_for_ours() {
    assert_eq!(look("", &["\r", OTHER, NEWS, ACCEPTED]).await.outcome, Outcome::Up);
    let seen = look("", &[OTHER]).await;
    let words = "the acknowledgement is of the message \"W0\" (MSA-2), and not of ours";
    assert_eq!(fault(&seen), (Fault::UnrelatedReply, words));
    let seen = look("", &[NEWS, OTHER, OTHER, OTHER, ACCEPTED]).await;
    assert_eq!(fault(&seen), (Fault::UnrelatedReply, "a message came that is no acknowledgement"));
}

#[tokio::test]
async fn an_engine_that_goes_on_waiting_after_a_wrong_answer_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(OTHER.as_bytes()).await.unwrap(); // before it was asked anything
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let seen = look_for(Duration::from_millis(400), &format!("address: '{address}'")).await;
    assert_eq!(fault(&seen).0, Fault::UnrelatedReply);
}

#[tokio::test]
async fn what_is_no_acknowledgement_is_told() {
    for (replies, wanted, words) in [
        (&["HTTP/1.1 400 Bad Request\r\n\r\n"][..], Fault::WrongProtocol, "it looks like HTTP"),
        (&["MSH|^~\\&|E"], Fault::WrongProtocol, "HL7 without MLLP's frame"),
        (&["\u{b}MSH|^~\\&|E|||||||ID\r\u{1c}\r"], Fault::WrongProtocol, "our own message came back"),
        (&["\u{b}MSH|^~\\&|E\rMSA|A"], Fault::Truncated, "in the middle"),
        (&["\u{b}MSA|AA|ID\r\u{1c}\r"], Fault::Malformed, "broken HL7 over MLLP"),
        (&[], Fault::Closed, "was closed"),
    ] {
        let seen = look("", replies).await;
        let got = fault(&seen);
        assert!(got.0 == wanted && got.1.contains(words), "{replies:?}: {got:?}");
    }
}

#[tokio::test]
async fn silence_and_half_a_frame_are_told_apart() {
    for (words, wanted) in [("", Phase::Wait), ("\u{b}MSH|^~", Phase::Receive)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(words.as_bytes()).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        let seen = look_for(Duration::from_millis(200), &format!("address: '{address}'")).await;
        assert_eq!(fault(&seen).0, Fault::Timeout(wanted));
    }
}

#[test]
fn every_look_has_a_number_of_its_own() {
    let [one, other] = [(); 2].map(|()| super::control_id().unwrap());
    assert!(one != other && one.len() <= 20, "{one} {other}");
}

#[test]
fn what_is_wrong_is_told() {
    for (settings, words) in [
        ("{}", "the key `address` is missing"),
        ("{address: 'a:1', mode: acept}", "`accept`"),
        ("{address: 'a:1', charset: utf-16}", "`utf-8`"),
        ("{address: 'a:1', version: 2.4}", "put it in quotes"),
        ("{address: 'a:1', version: '3.0'}", "no version of HL7 v2"),
        ("{address: 'a:1', sending: {application: 'A|B'}}", "`|` cannot stand in a name"),
        ("{address: 'a:1', receiving: {facility: Zoë}}", "not in this charset"),
        ("{address: 'a:1', mode: connect_only, version: '2.4'}", "nothing is said by `mode: connect_only`"),
        ("{address: 'a:1', mode: connect_only, warn: {application: E}}", "nothing is said"),
        ("{address: 'a:1', mode: accept, expect: {acknowledgement: AA}}", "says already"),
        ("{address: 'a:1', expect: {acknowledgement: OK}}", "`OK` is not known here"),
        ("{address: 'a:1', agreed: {production: me}}", "there is nothing to agree to"),
        ("{address: 'a:1', template: 'MSH|^~\\&|', version: '2.4'}", "says this itself"),
        ("{address: 'a:1', template: 'MSH|^~\\&|', agreed: {production: ' '}}", "nobody is named"),
        ("{address: 'a:1', template: {file: none.hl7}}", "there is no such file"),
        ("{address: 'a:1', template: \"MSH|^~\\\\&|A\\nNSC|1\"}", "is never sent"),
    ] {
        let told = told(settings);
        assert!(told.contains(words), "{settings}: {told}");
    }
}
