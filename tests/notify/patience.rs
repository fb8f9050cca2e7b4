//! What of receivers that fail, hang, refuse and ask for patience? They lose nothing, and nobody waits for them.

use super::{
    closes,
    office::{Office, clocks},
    opens,
    server::{Mood, Server},
};

fn webhook(server: &Server) -> String {
    format!("{{hook: {{webhook: {{url: '{}/in'}}}}}}", server.url)
}

#[tokio::test]
async fn who_was_down_hears_it_all_once_and_in_order() {
    let hook = Server::start(Mood::Fails).await;
    let mut office = Office::open(clocks!(), &webhook(&hook));
    office.hears([opens("epr-outage-1", 0)]);
    let mut attempts: u32 = 1;
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
        office.failed("hook", attempts).await;
        office.passes(wait - 1);
        office.idles().await;
        assert_eq!(hook.asked(), attempts as usize, "it is left alone for {wait} s");
        office.passes(1);
        attempts += 1;
    }
    office.failed("hook", attempts).await;
    assert_eq!((office.number("pending", "hook"), office.number("failing", "hook")), (Some(1.0), Some(1.0)));
    office.hears([closes("epr-outage-1", 0, office.seconds())]);
    hook.becomes(Mood::Takes);
    office.idles().await;
    office.passes(60);
    assert_eq!(office.told(2).await, ["hook epr-outage-1", "hook epr-outage-1 over"]);
    office.passes(60);
    office.idles().await;
    assert_eq!(hook.messages(), ["epr-outage-1 firing", "epr-outage-1 resolved"]);
    assert_eq!(office.number("failing", "hook"), Some(0.0));
}

#[tokio::test]
async fn after_a_long_silence_it_hears_first_what_still_lasts() {
    let hook = Server::start(Mood::Fails).await;
    let mut office = Office::open(clocks!(), &webhook(&hook));
    office.hears([opens("pacs-outage-1", 0), closes("pacs-outage-1", 0, 5), opens("epr-outage-2", 9)]);
    office.failed("hook", 1).await;
    office.passes(1);
    office.failed("hook", 2).await; // each was tried once
    hook.becomes(Mood::Takes);
    office.passes(2);
    office.told(3).await;
    assert_eq!(hook.messages(), ["epr-outage-2 firing", "pacs-outage-1 firing", "pacs-outage-1 resolved"]);
}

#[tokio::test]
async fn one_that_hangs_holds_up_nobody() {
    let (stuck, hook) = (Server::start(Mood::Hangs).await, Server::start(Mood::Takes).await);
    let receivers = format!(
        "{{a: {{webhook: {{url: '{}'}}}}, b: {{webhook: {{url: '{}'}}}}, c: {{alertmanager: {{url: '{}'}}}}}}",
        stuck.url, hook.url, stuck.url
    );
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    stuck.until_asked(2).await;
    assert_eq!(office.told(1).await, ["b epr-outage-1"]);
    office.hears([closes("epr-outage-1", 0, 1)]);
    assert_eq!(office.told(1).await, ["b epr-outage-1 over"]);
    assert_eq!((stuck.asked(), hook.asked()), (2, 2), "one delivery to each at a time");
}

#[tokio::test]
async fn a_message_that_is_refused_keeps_no_other_waiting_and_is_tried_again() {
    let hook = Server::start(Mood::Refuses("epr-outage-1")).await;
    let mut office = Office::open(clocks!(), &webhook(&hook));
    office.hears([opens("epr-outage-1", 0)]);
    office.failed("hook", 1).await;
    office.hears([opens("pacs-outage-2", 1)]);
    office.passes(1);
    assert_eq!(office.told(1).await, ["hook pacs-outage-2"]);
    hook.becomes(Mood::Takes);
    office.passes(60);
    assert_eq!(office.told(1).await, ["hook epr-outage-1"], "a relay that erred for a while costs no page");
    assert_eq!(office.number("dropped_total", "hook"), Some(0.0));
}

#[tokio::test]
async fn an_alertmanager_that_refuses_everything_loses_nothing_and_is_told_of() {
    let (manager, hook) = (Server::start(Mood::Refuses("")).await, Server::start(Mood::Takes).await);
    let receivers = format!(
        "{{duty: {{alertmanager: {{url: '{}'}}}}, hook: {{webhook: {{url: '{}'}}}}}}",
        manager.url, hook.url
    );
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    office.failed("duty", 1).await;
    assert_eq!(office.told(1).await, ["hook epr-outage-1"]);
    office.passes(60);
    assert_eq!(office.told(1).await, ["hook notify-failing-duty"]);
    office.failed("duty", 2).await;
    manager.becomes(Mood::Takes);
    office.passes(60);
    assert_eq!(
        office.told(2).await,
        ["duty epr-outage-1", "hook notify-failing-duty over"],
        "{:?}",
        manager.took()
    );
    assert_eq!(office.number("dropped_total", "duty"), Some(0.0));
}

#[tokio::test]
async fn an_alert_that_is_refused_for_good_counts_once() {
    let manager = Server::start(Mood::Refuses("\"service\":\"epr\"")).await;
    let receivers = format!("{{duty: {{alertmanager: {{url: '{}'}}}}}}", manager.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0), opens("epr-partial-2", 0), opens("pacs-outage-3", 0)]);
    assert_eq!(office.told(1).await, ["duty pacs-outage-3"]);
    let asked = manager.asked();
    office.idles().await;
    office.passes(15);
    manager.until_asked(asked + 1).await;
    office.idles().await;
    assert_eq!(office.number("dropped_total", "duty"), Some(2.0));
    manager.becomes(Mood::Takes);
    office.passes(15);
    manager.until(|manager| manager.took().pop().unwrap().as_array().unwrap().len() == 3).await;
}

#[tokio::test]
async fn who_asks_for_patience_gets_it() {
    let hook = Server::start(Mood::Wants(30)).await;
    let mut office = Office::open(clocks!(), &webhook(&hook));
    office.hears([opens("epr-outage-1", 0)]);
    office.failed("hook", 1).await;
    hook.becomes(Mood::Takes);
    office.passes(29);
    office.idles().await;
    assert_eq!(hook.asked(), 1);
    office.passes(1);
    assert_eq!(office.told(1).await, ["hook epr-outage-1"]);
}
