//! Is what the configuration says told, and told anew when it changes?

use std::time::Duration;

use wardround::{
    metrics::{Inventory, Metrics},
    model::{Counting, Moment, Severities, Severity, Share},
};

use super::ward::{inventory, promise, shown, slug};

fn planned(change: impl FnOnce(&mut Inventory)) -> Metrics {
    let (metrics, mut plan) = (Metrics::new(), inventory(&["sign-in"]));
    change(&mut plan);
    metrics.replan(&plan);
    metrics
}

/// The values of a label on the series of a family.
fn said(metrics: &Metrics, family: &str, label: &str) -> Vec<String> {
    let name = format!("wardround_{family}");
    let samples = shown(metrics).samples.into_iter().filter(|sample| sample.name == name);
    samples.map(|sample| sample.labels.get(label).cloned().unwrap_or_default()).collect()
}

#[test]
fn a_service_says_how_loud_it_is_on_whom_it_leans_and_what_to_do() {
    let metrics = planned(|plan| {
        let service = &mut plan.services[0];
        service.severities =
            Severities { down: Severity::Warning, at_risk: Severity::None, ..Severities::default() };
        service.depends_on = vec![slug("dns"), slug("network")];
    });
    assert_eq!(said(&metrics, "service_severity", "severity"), ["warning", "critical", "warning", "none"]);
    let kinds = ["outage", "partial", "degradation", "loss_of_redundancy"];
    assert_eq!(said(&metrics, "service_severity", "kind"), kinds);
    assert_eq!(said(&metrics, "service_depends_on", "dependency"), ["dns", "network"]);
    assert_eq!(said(&metrics, "service_info", "runbook"), ["https://wiki.example.nhs.uk/runbooks/epr"]);
}

#[test]
fn links_are_told_and_left_out() {
    let metrics = planned(|_| ());
    assert_eq!(said(&metrics, "links_info", "runbooks"), ["https://wiki.example.nhs.uk/wardround"]);
    assert_eq!(said(&metrics, "links_info", "dashboards"), [""]);
    assert!(said(&Metrics::new(), "links_info", "site").is_empty(), "there is no plan yet");
}

#[test]
fn a_probe_says_how_often_it_looks_and_what_is_slow() {
    let (metrics, mut plan) = (Metrics::new(), inventory(&["sign-in"]));
    let told =
        |metrics: &Metrics, name: &str| shown(metrics).one(&format!("wardround_probe_{name}_seconds"), &[]);
    metrics.replan(&plan);
    assert_eq!((told(&metrics, "interval"), told(&metrics, "slow")), (Some(30.0), None));
    (plan.probes[0].interval, plan.probes[0].slow) =
        (Duration::from_secs(5), Some(Duration::from_millis(2500)));
    metrics.replan(&plan);
    assert_eq!((told(&metrics, "interval"), told(&metrics, "slow")), (Some(5.0), Some(2.5)));
}

/// The objectives that count at `at`.
fn active(metrics: &Metrics, at: &str) -> Vec<f64> {
    let at: jiff::Timestamp = at.parse().unwrap();
    metrics.passed(Moment::from_ms(at.as_millisecond()));
    shown(metrics).all("wardround_objective_active", &[])
}

#[test]
fn objectives_count_by_their_calendars() {
    let metrics = planned(|plan| {
        let during = promise(Counting::During("clinics".into()));
        plan.services[0].objectives.push(during);
    });
    assert_eq!(
        said(&metrics, "objective_ratio", "objective"),
        ["always", "during clinics", "outside clinics"]
    );
    assert_eq!(shown(&metrics).all("wardround_objective_ratio", &[]), [0.999; 3]);
    assert_eq!(
        active(&metrics, "2026-07-06T06:59:59Z"),
        [1.0, 0.0, 1.0],
        "Monday, just before eight in London"
    );
    assert_eq!(active(&metrics, "2026-07-06T07:00:00Z"), [1.0, 1.0, 0.0]);
    assert_eq!(active(&metrics, "2026-07-07T07:00:00Z"), [1.0, 0.0, 1.0], "Tuesday");
}

#[test]
fn of_two_promises_about_the_same_time_the_higher_is_told() {
    let metrics = planned(|plan| {
        let mut stricter = promise(Counting::Always);
        stricter.target = Share::of_percent(99.95).unwrap();
        plan.services[0].objectives = vec![promise(Counting::Always), stricter, promise(Counting::Always)];
    });
    assert_eq!(shown(&metrics).one("wardround_objective_ratio", &[]), Some(0.9995));
}

#[test]
fn a_site_that_is_renamed_is_renamed_everywhere() {
    let metrics = planned(|_| ());
    metrics.replan(&Inventory { site: slug("annexe"), ..inventory(&["sign-in"]) });
    assert!(shown(&metrics).samples.iter().all(|sample| sample.labels["site"] == "annexe"));
}
