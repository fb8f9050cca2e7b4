//! How soon is a page there, by either way, and is it told once?

use tokio::time::{Instant, sleep};
use wardround::demo::{Ailment, Part};

use super::world::{Duty, INTERVAL, RECHECK, SECOND, description, hospital, prometheus, say, shipped};
use crate::neighbours::agent::Agent;

/// How many services the shipped file has.
const SERVICES: usize = 12;

/// Three Alertmanagers: told by the agent alone, by Prometheus alone, and by both.
#[tokio::test(flavor = "multi_thread")]
async fn both_ways_page_in_time_and_once() {
    let hospital = hospital().await;
    let (mut fast, slow, both) = (Duty::start().await, Duty::start().await, Duty::start().await);
    let config = shipped(&hospital, &[&fast.alertmanager.url, &both.alertmanager.url]);
    let agent = Agent::start(&config).await;
    let prometheus = prometheus(agent.at, &[&slow.alertmanager.url, &both.alertmanager.url]).await;
    agent.is_well(SERVICES).await;
    sleep(20 * SECOND).await; // so that Prometheus has rules to go on

    let broke = Instant::now();
    hospital.set(Part::Prescribing, Some(Ailment::Refused));
    let (quick, behind) =
        (fast.paged("prescribing", false, broke).await, slow.paged("prescribing", false, broke).await);
    let (quick, behind) = (quick.at - broke, behind.at - broke);
    say(&format!("from the fault to the page: {quick:.1?} by the agent, {behind:.1?} through Prometheus"));
    assert!(quick < INTERVAL + 2 * RECHECK + 2 * SECOND, "by the agent: {quick:?}");
    assert!(behind < 45 * SECOND, "through Prometheus: {behind:?}");

    drop(prometheus);
    sleep(40 * SECOND).await;
    let ends = |duty: &Duty| duty.pages("prescribing").iter().filter(|page| page.is_resolved()).count();
    assert_eq!(
        (ends(&fast), ends(&both)),
        (0, 0),
        "a Prometheus that is gone ends nothing that the agent still sees"
    );

    let cured = Instant::now();
    hospital.set(Part::Prescribing, None);
    let over = both.paged("prescribing", true, cured).await.at - cured;
    say(&format!(
        "from the cure to the end: {over:.1?} by the agent, to an Alertmanager with a group_interval of 30 s"
    ));
    assert!(over < INTERVAL + 2 * RECHECK + 2 * SECOND + 30 * SECOND, "{over:?}");
    let told = both.pages("prescribing").len();
    assert_eq!(told, 2, "one page and its end, by two ways: {:#?}", both.pages("prescribing"));
    fast.paged("prescribing", true, cured).await;

    without_alertmanager(&hospital, &mut fast).await;
    drop(agent);
}

/// The Alertmanager is away for two minutes, in which one service breaks and another breaks and is mended.
async fn without_alertmanager(hospital: &wardround::demo::Hospital, duty: &mut Duty) {
    let before = duty.receiver.to("page").len();
    duty.alertmanager.stop();
    let stopped = Instant::now();
    hospital.set(Part::Pathology, Some(Ailment::Unavailable));
    hospital.set(Part::Images, Some(Ailment::Refused));
    sleep(60 * SECOND).await;
    hospital.set(Part::Images, None);
    sleep(60 * SECOND).await;
    duty.alertmanager.again().await;
    let lasting = duty.paged("pathology", false, stopped).await;
    assert!(description(&lasting).contains("503"), "{}", description(&lasting));
    duty.paged("pacs", false, stopped).await;
    duty.paged("pacs", true, stopped).await;
    sleep(40 * SECOND).await;
    let told = duty.receiver.to("page").split_off(before);
    let of = |service: &str| {
        told.iter().filter(|page| page.labels("service").iter().any(|told| told == service)).count()
    };
    assert_eq!(
        (of("pathology"), of("pacs"), told.len()),
        (1, 2, 3),
        "nothing lost, nothing twice: {told:#?}"
    );
}
