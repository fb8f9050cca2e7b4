//! Which past do the dashboards show? Two sites, of which one has every kind of trouble.

use std::{net::SocketAddr, time::Duration};

use tokio::time::sleep;
use wardround::demo::{Ailment, Flaw, Hospital, PROBES, Part, Ports};

use super::{ask::Ask, picked::Picked, shipped::Target};
use crate::{
    demo::now,
    neighbours::{
        agent::Agent,
        hasty::prometheus,
        started::{Started, free_address},
    },
};

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// The site that has trouble, and the one that appears while it has.
pub(super) const SICK: &str = "royal-infirmary";
pub(super) const WELL: &str = "st-elsewhere";

/// What a title or an owner may be. Ids are slugs.
const HOSTILE: &str = r#"The "old" {ward} \ 7: 病院, $site 100 % [[x]] é"#;

/// How many services the files have: the shipped ones, and the one with the hostile title.
const SERVICES: usize = 13;

/// Two hospitals, their agents, and a Prometheus that has seen it all.
pub(super) struct Wards {
    pub(super) ask: Ask,
    pub(super) began: f64,
    _prometheus: Started,
    _agents: [Agent; 2],
    _hospitals: [Hospital; 2],
}

impl Wards {
    /// Lives through an outage, a degradation, planned work, a certificate that ends soon and one that has ended, a gap, a
    /// probe that is removed, a site that appears, and its name servers that deny every name.
    pub(super) async fn lived_through() -> Self {
        let hospitals = [hospital().await, hospital().await];
        let began = seconds();
        let (sick, at, late) =
            (Agent::start(&file(&hospitals[0], SICK)).await, free_address(), free_address());
        let started = prometheus(&[sick.at, late], at).await;
        sick.is_well(SERVICES).await;
        sleep(3 * SECOND).await;
        falls_ill(&hospitals[0], &sick).await;
        let well = Agent::listening(&file(&hospitals[1], WELL), late).await;
        well.is_well(SERVICES).await;
        hospitals[1].set(Part::Names, Some(Ailment::NoSuchName));
        sick.pause(8 * SECOND).await;
        hospitals[1].set(Part::Names, None);
        sleep(3 * SECOND).await; // so that Prometheus has seen the configuration before
        sick.reload(
            &file(&hospitals[0], SICK)
                .replace("[epr.hospital.test, api.hospital.test, ", "[epr.hospital.test, "),
        );
        hospitals[0].set(Part::Record, None);
        sleep(8 * SECOND).await;
        let wards =
            Self { ask: Ask(at), began, _prometheus: started, _agents: [sick, well], _hospitals: hospitals };
        wards.has_recorded().await;
        wards
    }

    /// All of it, up to now.
    pub(super) fn past(&self) -> Picked {
        let now = seconds();
        Picked::stretch(now, now - self.began, 1_000.0, 1.0, 1.0)
    }

    /// Until the rules have said what they have to say of it.
    async fn has_recorded(&self) {
        let says = |expression: &str| {
            let target = Target::instant(expression);
            self.ask.target(&target, &self.past()).is_ok_and(|series| !series.is_empty())
        };
        for _ in 0..300 {
            if says("site_service_probe_phase:wardround_probe_phase_seconds:mean1w")
                && says("slo:period_error_budget_remaining:ratio")
            {
                return;
            }
            sleep(SECOND / 10).await;
        }
        panic!("the rules have recorded nothing within half a minute");
    }
}

async fn falls_ill(hospital: &Hospital, agent: &Agent) {
    hospital.set(Part::Prescribing, Some(Ailment::Refused));
    hospital.set(Part::Record, Some(Ailment::Slow(Duration::from_millis(1300))));
    hospital.set(Part::Pathology, Some(Ailment::Certificate(Flaw::EndsSoon)));
    hospital.set(Part::Mail, Some(Ailment::Certificate(Flaw::Expired)));
    agent.maintenance("pacs", "10s");
    sleep(12 * SECOND).await;
    hospital.set(Part::Prescribing, None);
    sleep(6 * SECOND).await;
}

async fn hospital() -> Hospital {
    Hospital::start(Ports::Any, now()).await.unwrap()
}

/// The shipped probes, in haste, and one service that is called something awkward.
fn file(hospital: &Hospital, site: &str) -> String {
    let text = hospital.rewrite(PROBES);
    let pace = "defaults: {interval: 4s, timeout: 2s, confirm: {failures: 2, recheck: 1s, successes: 2}}";
    let hasty = "defaults: {interval: 2s, timeout: 2s, confirm: {failures: 2, recheck: 500ms, successes: 2}}";
    assert!(text.contains(pace) && text.contains("\n  mail:"));
    let names = hospital.port(Part::Names);
    let awkward = format!(
        "\n  old-ward:\n    title: '{HOSTILE}'\n    owner: '{HOSTILE}'\n    tier: bronze\n    probes:\n\
         \x20     answers: {{dns: {{server: '127.0.0.1:{names}', name: pacs.hospital.test, type: A}}}}\n\n  mail:"
    );
    text.replace(pace, hasty)
        .replace("limits: {clinical_interval: 4s}", "limits: {clinical_interval: 2s}")
        .replace("interval: 1m", "interval: 4s")
        .replacen("\n  mail:", &awkward, 1)
        .replace(&format!("site: {SICK}"), &format!("site: {site}"))
        + "\nnotify: {duty: {alertmanager: {url: 'http://127.0.0.1:9'}}}\n"
}

fn seconds() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a chart's times are floats")]
    let now = now().as_ms() as f64;
    now / 1000.0
}

/// A Prometheus that knows nothing.
pub(super) async fn nothing() -> (SocketAddr, Started) {
    let at = free_address();
    (at, prometheus(&[], at).await)
}
