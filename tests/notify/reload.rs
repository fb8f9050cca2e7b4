//! What changes for whoever is told when another plan comes into force?

use super::{
    closes,
    office::{Office, clocks},
    opens,
    server::{Mood, Server},
};

fn webhook(name: &str, server: &Server, more: &str) -> String {
    format!("{name}: {{webhook: {{url: '{}'}}{more}}}", server.url)
}

#[tokio::test]
async fn receivers_come_and_go() {
    let (one, other) = (Server::start(Mood::Takes).await, Server::start(Mood::Takes).await);
    let mut office = Office::open(clocks!(), &format!("{{{}}}", webhook("one", &one, "")));
    office.hears([opens("epr-outage-1", 0), opens("pacs-outage-1", 0)]);
    office.told(2).await;
    office.hears([closes("pacs-outage-1", 0, 5)]);
    office.told(1).await;
    office.replan("EPR", &format!("{{{}, {}}}", webhook("one", &one, ""), webhook("other", &other, "")));
    assert_eq!(office.told(1).await, ["other epr-outage-1"], "what lasts, and not what is over");
    office.replan("EPR", &format!("{{{}}}", webhook("other", &other, "")));
    office.hears([closes("epr-outage-1", 0, 9)]);
    assert_eq!(office.told(1).await, ["other epr-outage-1 over"]);
    office.idles().await;
    assert_eq!((one.asked(), other.asked()), (3, 2));
    assert_eq!(office.number("pending", "one"), None);
}

#[tokio::test]
async fn a_url_that_was_mended_is_tried_at_once() {
    let (bad, good) = (Server::start(Mood::Wants(600)).await, Server::start(Mood::Takes).await);
    let mut office = Office::open(clocks!(), &format!("{{{}}}", webhook("hook", &bad, "")));
    office.hears([opens("epr-outage-1", 0)]);
    office.failed("hook", 1).await;
    office.replan("EPR", &format!("{{{}}}", webhook("hook", &good, "")));
    assert_eq!(office.told(1).await, ["hook epr-outage-1"]);
    assert_eq!((bad.asked(), good.asked()), (1, 1));
}

#[tokio::test]
async fn another_alertmanager_under_the_same_name_is_told_all_at_once() {
    let (old, new) = (Server::start(Mood::Takes).await, Server::start(Mood::Takes).await);
    let manager = |server: &Server| format!("{{duty: {{alertmanager: {{url: '{}'}}}}}}", server.url);
    let mut office = Office::open(clocks!(), &manager(&old));
    office.hears([opens("epr-outage-1", 0)]);
    office.told(1).await;
    office.replan("EPR", &manager(&new));
    new.until_took(1).await;
    assert_eq!(new.alerts(&office.now()), ["WardroundServiceDown epr EPR firing"]);
}

#[tokio::test]
async fn of_another_owner_the_alert_is_another_and_the_old_one_ends() {
    let manager = Server::start(Mood::Takes).await;
    let receivers = format!("{{duty: {{alertmanager: {{url: '{}'}}}}}}", manager.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    office.told(1).await;
    let both = ["WardroundServiceDown epr Night firing", "WardroundServiceDown epr EPR over"];
    manager.becomes(Mood::Fails);
    (office.clocks.advance)(1000);
    office.replan("Night", &receivers);
    office.failed("duty", 1).await;
    office.passes(600);
    office.failed("duty", 2).await;
    manager.becomes(Mood::Takes);
    office.passes(60);
    manager.until(|manager| manager.alerts(&office.now()) == both).await;
    // Back again within two minutes of the change: one alert cannot both last and be over.
    office.replan("EPR", &receivers);
    (office.clocks.advance)(1000);
    office.wakes();
    let back = ["WardroundServiceDown epr EPR firing", "WardroundServiceDown epr Night over"];
    manager.until(|manager| manager.alerts(&office.now()) == back).await;
}

#[tokio::test]
async fn who_is_to_hear_less_still_hears_the_end_of_what_they_were_told() {
    let hook = Server::start(Mood::Takes).await;
    let mut office = Office::open(clocks!(), &format!("{{{}}}", webhook("hook", &hook, "")));
    office.hears([opens("epr-outage-1", 0)]);
    office.told(1).await;
    office.replan("EPR", &format!("{{{}}}", webhook("hook", &hook, ", severity: info")));
    office.hears([opens("pacs-outage-1", 2), closes("epr-outage-1", 0, 5)]);
    assert_eq!(office.told(1).await, ["hook epr-outage-1 over"]);
    office.idles().await;
    assert_eq!(hook.asked(), 2);
}
