//! Does each kind know that another protocol is spoken where its own should be, and which?

use std::{net::SocketAddr, time::Duration};

use tokio::task::JoinSet;
use wardround::{
    demo::{Hospital, Part, Ports, misbehave::Tongue},
    model::Outcome,
    probe::Agent,
};

use super::probing::{look_once, now, plan, settings, told};

/// What waits for the other to speak first waits so long.
const TIMEOUT: Duration = Duration::from_secs(3);

const TONGUES: [Tongue; 8] = [
    Tongue::Http,
    Tongue::DnsTcp,
    Tongue::Tls,
    Tongue::StartTls,
    Tongue::Mllp,
    Tongue::Dicom,
    Tongue::Fhir,
    Tongue::Smtp,
];

/// Each part, and what is spoken there.
const PARTS: [(Part, &[Tongue]); 6] = [
    (Part::Images, &[Tongue::Http, Tongue::Fhir]),
    (Part::Record, &[Tongue::Tls]),
    (Part::Interfaces, &[Tongue::Mllp]),
    (Part::Mail, &[Tongue::StartTls, Tongue::Smtp]),
    (Part::Names, &[Tongue::DnsTcp]),
    (Part::Archive, &[Tongue::Dicom]),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_against_each() {
    let hospital = Hospital::start(Ports::Any, now()).await.unwrap();
    let mut looks = JoinSet::new();
    for (part, spoken) in PARTS {
        let address = SocketAddr::from(([127, 0, 0, 1], hospital.port(part)));
        for tongue in TONGUES.into_iter().filter(|tongue| !spoken.contains(tongue)) {
            looks.spawn(async move { format!("{tongue:?} at the {part}: {}", found(tongue, address).await) });
        }
    }
    let mut found = looks.join_all().await;
    found.sort();
    insta::assert_snapshot!(found.join("\n"));
}

/// Looks again where the machine was too busy to tell.
async fn found(tongue: Tongue, address: SocketAddr) -> String {
    loop {
        let seen = look_once(&plan(&settings(tongue, address), TIMEOUT), &Agent::new(&[]).unwrap()).await.0;
        match &seen.outcome {
            Outcome::Unknown { .. } if told(&seen.outcome).contains("stalled") => {}
            outcome => return told(outcome),
        }
    }
}
