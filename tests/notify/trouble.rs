//! What of a receiver that fails for long, of a day on which all do, and of a stop in the middle of telling?

use std::time::Duration;

use tokio::time::timeout;

use super::{
    closes,
    office::{Office, clocks},
    opens,
    server::{Mood, Server},
};

#[tokio::test]
async fn a_receiver_that_fails_is_told_of_by_the_others_and_so_is_its_end() {
    let (broken, hook) = (Server::start(Mood::Fails).await, Server::start(Mood::Takes).await);
    let receivers = format!(
        "{{broken: {{webhook: {{url: '{}'}}}}, hook: {{webhook: {{url: '{}'}}}}}}",
        broken.url, hook.url
    );
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    assert_eq!(office.told(1).await, ["hook epr-outage-1"]);
    office.failed("broken", 1).await;
    office.passes(59);
    office.failed("broken", 2).await;
    office.idles().await;
    assert_eq!(hook.asked(), 1);
    office.passes(1);
    assert_eq!(office.told(1).await, ["hook notify-failing-broken"]);
    assert_eq!(hook.took()[1]["labels"]["alertname"], "WardroundNotifyFailing");
    assert_eq!(hook.took()[1]["labels"]["receiver"], "broken");
    broken.becomes(Mood::Takes);
    office.passes(60);
    assert_eq!(office.told(2).await, ["broken epr-outage-1", "hook notify-failing-broken over"]);
    office.passes(24 * 3600);
    office.idles().await;
    assert_eq!(broken.messages(), ["epr-outage-1 firing"], "nothing of itself");
    assert_eq!(office.number("dropped_total", "broken"), Some(0.0), "which is no loss");
}

#[tokio::test]
async fn a_day_on_which_all_fail_is_bounded_and_what_lasts_is_kept() {
    const ROOM: u32 = 10_000;
    let hook = Server::start(Mood::Fails).await;
    let receivers = format!("{{hook: {{webhook: {{url: '{}'}}}}}}", hook.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("dns-outage-0", 0)]);
    office.failed("hook", 1).await;
    let one = |n: i64| [opens(&format!("epr-outage-{n}"), n), closes(&format!("epr-outage-{n}"), n, n + 1)];
    office.hears((1..=i64::from(ROOM) + 9).flat_map(one));
    let is_full = || office.number("dropped_total", "hook") == Some(10.0);
    for _ in 0..2000 {
        if is_full() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(office.number("dropped_total", "hook"), Some(10.0));
    assert_eq!(office.number("pending", "hook"), Some(f64::from(ROOM)));
    office.passes(2 * 24 * 3600);
    office.failed("hook", 2).await;
    office.idles().await;
    assert_eq!(office.number("dropped_total", "hook"), Some(f64::from(ROOM) + 9.0), "what is a day old");
    hook.becomes(Mood::Takes);
    office.idles().await;
    office.passes(60);
    assert_eq!(office.told(1).await, ["hook dns-outage-0"]);
}

#[tokio::test]
async fn more_acknowledged_at_once_than_there_is_room_for_is_said_later() {
    let manager = Server::start(Mood::Takes).await;
    let receivers = format!("{{duty: {{alertmanager: {{url: '{}'}}}}}}", manager.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears((0..1100).map(|n| opens(&format!("epr-outage-{n}"), 0)));
    office.told(1024).await;
    office.wakes();
    office.told(76).await;
    office.idles().await;
    assert_eq!(office.more_told(), 0);
}

#[tokio::test]
async fn what_is_under_way_at_a_stop_is_waited_for() {
    let hook = Server::start(Mood::Dawdles(300)).await;
    let receivers = format!("{{hook: {{webhook: {{url: '{}'}}}}}}", hook.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    hook.until_asked(1).await;
    let book = timeout(Duration::from_secs(5), office.close()).await.unwrap();
    assert_eq!(book.told.len(), 1, "it took it");
}

#[tokio::test]
async fn but_not_for_ever() {
    let (stuck, slow) = (Server::start(Mood::Hangs).await, Server::start(Mood::Dawdles(300)).await);
    let receivers = format!(
        "{{stuck: {{webhook: {{url: '{}'}}}}, slow: {{webhook: {{url: '{}'}}}}}}",
        stuck.url, slow.url
    );
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    stuck.until_asked(1).await;
    slow.until_asked(1).await;
    let book = timeout(Duration::from_secs(5), office.close()).await.unwrap();
    let told: Vec<_> = book.told.keys().map(|(receiver, _)| receiver.as_str()).collect();
    assert_eq!(told, ["slow"]);
}
