//! Does what fires arrive at once where somebody is to be woken, and later elsewhere; and is its end told?

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use super::{
    alert::{ago, alert, by_agent, down, spanning},
    receiver::Receiver,
    server::Alertmanager,
    shipped::{faster, receivers, routes, sleepless},
};

/// Our routes in an Alertmanager whose waits are `by` times as short as in the file, and what it sends.
pub(super) async fn ours(by: u64) -> (Alertmanager, Receiver) {
    let receiver = Receiver::start().await;
    (Alertmanager::start(&faster(&sleepless(&routes(&receiver.url)), by)).await, receiver)
}

#[tokio::test]
async fn what_is_critical_is_told_within_seconds() {
    let (alertmanager, receiver) = ours(1).await;
    let posted = Instant::now();
    assert_eq!(alertmanager.post(&json!([by_agent(&down("epr"), Timestamp::now())])).await, 200);
    let [page] = &receiver.until("page", 1).await[..] else { panic!() };
    assert!(page.at - posted < Duration::from_secs(3), "{:?}", page.at - posted);
    assert_eq!(page.labels("service"), ["epr"]);
}

#[tokio::test]
async fn its_end_is_told_too() {
    let (alertmanager, receiver) = ours(10).await;
    let began = ago(2);
    alertmanager.post(&json!([by_agent(&down("epr"), began)])).await;
    receiver.until("page", 1).await;
    let ended = Instant::now();
    alertmanager.post(&json!([spanning(&down("epr"), began, Timestamp::now())])).await;
    let end = &receiver.until("page", 2).await[1];
    assert!(end.is_resolved() && end.at - ended < Duration::from_secs(5), "{end:?}");
    assert_eq!(alertmanager.alerts().await.len(), 0);
}

#[tokio::test]
async fn a_warning_waits_for_its_fellows() {
    let (alertmanager, receiver) = ours(10).await;
    let posted = Instant::now();
    for name in ["ServiceDegraded", "CertificateEnds"] {
        let alert = alert(name, "warning", "epr", &["owner=Integration"]);
        alertmanager.post(&json!([by_agent(&alert, Timestamp::now())])).await;
    }
    let [mail] = &receiver.until("desk", 1).await[..] else { panic!() };
    assert!(mail.at - posted >= Duration::from_millis(1400), "{:?}", mail.at - posted);
    assert_eq!(mail.labels("alertname"), ["WardroundCertificateEnds", "WardroundServiceDegraded"]);
}

#[tokio::test]
async fn the_heartbeat_goes_on() {
    let (alertmanager, receiver) = ours(10).await;
    let watchdog = alert("Watchdog", "none", "", &[]);
    alertmanager.post(&json!([by_agent(&watchdog, Timestamp::now())])).await;
    let beats = receiver.until("heartbeat", 4).await;
    for (one, next) in beats.iter().zip(&beats[1..]) {
        let between = next.at - one.at;
        assert!(between < Duration::from_secs(8), "every interval of a tenth of a minute, not {between:?}");
    }
    assert_eq!(receiver.received().len(), beats.len(), "and to nobody else");
}

#[tokio::test]
async fn the_pager_and_the_chat_get_our_words() {
    let receiver = Receiver::start().await;
    let alertmanager = Alertmanager::start(&receivers(&receiver.url)).await;
    let mut alert = down("epr");
    alert["labels"]["owner"] = "EPR on-call".into();
    alertmanager.post(&json!([by_agent(&alert, Timestamp::now())])).await;
    let page = receiver.until("page", 1).await.remove(0).body;
    assert_eq!((&page["routing_key"], &page["event_action"]), (&"page-epr".into(), &"trigger".into()));
    let subject = page["payload"]["summary"].as_str().unwrap();
    assert!(subject.starts_with("DOWN epr at north since "), "{subject}");
    assert!(
        page["payload"]["custom_details"]["text"].as_str().unwrap().starts_with("DOWN epr at north\nSince ")
    );
    let chat = receiver.until("chat", 1).await.remove(0).body;
    assert_eq!(chat["attachments"][0]["title"], subject);
}

#[tokio::test]
async fn what_is_info_lets_people_sleep() {
    let receiver = Receiver::start().await;
    let always_night = routes(&receiver.url).replace("18:00", "08:00");
    let alertmanager = Alertmanager::start(&faster(&always_night, 50)).await;
    let alerts =
        ["info", "warning"].map(|severity| by_agent(&alert("PhaseSlow", severity, "epr", &[]), ago(60)));
    alertmanager.post(&json!(alerts)).await;
    receiver.until("desk", 1).await;
    assert_eq!(receiver.after(Duration::from_secs(2), "quiet").await.len(), 0);
}
