//! Is one trouble one page, and does no page hide another trouble?

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    alert::{affected, ago, alert, by_agent, down, spanning},
    delivered::ours,
    server::Alertmanager,
};

const SERVICES: std::ops::Range<usize> = 0..30;

/// Those behind `dns`, and `dns` itself, which comes last as it may from Prometheus.
fn mass_outage() -> Vec<Value> {
    let behind = SERVICES.map(|number| affected(&format!("service-{number}"), "dns"));
    behind.chain([down("dns")]).collect()
}

/// They begin now: for what began longer ago than its `group_wait` Alertmanager does not wait, and it may then be told
/// before what mutes it has been read.
async fn fire(alertmanager: &Alertmanager, alerts: &[Value]) {
    let alerts: Vec<Value> = alerts.iter().map(|alert| by_agent(alert, Timestamp::now())).collect();
    assert_eq!(alertmanager.post(&json!(alerts)).await, 200);
}

#[tokio::test]
async fn thirty_services_behind_one_are_one_page() {
    let (alertmanager, receiver) = ours(10).await;
    fire(&alertmanager, &mass_outage()).await;
    let [page] = &receiver.until("page", 1).await[..] else { panic!() };
    assert_eq!(page.labels("service"), ["dns"]);
    receiver.after(Duration::from_secs(8), "page").await;
    assert_eq!(receiver.received().len(), 1, "{:#?}", receiver.received());
}

#[tokio::test]
async fn who_is_still_affected_when_the_cause_is_gone_is_told_in_one_message() {
    let (alertmanager, receiver) = ours(50).await;
    let alerts = mass_outage();
    fire(&alertmanager, &alerts).await;
    receiver.until("page", 1).await;
    receiver.after(Duration::from_secs(2), "quiet").await; // group_wait is over, and they were muted
    let over: Vec<Value> =
        alerts[10..].iter().map(|alert| spanning(alert, ago(10), Timestamp::now())).collect();
    alertmanager.post(&json!(over)).await;
    let [told] = &receiver.until("quiet", 1).await[..] else { panic!() };
    let firing = |alert: &&Value| alert["status"] == "firing";
    assert_eq!(told.body["alerts"].as_array().unwrap().iter().filter(firing).count(), 10);
}

/// What is told of `alerts`, which fire together: to whom, and what of which service.
async fn told(alerts: &[Value]) -> BTreeSet<String> {
    let (alertmanager, receiver) = ours(10).await;
    fire(&alertmanager, alerts).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let messages = receiver.received().into_iter();
    let each = messages.flat_map(|message| {
        let alerts = message.body["alerts"].as_array().unwrap().iter();
        let one = |alert: &Value| {
            let label = |name: &str| alert["labels"][name].as_str().unwrap_or("-").replace("Wardround", "");
            format!("{} {} {}", message.to, label("service"), label("alertname"))
        };
        alerts.map(one).collect::<Vec<_>>()
    });
    each.collect()
}

#[tokio::test]
async fn the_worst_mutes_what_follows_from_it_and_nothing_else() {
    let told = told(&[
        down("epr"),
        alert("ServiceDegraded", "warning", "epr", &["cause=epr"]),
        alert("ErrorBudgetBurn", "critical", "epr", &["window=1h"]),
        alert("ProbeDown", "warning", "epr", &["probe=api"]),
        alert("ProbeSlow", "info", "epr", &["probe=sign-in"]),
        alert("CertificateExpired", "critical", "epr", &["probe=gateway"]),
        alert("ErrorBudgetSpent", "warning", "epr", &[]),
        alert("ErrorBudgetBurn", "critical", "pacs", &["window=1h"]),
        alert("NotifyFailing", "warning", "", &["receiver=duty"]),
        alert("AgentGone", "critical", "", &[]),
        alert("AgentGone", "warning", "", &[]),
    ])
    .await;
    let expected = [
        "desk epr ErrorBudgetSpent",
        "monitoring - NotifyFailing",
        "page-monitoring - AgentGone",
        "page epr CertificateExpired",
        "page epr ServiceDown",
        "page pacs ErrorBudgetBurn",
    ];
    assert_eq!(told, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn the_nearest_threshold_and_the_fastest_burn_speak_for_the_others() {
    let ends = |within: &str, probe: &str| {
        alert("CertificateEnds", "warning", "epr", &[&format!("within={within}"), &format!("probe={probe}")])
    };
    let burns = |severity: &str, window: &str| {
        alert("ErrorBudgetBurn", severity, "pacs", &[&format!("window={window}"), "objective=always"])
    };
    let (alertmanager, receiver) = ours(10).await;
    let alerts = [
        ends("1d", "a"),
        ends("7d", "a"),
        ends("21d", "a"),
        ends("21d", "b"),
        burns("critical", "1h"),
        burns("critical", "6h"),
        burns("warning", "3d"),
    ];
    fire(&alertmanager, &alerts).await;
    tokio::time::sleep(Duration::from_secs(16)).await;
    let within: BTreeSet<String> =
        receiver.to("desk").iter().flat_map(|mail| mail.labels("within")).collect();
    assert_eq!(within, ["1d", "21d"].map(str::to_owned).into());
    let probes: BTreeSet<String> = receiver.to("desk").last().unwrap().labels("probe").into_iter().collect();
    assert_eq!(probes, ["a", "b"].map(str::to_owned).into());
    let windows: Vec<String> =
        receiver.received().iter().flat_map(|message| message.labels("window")).collect();
    assert_eq!(windows, ["1h"]);
}

#[tokio::test]
async fn a_site_that_is_cut_off_speaks_for_what_it_cannot_see() {
    let told = told(&[
        alert("SiteCutOff", "critical", "", &[]),
        alert("ServiceUnknown", "warning", "epr", &[]),
        alert("NotifyFailing", "warning", "", &["receiver=duty"]),
        down("pacs"),
    ])
    .await;
    let expected = ["monitoring - NotifyFailing", "page pacs ServiceDown", "page-monitoring - SiteCutOff"];
    assert_eq!(told, expected.map(str::to_owned).into());
}
