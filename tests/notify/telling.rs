//! Is an outage told once, and its end once, with the same labels by whoever sees it?

use wardround::{
    entry::IncidentTurn,
    model::{IncidentKind, Moment},
};

use super::{
    closes, incident, news,
    office::{Office, clocks},
    opens,
    server::{Mood, Server},
};

async fn both() -> (Server, Server, String) {
    let (hook, manager) = (Server::start(Mood::Takes).await, Server::start(Mood::Takes).await);
    let receivers = format!(
        "{{hook: {{webhook: {{url: '{}/in'}}}}, duty: {{alertmanager: {{url: '{}'}}}}}}",
        hook.url, manager.url
    );
    (hook, manager, receivers)
}

#[tokio::test]
async fn an_outage_is_told_once_and_its_end_once() {
    let (hook, manager, receivers) = both().await;
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    assert_eq!(office.told(2).await, ["duty epr-outage-1", "hook epr-outage-1"]);
    assert_eq!(manager.alerts(&office.now()), ["WardroundServiceDown epr EPR firing"]);
    office.passes(14);
    office.idles().await;
    assert_eq!((hook.asked(), manager.asked()), (1, 1));
    office.passes(1);
    manager.until_took(2).await;
    office.hears([closes("epr-outage-1", 0, 15)]);
    assert_eq!(office.told(2).await, ["duty epr-outage-1 over", "hook epr-outage-1 over"]);
    assert_eq!(manager.alerts(&office.now()), ["WardroundServiceDown epr EPR over"]);
    office.passes(15);
    manager.until_took(4).await; // for whoever is behind
    office.passes(105);
    office.idles().await;
    let asked = manager.asked();
    office.passes(60);
    office.idles().await;
    assert_eq!(manager.asked(), asked, "and at last all is said");
    assert_eq!(hook.messages(), ["epr-outage-1 firing", "epr-outage-1 resolved"]);
    assert_eq!(office.more_told(), 0);
}

#[tokio::test]
async fn an_incident_that_comes_again_is_told_again() {
    let (hook, _manager, receivers) = both().await;
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    office.told(2).await;
    office.hears([closes("epr-outage-1", 0, 5)]);
    office.told(2).await;
    let mut again = super::outage("epr-outage-1", 0, Some(5));
    again.runs.extend(super::outage("epr-outage-1", 60, None).runs);
    office.passes(60);
    office.hears([news(IncidentTurn::Reopened, 60, again)]);
    assert_eq!(office.told(2).await, ["duty epr-outage-1", "hook epr-outage-1"]);
    let last = hook.took().pop().unwrap();
    let text = last["text"].as_str().unwrap();
    assert!(text.contains("is down since 2026-09-21 14:14:20"), "of this time: {text}");
    assert!(text.contains("It comes and goes: 2 times since 2026-09-21 14:13:20"), "{text}");
}

#[tokio::test]
async fn a_lesser_ill_that_gave_way_to_a_worse_one_is_no_all_clear() {
    let (hook, _manager, receivers) = both().await;
    let mut office = Office::open(clocks!(), &receivers);
    let partial = |until| incident("epr-partial-1", IncidentKind::Partial, 0, until);
    office.hears([news(IncidentTurn::Opened, 0, partial(None))]);
    office.told(2).await;
    office.hears([news(IncidentTurn::Closed, 60, partial(Some(60))), opens("epr-outage-2", 60)]);
    office.told(4).await;
    office.hears([closes("epr-outage-2", 60, 120)]);
    office.told(2).await;
    let subjects: Vec<String> =
        hook.took().iter().map(|body| body["subject"].as_str().unwrap().to_owned()).collect();
    let begin = |subject: &String| subject.split(" (").next().unwrap().to_owned();
    assert_eq!(
        subjects.iter().map(begin).collect::<Vec<_>>(),
        ["PARTIAL: Records", "DOWN instead of PARTIAL: Records", "DOWN: Records", "UP again: Records"]
    );
}

#[tokio::test]
async fn two_agents_tell_the_same_alert() {
    let (_hook, one, receivers) = both().await;
    let mut first = Office::open(clocks!(), &receivers);
    first.hears([opens("epr-outage-1", 0)]);
    first.told(2).await;
    let (_hook, two, receivers) = both().await;
    let mut second = Office::open(clocks!(), &receivers);
    second.passes(7);
    second.hears([opens("epr-outage-8", 7)]);
    second.told(2).await;
    let labels = |manager: &Server| manager.took()[0][0]["labels"].clone();
    assert_eq!(labels(&one), labels(&two));
    let names: Vec<_> = labels(&one).as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["alertname", "cause", "owner", "service", "severity", "site"], "there is no tier");
}

#[tokio::test]
async fn a_heart_beats_as_long_as_the_loop_turns() {
    let heart = Server::start(Mood::Takes).await;
    let receivers = format!("{{alive: {{heartbeat: {{url: '{}/ping'}}, interval: 10s}}}}", heart.url);
    let office = Office::open(clocks!(), &receivers);
    heart.until_asked(1).await;
    office.passes(9);
    office.idles().await;
    assert_eq!(heart.asked(), 1);
    office.passes(1);
    heart.until_asked(2).await;
    for beats in 3..6 {
        (office.clocks.advance)(10_000);
        office.wakes();
        heart.until_asked(beats).await;
    }
    (office.clocks.advance)(1_000);
    office.idles().await;
    (office.clocks.advance)(60_000);
    office.idles().await;
    assert_eq!(heart.asked(), 5, "the loop stood still for more than half a minute");
    office.ear.turned();
    office.wakes();
    heart.until_asked(6).await;
    assert_eq!(office.number("failing", "alive"), Some(0.0));
    assert!(office.number("last_success_timestamp_seconds", "alive") > Some(Moment::from_ms(0).as_seconds()));
}
