//! Does the shipped `probes.yaml` find everything that its hospital can show?

use std::time::Duration;

use tokio::task::JoinSet;
use wardround::{
    config::{self, Plan},
    demo::{FILES, Hospital, PROBES, Script},
    model::{Ours, Outcome},
    probe::{Agent, Ask, Kind, look},
    raw::Given,
};

use super::{now, open};

fn plan(hospital: &Hospital) -> Plan {
    let outside = FILES.into_iter().fold(Given::default(), |given, (path, text)| given.file(path, text));
    config::load_text("probes.yaml", hospital.rewrite(PROBES), &outside).unwrap_or_else(|bad| panic!("{bad}"))
}

/// Where a machine forbids echoes, nothing is known of them.
fn is_forbidden(kind: &Kind, outcome: &Outcome) -> bool {
    kind.name() == "icmp" && matches!(outcome, Outcome::Unknown { ours: Ours::Resources, .. })
}

/// Looks once at everything; what was not up: `epr/sign-in expect_slow`.
async fn round(plan: &Plan) -> Vec<String> {
    let mut looks = JoinSet::new();
    for probe in plan.probes().to_vec() {
        let agent = Agent::new(plan.resolver()).unwrap();
        let ask = Ask { timeout: probe.cadence().timeout(), slow: probe.slow(), at: now() };
        looks.spawn(async move {
            let outcome = look(probe.kind(), ask, &agent).await.outcome;
            let forbidden = is_forbidden(probe.kind(), &outcome);
            (probe.id().to_string(), if forbidden { Outcome::Up } else { outcome })
        });
    }
    let seen = looks.join_all().await;
    let bad = seen.into_iter().filter(|(_, outcome)| *outcome != Outcome::Up);
    let mut bad: Vec<_> =
        bad.map(|(id, outcome)| format!("{id} {}", outcome.fault_label().unwrap_or(""))).collect();
    bad.sort();
    bad
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_hospital_is_up_everywhere() {
    let hospital = open().await;
    assert_eq!(round(&plan(&hospital)).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_the_script_is_found() {
    let hospital = open().await;
    let plan = plan(&hospital);
    let mut found = Vec::new();
    for spell in Script::shipped().spells() {
        hospital.set(spell.part, Some(spell.ailment));
        found.push(format!("{} {}: {}", spell.part, spell.ailment, round(&plan).await.join(", ")));
        hospital.set(spell.part, None);
    }
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn every_kind_is_shown() {
    for kind in Kind::NAMES {
        assert!(PROBES.contains(&format!("        {kind}:")), "{kind}");
    }
}

/// What the file says of the values that hold when nothing is said is what holds.
#[test]
fn the_defaults_are_what_the_file_says() {
    let line = PROBES.lines().find_map(|line| line.strip_prefix("#   defaults:")).unwrap();
    let probes = "services: {a: {probes: {b: {tcp: {address: 'c:1'}}}}}";
    let read = |defaults: &str| {
        let text = format!("site: here\n{defaults}\n{probes}\n");
        config::load_text("probes.yaml", text, &Given::default()).unwrap_or_else(|bad| panic!("{bad}"))
    };
    let (written, silent) = (read(&format!("defaults:{line}")), read(""));
    let pace =
        |plan: &Plan| (plan.probes()[0].cadence(), plan.probes()[0].confirm(), plan.probes()[0].slow());
    assert_eq!(pace(&written), pace(&silent));
    assert_eq!(pace(&silent).0.interval(), Duration::from_secs(30));
}
