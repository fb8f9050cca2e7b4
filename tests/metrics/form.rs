//! Is what is shown what the catalogue says, whatever a configuration holds?

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn},
    metrics::{self, Gone, Metrics},
    model::{Blame, Counting, Fault, Moment, Ours, Outcome},
};

use super::{
    standing::incident,
    ward::{BEGAN, chain, down, inventory, look, probe, promise, see, shown, slow, unknown},
};

#[test]
fn the_documentation_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, metrics::document()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == metrics::document(), "docs/metrics.md is out of step: UPDATE_DOCS=1 cargo test");
}

/// Metrics of a probe `sign-in` that has seen everything that makes a series, and of `api`, never looked at.
pub(crate) fn full() -> Metrics {
    let metrics = Metrics::new();
    let mut plan = inventory(&["sign-in", "api"]);
    plan.probes[0].slow = Some(Duration::from_secs(2));
    plan.probes[0].steps = vec!["open record".to_owned()];
    metrics.replan(&plan);
    for outcome in [slow(), down(Fault::CertificateExpired), unknown(Ours::Panicked), Outcome::Up] {
        let mut look = look("sign-in", outcome, Duration::from_millis(20));
        look.seen.details.http_status = Some(200);
        look.seen.details.tls = Some(chain(Moment::from_ms(1_820_000_000_000), None).into());
        see(&metrics, look);
    }
    let blamed = incident(Blame::Other("dns".parse().unwrap()), None);
    let news = IncidentNews { at: BEGAN, what: IncidentTurn::Opened, incident: blamed };
    metrics.absorb(&Entry::Incident(Box::new(news)));
    metrics.notify().receivers(&["duty".parse().unwrap()]);
    metrics.asked().shows(Moment::from_ms(1_820_000_000_000));
    metrics
}

#[test]
fn what_is_shown_is_what_the_catalogue_says() {
    let shown = shown(&full());
    let said: BTreeMap<_, _> = metrics::catalogue()
        .map(|family| (family.name.to_owned(), family.shape.label().to_owned()))
        .collect();
    assert_eq!(shown.families, said);
    for family in metrics::catalogue() {
        let samples: Vec<_> = shown.samples.iter().filter(|sample| sample.family == family.name).collect();
        assert!(!samples.is_empty(), "{} has no series", family.name);
        let may: BTreeSet<_> = family.labels.iter().map(|label| label.name()).collect();
        let has = samples.iter().flat_map(|sample| sample.labels.keys().map(String::as_str));
        assert!(has.collect::<BTreeSet<_>>().is_subset(&may), "{}: {may:?}", family.name);
    }
    for sample in &shown.samples {
        let family = metrics::catalogue().find(|family| family.name == sample.family).unwrap();
        for (name, value) in &sample.labels {
            let label = family.labels.iter().find(|label| label.name() == name).unwrap();
            assert!(label.values().is_empty() || label.values().contains(&&**value), "{name}={value}");
        }
        assert_eq!(sample.labels["site"], "royal-infirmary", "{}", sample.name);
    }
}

#[test]
fn a_probe_has_about_35_series() {
    let shown = shown(&full());
    let of =
        |probe| shown.samples.iter().filter(|s| s.labels.get("probe").is_some_and(|p| p == probe)).count();
    assert_eq!(
        (of("api"), of("sign-in")),
        (35, 35 + 3 + 5 + 2),
        "at first; with three faults, two of TLS, a status, up, a bound, a step"
    );
}

proptest! {
    #[test]
    fn whatever_a_configuration_holds_stays_one_label(
        texts in prop::collection::vec(any::<String>(), 6),
        labels in prop::collection::btree_map(any::<String>(), any::<String>(), 0..6),
    ) {
        let mut plan = inventory(&["sign-in"]);
        let [title, target, owner, runbook, calendar, link] = texts.clone().try_into().unwrap();
        (plan.services[0].title, plan.services[0].runbook) = (title, runbook);
        (plan.probes[0].target, plan.probes[0].owner) = (target, owner);
        plan.services[0].objectives = vec![promise(Counting::During(calendar))];
        plan.links.dashboards = Some(link);
        plan.probes[0].labels = labels.clone();
        let metrics = Metrics::new();
        metrics.replan(&plan);
        let shown = shown(&metrics);
        let info = shown.samples.iter().find(|sample| sample.name == "wardround_probe_info").unwrap();
        prop_assert_eq!(info.labels.get("target").map_or("", |target| target), printable(&texts[1]));
        let meant = [("service_info", "runbook", &texts[3]), ("links_info", "dashboards", &texts[5])];
        for (family, label, text) in meant {
            let name = format!("wardround_{family}");
            let sample = shown.samples.iter().find(|sample| sample.name == name).unwrap();
            prop_assert_eq!(sample.labels.get(label).map_or("", |value| value), printable(text));
        }
        let counted = shown.samples.iter().find(|sample| sample.name == "wardround_objective_ratio").unwrap();
        prop_assert_eq!(&counted.labels["objective"], &format!("during {}", printable(&texts[4])));
        let told = info.labels.iter().filter(|(name, _)| name.starts_with("label_")).map(|(_, value)| value.clone());
        let meant = labels.values().filter(|value| !value.is_empty()).map(|value| printable(value));
        prop_assert_eq!(sorted(told), sorted(meant));
    }
}

fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<_> = texts.collect();
    texts.sort();
    texts
}

#[test]
fn a_scrape_comes_in_chunks_and_holds_nobody_up() {
    let mut plan = inventory(&[]);
    plan.probes = (0..1000).map(|count| probe(&format!("probe-{count}"))).collect();
    let metrics = Metrics::new();
    metrics.replan(&plan);
    let mut sizes = Vec::new();
    // Here nothing may be locked: while one reader makes up its mind, the loop counts and plans.
    let whole = metrics.scrape(|chunk| {
        see(&metrics, look("probe-0", Outcome::Up, Duration::from_millis(20)));
        metrics.replan(&plan);
        sizes.push(chunk.len());
        Ok(())
    });
    assert_eq!(whole, Ok(()));
    assert!(sizes.len() > 30 && sizes.iter().all(|size| *size < 72 * 1024), "{sizes:?}");
}

#[test]
fn nothing_is_written_for_a_reader_that_is_gone() {
    let mut plan = inventory(&[]);
    plan.probes = (0..1000).map(|count| probe(&format!("probe-{count}"))).collect();
    let (metrics, mut asked) = (Metrics::new(), 0);
    metrics.replan(&plan);
    let broken = metrics.scrape(|_| {
        asked += 1;
        Err(Gone)
    });
    assert_eq!((broken, asked), (Err(Gone), 1));
}
