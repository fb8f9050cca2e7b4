//! Does every delivery end, well told, whatever the far side does?

use wardround::{
    demo::misbehave::{Misbehaviour, Rogue, Tongue},
    notify::Undelivered,
    raw::Given,
};

use super::{Channel, NOW, agent, alert, message, receiver_of};

/// The answer may be lost, but the message was taken.
const TAKEN: [Misbehaviour; 8] = [
    Misbehaviour::HangsInBody,
    Misbehaviour::ClosesInBody,
    Misbehaviour::Drips,
    Misbehaviour::EndlessBody,
    Misbehaviour::InvalidUtf8,
    Misbehaviour::Nuls,
    Misbehaviour::HugeJson,
    Misbehaviour::DeepJson,
];

async fn told(tongue: Tongue, bad: Misbehaviour) -> Result<(), Undelivered> {
    let rogue = Rogue::start(tongue, bad, NOW).await.unwrap();
    let (scheme, tls) = if tongue == Tongue::Http { ("http", "") } else { ("https", ", tls: {ca: ca.pem}") };
    let settings = if tongue == Tongue::StartTls {
        format!("{{email: {{server: '{}', from: a@b.example, to: c@d.example{tls}}}}}", rogue.address())
    } else {
        format!("{{webhook: {{url: '{scheme}://{}/hunter2'{tls}}}}}", rogue.address())
    };
    let given = Given::default().file("ca.pem", include_str!("../../src/demo/ca.pem"));
    match receiver_of(&settings, &given).channel() {
        Channel::Webhook(webhook) => webhook.deliver(&message("epr"), NOW, &agent()).await,
        Channel::Email(email) => email.deliver(&message("epr"), NOW, &agent()).await,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn every_misbehaviour_is_survived_and_told() {
    for tongue in [Tongue::Http, Tongue::Https, Tongue::StartTls] {
        for bad in Misbehaviour::ALL.into_iter().filter(|bad| bad.is_known_in(tongue)) {
            match told(tongue, bad).await {
                Ok(()) => {
                    assert!(TAKEN.contains(&bad) && tongue != Tongue::StartTls, "{tongue:?} {bad:?} took it");
                }
                Err(why) => {
                    assert!(!why.lasting, "{tongue:?} {bad:?}: {why}");
                    assert!(
                        !why.words.is_empty() && !why.words.contains("hunter2"),
                        "{tongue:?} {bad:?}: {why}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn who_is_not_trusted_is_told_nothing() {
    let rogue = Rogue::start(Tongue::Https, Misbehaviour::RandomBytes, NOW).await.unwrap();
    let other = rcgen::generate_simple_self_signed(vec![]).unwrap().cert.pem();
    let given = Given::default().file("ca.pem", other).variable("TOKEN", "hunter2");
    let settings = format!(
        "{{alertmanager: {{url: 'https://{}', tls: {{ca: ca.pem}}, auth: {{bearer: '${{env:TOKEN}}'}}}}}}",
        rogue.address()
    );
    let receiver = receiver_of(&settings, &given);
    let Channel::Alertmanager(alertmanager) = receiver.channel() else { panic!("{receiver:?}") };
    let why = alertmanager.deliver(&[alert("epr")], NOW, &agent()).await.unwrap_err();
    assert!(!why.lasting && why.words.contains("no trusted root leads to the issuer"), "{why}");
}
