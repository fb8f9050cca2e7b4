//! Do we see DCMTK's servers as they are: the one that stores, and the one that knows whom it speaks with?

use std::{net::SocketAddr, time::Duration};

use wardround::{
    model::{Fault, Outcome, Phase, Seen},
    probe::Agent,
};

use super::{
    certificates::certificates,
    started::{Started, free_address},
};
use crate::looks::{fault, look_by};

async fn look(address: SocketAddr, more: &str) -> Seen {
    let settings = format!("dicom: {{address: '{address}', {more}}}");
    look_by(&Agent::new(&[]).unwrap(), &settings).await
}

async fn storescp(at: SocketAddr, options: &str, files: &[(&str, &str)]) -> Started {
    let port = at.port().to_string();
    let arguments: Vec<&str> = options.split_whitespace().chain([&*port]).collect();
    Started::by("dcmtk", "storescp", &arguments, files).listens(at).await
}

#[tokio::test]
async fn an_echo_is_answered_at_once() {
    let at = free_address();
    let server = storescp(at, "-v -aet STORE", &[]).await;
    let seen = look(at, "called: STORE").await;
    assert_eq!(seen.outcome, Outcome::Up);
    let spans: Vec<(u8, Phase)> = seen.timeline.spans().iter().map(|span| (span.hop, span.phase)).collect();
    let each = |hop| [Phase::Send, Phase::Wait, Phase::Receive].map(|phase| (hop, phase));
    assert_eq!(spans, [&[(0, Phase::Connect)][..], &each(0), &each(1)].concat());
    let mut took = Vec::new();
    for _ in 0..5 {
        took.push(look(at, "called: STORE").await.timeline.total());
    }
    let least = took.iter().min().unwrap();
    assert!(*least < Duration::from_millis(30), "its Nagle waits for our acknowledgement: {took:?}");
    let log = std::fs::read_to_string(server.folder().join("log")).unwrap();
    assert!(log.contains("Association Release"), "it takes no leave: {log}");
}

#[tokio::test]
async fn who_wants_nobody_says_so() {
    let at = free_address();
    let _server = storescp(at, "--refuse", &[]).await;
    assert_eq!(fault(&look(at, "called: STORE").await), Fault::Rejected);
}

#[tokio::test]
async fn an_echo_goes_over_tls() {
    let at = free_address();
    let [ca, certificate, key] = certificates("pacs.test");
    let files = [("ca.pem", &*ca), ("certificate.pem", &certificate), ("key.pem", &key)];
    let server = storescp(at, "+tls key.pem certificate.pem --ignore-peer-cert", &files).await;
    let ca = server.folder().join("ca.pem");
    let tls = |name| format!("called: STORE, tls: {{ca: '{}', server_name: {name}}}", ca.display());
    let seen = look(at, &tls("pacs.test")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(seen.timeline.of(Phase::Tls).is_some());
    assert_eq!(fault(&look(at, &tls("other.test")).await), Fault::CertificateWrongName);
    let plain = look(at, "called: STORE").await;
    assert!(matches!(fault(&plain), Fault::Closed | Fault::Reset), "it waits for TLS: {plain:?}");
}

const ARCHIVE: &str = "
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
us = (WARDROUND, localhost, 11112)
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE . RW (9, 1024mb) us
AETable END
";

#[tokio::test]
async fn an_archive_knows_itself_and_us() {
    let at = free_address();
    let port = at.port().to_string();
    let files = [("archive.cfg", ARCHIVE)];
    let archive = Started::by("dcmtk", "dcmqrscp", &["-v", "-c", "archive.cfg", &port], &files);
    let _archive = archive.listens(at).await;
    assert_eq!(look(at, "called: ARCHIVE").await.outcome, Outcome::Up);
    let other = look(at, "called: SOMEBODY").await;
    assert_eq!(fault(&other), Fault::Rejected);
    assert!(other.words().contains("does not go by the AE title SOMEBODY"), "{}", other.words());
    let stranger = look(at, "called: ARCHIVE, calling: STRANGER").await;
    assert_eq!(fault(&stranger), Fault::Rejected, "it says so of a caller that it does not know, too");
    assert!(stranger.words().contains("STRANGER"), "{}", stranger.words());
}
