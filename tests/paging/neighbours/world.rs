//! How are hospital, agent, Prometheus and Alertmanager put together?

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::time::{Instant, sleep};
use wardround::demo::{Hospital, PROBES, Ports};

use crate::{
    alertmanager::neighbours::{
        receiver::{Message, Receiver},
        server::Alertmanager,
        shipped::{routes, sleepless},
    },
    demo::now,
    neighbours::started::{Started, free_address},
};

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// The pace of every probe.
pub(super) const INTERVAL: Duration = Duration::from_secs(10);
pub(super) const RECHECK: Duration = Duration::from_secs(3);

/// An Alertmanager with our routes, and whom it pages.
pub(super) struct Duty {
    pub(super) alertmanager: Alertmanager,
    pub(super) receiver: Receiver,
}

impl Duty {
    pub(super) async fn start() -> Self {
        let receiver = Receiver::start().await;
        let alertmanager = Alertmanager::start(&sleepless(&routes(&receiver.url))).await;
        Self { alertmanager, receiver }
    }

    /// The pages that tell of `service`.
    pub(super) fn pages(&self, service: &str) -> Vec<Message> {
        let mut pages = self.receiver.to("page");
        pages.retain(|page| page.labels("service").iter().any(|told| told == service));
        pages
    }

    /// The first page of `service` that is, or is not, of its end, from `begun` on.
    pub(super) async fn paged(&self, service: &str, resolved: bool, begun: Instant) -> Message {
        for _ in 0..2400 {
            let found = self
                .pages(service)
                .into_iter()
                .find(|page| page.is_resolved() == resolved && page.at > begun);
            if let Some(page) = found {
                return page;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "{service} was not told (over: {resolved}) within two minutes: {:#?}",
            self.receiver.received()
        );
    }
}

/// The shipped probes, looking at `hospital` every 10 s, telling the Alertmanagers at `urls`.
pub(super) fn shipped(hospital: &Hospital, urls: &[&str]) -> String {
    let text = hospital.rewrite(PROBES);
    let pace = "defaults: {interval: 4s, timeout: 2s, confirm: {failures: 2, recheck: 1s, successes: 2}}";
    assert!(text.contains(pace));
    let text = text.replace(
        pace,
        "defaults: {interval: 10s, timeout: 2s, confirm: {failures: 2, recheck: 3s, successes: 2}}",
    );
    format!("{text}\n{}", notify(urls))
}

/// A receiver for each of `urls`.
pub(super) fn notify(urls: &[&str]) -> String {
    let one = |(n, url): (usize, &&str)| format!("  duty-{n}: {{alertmanager: {{url: '{url}'}}}}\n");
    let all: String = urls.iter().enumerate().map(one).collect();
    if all.is_empty() { all } else { format!("notify:\n{all}") }
}

/// A Prometheus with our rules that scrapes `agent` and evaluates every 5 s, and tells `urls`.
pub(super) async fn prometheus(agent: SocketAddr, urls: &[&str]) -> Started {
    let at = free_address();
    let hosts: Vec<&str> = urls.iter().map(|url| url.trim_start_matches("http://")).collect();
    let config = format!(
        "global: {{scrape_interval: 5s, evaluation_interval: 5s}}\nrule_files: [wardround-*.yaml]\n\
         scrape_configs: [{{job_name: wardround, static_configs: [{{targets: ['{agent}']}}]}}]\n\
         alerting: {{alertmanagers: [{{static_configs: [{{targets: {hosts:?}}}]}}]}}\n"
    );
    let rules = [
        ("wardround-records.yaml", include_str!("../../../alerts/wardround-records.yaml")),
        ("wardround-alerts.yaml", include_str!("../../../alerts/wardround-alerts.yaml")),
        ("wardround-agent.yaml", include_str!("../../../alerts/wardround-agent.yaml")),
        ("wardround-promises.yaml", include_str!("../../../alerts/wardround-promises.yaml")),
        ("prometheus.yml", config.as_str()),
    ];
    let listen = format!("--web.listen-address={at}");
    // What a Prometheus that died has told is over for Alertmanager after four times this.
    let arguments = [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        &listen,
        "--rules.alert.resend-delay=5s",
    ];
    Started::by("prometheus", "prometheus", &arguments, &rules).ready(at).await
}

/// A hospital in which all is well.
pub(super) async fn hospital() -> Hospital {
    Hospital::start(Ports::Any, now()).await.unwrap()
}

/// What the page says of its first alert.
pub(super) fn description(page: &Message) -> String {
    let alert = page.body["alerts"].as_array().and_then(|alerts| alerts.first()).unwrap_or(&Value::Null);
    alert["annotations"]["description"].as_str().unwrap_or_default().to_owned()
}

/// A figure for whoever reads the test's output.
#[expect(clippy::print_stdout, reason = "figures are what these tests are for")]
pub(super) fn say(figure: &str) {
    println!("{figure}");
}
