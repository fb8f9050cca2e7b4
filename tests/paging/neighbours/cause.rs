//! The name servers fail with thirty services behind them: does one page say so?

use tokio::time::{Instant, sleep};
use wardround::demo::{Ailment, Part};

use super::world::{Duty, SECOND, description, hospital, notify, prometheus, say};
use crate::neighbours::agent::Agent;

const WARDS: usize = 30;

#[tokio::test(flavor = "multi_thread")]
async fn thirty_services_behind_names_that_fail_are_one_page_that_says_why() {
    let hospital = hospital().await;
    let duty = Duty::start().await;
    let (names, web) = (hospital.port(Part::Names), hospital.port(Part::Images));
    let ward = |n: usize| {
        let page = format!("page: {{http: {{url: 'http://pacs.hospital.test:{web}/viewer'}}}}");
        format!("  ward-{n}: {{depends_on: [names], probes: {{{page}}}}}\n")
    };
    let services: String = (0..WARDS).map(ward).collect();
    let url = duty.alertmanager.url.as_str();
    let config = format!(
        "site: ward\nresolver: {{servers: ['127.0.0.1:{names}']}}\n\
         defaults: {{interval: 10s, timeout: 2s, confirm: {{recheck: 1s}}}}\nlimits: {{per_host: 200}}\nservices:\n\
         \x20 names: {{title: Name servers, probes: {{answers: {{dns: {{server: '127.0.0.1:{names}', name: pacs.hospital.test, type: A}}}}}}}}\n\
         {services}{}",
        notify(&[url])
    );
    let agent = Agent::start(&config).await;
    let _prometheus = prometheus(agent.at, &[url]).await;
    agent.is_well(WARDS + 1).await;
    sleep(15 * SECOND).await;

    let broke = Instant::now();
    hospital.set(Part::Names, Some(Ailment::CannotSay));
    let page = duty.paged("names", false, broke).await;
    say(&format!("from the fault to the one page: {:.1?}", page.at - broke));
    let heard = duty.receiver.after(45 * SECOND, "page").await;
    assert_eq!(heard.len(), 1, "one page, not thirty-one: {heard:#?}");
    assert_eq!(heard[0].labels("service"), ["names"]);
    let words = description(&heard[0]);
    assert!(words.contains("Name servers") && words.contains("SERVFAIL"), "{words}");
    assert_eq!(affected(&duty).await, WARDS, "and what suffers by it is known");

    hospital.set(Part::Names, None);
    duty.paged("names", true, broke).await;
    let heard = duty.receiver.after(45 * SECOND, "page").await;
    assert_eq!(heard.len(), 2, "nor any when all is well again: {heard:#?}");

    // Silent, they leave us without a resolver of our own: the thirty are unknown, and nobody is paged for them.
    let broke = Instant::now();
    hospital.set(Part::Names, Some(Ailment::Silent));
    duty.paged("names", false, broke).await;
    let heard = duty.receiver.after(30 * SECOND, "page").await;
    assert_eq!(heard.len(), 3, "{heard:#?}");
}

/// How many services the Alertmanager knows to suffer from it.
async fn affected(duty: &Duty) -> usize {
    let alerts = duty.alertmanager.alerts().await;
    let follows = |alert: &&serde_json::Value| alert["labels"]["alertname"] == "WardroundServiceAffected";
    alerts.iter().filter(follows).filter(|alert| alert["labels"]["cause"] == "names").count()
}
