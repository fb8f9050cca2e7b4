//! Does each kind know that another protocol is spoken where its own should be, and which, in words that help?

use std::{net::SocketAddr, time::Duration};

use regex::Regex;
use tokio::task::JoinSet;
use wardround::{
    demo::{
        Hospital, Part, Ports,
        misbehave::{Misbehaviour as Bad, Rogue, Tongue},
    },
    model::{Finding, Outcome, Reason, Seen},
    probe::Agent,
};

use super::probing::{look_once, now, plan, settings, told};

/// What waits for the other to speak first waits so long.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Each part, and what is spoken there.
const PARTS: [(Part, &[Tongue]); 9] = [
    (Part::Images, &[Tongue::Http]),
    (Part::Record, &[Tongue::Https, Tongue::Http2, Tongue::Tls]),
    (Part::Interfaces, &BY_THE_LINE),
    (Part::Mail, &[Tongue::StartTls, Tongue::Smtp]),
    (Part::Names, &[Tongue::DnsTcp]),
    (Part::Archive, &[Tongue::Dicom]),
    (Part::Fhir, &[Tongue::Tls]),
    (Part::Directory, &[Tongue::Tls]),
    (Part::SignIn, &[Tongue::Tls]),
];

/// What is spoken to who answers each line, and that in which a line is a matter of chance.
const BY_THE_LINE: [Tongue; 6] =
    [Tongue::Mllp, Tongue::Tls, Tongue::Https, Tongue::Http2, Tongue::LinesInTls, Tongue::DnsTcp];

/// Those who are no part of the demo's hospital.
const STRANGERS: [Bad; 9] = [
    Bad::ClosesAtOnce,
    Bad::TlsForPlaintext,
    Bad::SpeaksSsh,
    Bad::SpeaksSmtp,
    Bad::SpeaksHttp,
    Bad::SpeaksTls,
    Bad::SpeaksRdp,
    Bad::SpeaksMySql,
    Bad::Echoes,
];

#[tokio::test(flavor = "multi_thread")]
async fn each_against_each() {
    let hospital = Hospital::start(Ports::Any, now()).await.unwrap();
    let mut looks = JoinSet::new();
    for (part, spoken) in PARTS {
        let address = SocketAddr::from(([127, 0, 0, 1], hospital.port(part)));
        let strange = |tongue: &Tongue| *tongue != Tongue::DnsUdp && !spoken.contains(tongue);
        for tongue in Tongue::ALL.into_iter().filter(strange) {
            looks.spawn(async move { format!("{tongue:?} at the {part}: {}", found(tongue, address).await) });
        }
    }
    let mut found = looks.join_all().await;
    found.sort();
    insta::assert_snapshot!(found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_against_strangers() {
    let mut looks = JoinSet::new();
    for bad in STRANGERS {
        let known = |tongue: &Tongue| *tongue != Tongue::DnsUdp && bad.is_known_in(*tongue);
        for tongue in Tongue::ALL.into_iter().filter(known) {
            looks.spawn(async move {
                let rogue = Rogue::start(tongue, bad, now()).await.unwrap();
                format!("{tongue:?}, {bad:?}: {}", found(tongue, rogue.address()).await)
            });
        }
    }
    let mut found = looks.join_all().await;
    found.sort();
    insta::assert_snapshot!(found.join("\n"));
}

/// Looks again where the machine was too busy to tell, and where nothing came: it may have been too busy for that.
async fn found(tongue: Tongue, address: SocketAddr) -> String {
    let mut waited = false;
    loop {
        let seen = look_once(&plan(&settings(tongue, address), TIMEOUT), &Agent::new(&[]).unwrap()).await.0;
        let told = told(&seen.outcome);
        if told.contains("stalled") || told.contains("timeout") && !std::mem::replace(&mut waited, true) {
            continue;
        }
        return same(&read(&seen)).replace(&address.port().to_string(), "PORT");
    }
}

/// Of what was said its beginning alone, and no time: how much came at once, and when, is a matter of chance.
fn same(words: &str) -> String {
    let quoted = Regex::new(r#"(: |with |said |got )"([^"]{10})[^"]+""#).unwrap();
    let timeout = Regex::new(r"the timeout of [0-9.]+m?s").unwrap();
    timeout.replace(&quoted.replace_all(words, "$1\"$2…\""), "the timeout").into_owned()
}

/// What somebody reads who is woken by it.
fn read(seen: &Seen) -> String {
    let words = match &seen.outcome {
        Outcome::Up => String::new(),
        Outcome::Down(Reason::Fault { words, .. }) | Outcome::Unknown { words, .. } => words.clone(),
        Outcome::Down(Reason::Findings(findings)) | Outcome::Degraded(findings) => Finding::words(findings),
    };
    format!("{}: {words}", told(&seen.outcome))
}
