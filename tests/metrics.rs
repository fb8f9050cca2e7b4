//! Do the metrics say what the entries said, in a form that Prometheus takes?

pub(crate) mod exposition;
pub(crate) mod form;
mod plan;
mod receivers;
mod standing;
pub(crate) mod ward;

use std::{sync::Arc, time::Duration};

use wardround::{
    entry::{Entry, Gap, GapReason},
    metrics::{Inventory, Metrics},
    model::{Fault, Moment, Observation, Ours, Outcome, ServiceState, ServiceTransition, State, Transition},
};

use ward::{BEGAN, chain, down, id, inventory, look, metrics, see, shown, slow, slug, unknown};

const MS: fn(u64) -> Duration = Duration::from_millis;

#[test]
fn a_new_probe_shows_zeros_and_is_neither_up_nor_down() {
    let shown = shown(&metrics(&["sign-in"]));
    for name in ABSENT {
        assert!(shown.all(name, &[]).is_empty(), "{name}");
    }
    for name in ZERO {
        let values =
            shown.all(name, &[("site", "royal-infirmary"), ("service", "epr"), ("probe", "sign-in")]);
        assert!(!values.is_empty() && values.iter().all(|value| *value == 0.0), "{name}: {values:?}");
    }
    assert_eq!(shown.all("wardround_probe_looks_total", &[]).len(), 4);
    assert_eq!(shown.all("wardround_probe_phase_seconds_sum", &[]).len(), 6);
    assert_eq!(shown.all("wardround_service_state", &[]), [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
}

const ABSENT: [&str; 6] = [
    "wardround_probe_up",
    "wardround_probe_failures_total",
    "wardround_probe_http_status_code",
    "wardround_tls_not_after_timestamp_seconds",
    "wardround_tls_chain_trusted",
    "wardround_probe_slow_seconds",
];

const ZERO: [&str; 12] = [
    "wardround_probe_state",
    "wardround_probe_looks_total",
    "wardround_probe_duration_seconds_bucket",
    "wardround_probe_duration_seconds_sum",
    "wardround_probe_duration_seconds_count",
    "wardround_probe_failed_duration_seconds_sum",
    "wardround_probe_failed_duration_seconds_count",
    "wardround_probe_phase_seconds_sum",
    "wardround_probe_phase_seconds_count",
    "wardround_probe_last_look_timestamp_seconds",
    "wardround_probe_last_good_timestamp_seconds",
    "wardround_probe_consecutive_failures",
];

/// What is shown of `sign-in` after `looks`, one line a look: up, consecutive failures, last good.
fn after(looks: &[Outcome]) -> (Option<f64>, Option<f64>, Option<f64>) {
    let metrics = metrics(&["sign-in"]);
    for (count, outcome) in (1..).zip(looks) {
        let mut look = look("sign-in", outcome.clone(), MS(20));
        look.began = Moment::from_ms(count * 1000);
        see(&metrics, look);
    }
    let shown = shown(&metrics);
    let one = |name: &str| shown.one(&format!("wardround_probe_{name}"), &[]);
    assert_eq!(one("last_look_timestamp_seconds"), Some(f64::from(u8::try_from(looks.len()).unwrap())));
    (one("up"), one("consecutive_failures"), one("last_good_timestamp_seconds"))
}

#[test]
fn the_last_look_and_the_run_of_bad_ones_are_told() {
    let (good, bad, ours) = (Outcome::Up, down(Fault::Reset), unknown(Ours::Stalled));
    assert_eq!(after(std::slice::from_ref(&good)), (Some(1.0), Some(0.0), Some(1.0)));
    assert_eq!(after(&[good.clone(), slow()]), (Some(1.0), Some(0.0), Some(2.0)));
    assert_eq!(after(&[good.clone(), bad.clone(), bad.clone()]), (Some(0.0), Some(2.0), Some(1.0)));
    assert_eq!(after(&[bad.clone(), ours.clone()]), (None, Some(1.0), Some(0.0)), "unknown ends no run");
    assert_eq!(after(&[bad.clone(), ours, bad.clone()]), (Some(0.0), Some(2.0), Some(0.0)));
    assert_eq!(after(&[bad, good]), (Some(1.0), Some(0.0), Some(2.0)));
}

#[test]
fn looks_are_counted_by_outcome_and_by_fault() {
    let metrics = metrics(&["sign-in", "api"]);
    let outcomes =
        [Outcome::Up, slow(), slow(), down(Fault::Reset), unknown(Ours::Panicked), unknown(Ours::NoRoute)];
    for outcome in outcomes {
        see(&metrics, look("sign-in", outcome, MS(20)));
    }
    let shown = shown(&metrics);
    let looks =
        |outcome| shown.one("wardround_probe_looks_total", &[("probe", "sign-in"), ("outcome", outcome)]);
    assert_eq!(["up", "degraded", "down", "unknown"].map(looks), [1.0, 2.0, 1.0, 2.0].map(Some));
    let failures = |fault| shown.one("wardround_probe_failures_total", &[("fault", fault)]);
    assert_eq!(["expect_slow", "reset", "own_panicked"].map(failures), [2.0, 1.0, 1.0].map(Some));
    assert_eq!(shown.all("wardround_probe_failures_total", &[]).len(), 4, "only what occurred");
    assert!(shown.all("wardround_probe_failures_total", &[("probe", "api")]).is_empty());
    assert_eq!(shown.one("wardround_panics_total", &[]), Some(1.0));
}

#[test]
fn bad_looks_stay_out_of_the_durations_of_good_ones_and_phases_sum_to_both() {
    let metrics = metrics(&["sign-in"]);
    for (outcome, took) in
        [(Outcome::Up, 5), (slow(), 2600), (down(Fault::Closed), 4999), (unknown(Ours::Internal), 77)]
    {
        see(&metrics, look("sign-in", outcome, MS(took)));
    }
    let shown = shown(&metrics);
    let one = |name: &str| shown.one(&format!("wardround_probe_{name}"), &[]).unwrap();
    let bucket = |le| shown.one("wardround_probe_duration_seconds_bucket", &[("le", le)]);
    assert_eq!((one("duration_seconds_sum"), one("duration_seconds_count")), (2.605, 2.0));
    assert_eq!(["0.005", "2.5", "5.0", "+Inf"].map(bucket), [1.0, 1.0, 2.0, 2.0].map(Some));
    assert_eq!((one("failed_duration_seconds_sum"), one("failed_duration_seconds_count")), (4.999, 1.0));
    let phases: f64 = shown.all("wardround_probe_phase_seconds_sum", &[]).iter().sum();
    assert!((phases - 2.605 - 4.999).abs() < 1e-9, "{phases}");
    let of = |part, phase| shown.one(&format!("wardround_probe_phase_seconds_{part}"), &[("phase", phase)]);
    assert_eq!((of("sum", "connect"), of("count", "connect")), (Some(0.006), Some(3.0)));
    assert_eq!((of("sum", "tls"), of("count", "tls")), (Some(0.0), Some(0.0)));
}

#[test]
fn a_certificate_stays_told_while_it_is_the_reason_and_while_none_is_seen() {
    let metrics = metrics(&["sign-in"]);
    let told = |outcome, tls| {
        let mut look = look("sign-in", outcome, MS(20));
        look.seen.details.tls = tls;
        see(&metrics, look);
        let shown = shown(&metrics);
        let one = |name: &str| shown.one(&format!("wardround_tls_{name}"), &[]);
        one("chain_trusted").zip(one("not_after_timestamp_seconds"))
    };
    let (old, new) = (Moment::from_ms(1_780_000_000_000), Moment::from_ms(1_820_000_000_000));
    assert_eq!(told(down(Fault::ConnectionRefused), None), None);
    let expired = Fault::CertificateExpired;
    assert_eq!(told(down(expired), Some(chain(old, Some(expired)).into())), Some((0.0, old.as_seconds())));
    assert_eq!(told(down(Fault::ConnectionRefused), None), Some((0.0, old.as_seconds())));
    assert_eq!(told(down(Fault::TlsHandshake), Some(Box::default())), Some((0.0, old.as_seconds())));
    assert_eq!(told(Outcome::Up, Some(chain(new, None).into())), Some((1.0, new.as_seconds())));
}

#[test]
fn the_http_status_is_the_last_looks_own() {
    let metrics = metrics(&["sign-in"]);
    let status = |status| {
        let mut look = look("sign-in", Outcome::Up, MS(20));
        look.seen.details.http_status = status;
        see(&metrics, look);
        shown(&metrics).one("wardround_probe_http_status_code", &[])
    };
    assert_eq!(status(Some(503)), Some(503.0));
    assert_eq!(status(None), None, "a status of a look before would look like one of the last");
}

#[test]
fn belief_is_told_as_it_changes() {
    let metrics = metrics(&["sign-in"]);
    let (from, to) = (State::Unknown, State::Down);
    let turn = Transition { probe: id("sign-in"), from, to, since: BEGAN, after: None, confirmed: BEGAN };
    metrics.absorb(&Entry::Changed(turn));
    let (from, to) = (ServiceState::Unknown, ServiceState::Partial);
    metrics.absorb(&Entry::ServiceChanged(ServiceTransition {
        service: slug("epr"),
        from,
        to,
        since: BEGAN,
        after: None,
        confirmed: BEGAN,
        by: None,
    }));
    let shown = shown(&metrics);
    assert_eq!(shown.one("wardround_probe_state", &[]), Some(3.0));
    assert_eq!(shown.all("wardround_service_state", &[]), [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    assert_eq!(shown.one("wardround_service_state", &[("state", "partial")]), Some(1.0));
}

#[test]
fn a_new_plan_keeps_the_numbers_of_who_stays_and_drops_the_removed() {
    let metrics = metrics(&["sign-in", "old"]);
    see(&metrics, look("sign-in", Outcome::Up, MS(20)));
    let mut plan = inventory(&["new", "sign-in"]);
    plan.probes[1].target = "https://elsewhere.example.nhs.uk/".into();
    metrics.replan(&plan);
    see(&metrics, look("old", Outcome::Up, MS(20))); // it was under way when it was removed
    let told = shown(&metrics);
    let looks = |probe| told.one("wardround_probe_looks_total", &[("probe", probe), ("outcome", "up")]);
    assert_eq!(["sign-in", "new", "old"].map(looks), [Some(1.0), Some(0.0), None]);
    let moved = [("probe", "sign-in"), ("target", "https://elsewhere.example.nhs.uk/")];
    assert_eq!(told.one("wardround_probe_info", &moved), Some(1.0));
    metrics.replan(&Inventory { services: vec![], probes: vec![], ..plan });
    assert!(shown(&metrics).samples.iter().all(|sample| !sample.labels.contains_key("service")));
}

#[test]
fn the_agent_tells_of_itself() {
    let metrics = metrics(&["sign-in"]);
    metrics.absorb(&Entry::Started { at: BEGAN });
    metrics.absorb(&Entry::Planned { at: BEGAN, digest: "00".into(), outline: Arc::default() });
    let gap =
        Gap { probe: id("sign-in"), from: BEGAN, until: BEGAN, missed: 3, reason: GapReason::ClockStepped };
    metrics.absorb(&Entry::Gap(gap));
    see(&metrics, Observation { late: MS(30), ..look("sign-in", Outcome::Up, MS(20)) });
    metrics.in_flight(7);
    let told = |name: &str, labels: &[(&str, &str)]| shown(&metrics).one(name, labels);
    assert_eq!(told("wardround_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), Some(1.0));
    assert_eq!(told("process_start_time_seconds", &[]), Some(BEGAN.as_seconds()));
    assert_eq!(told("wardround_gaps_total", &[("reason", "clock_stepped")]), Some(1.0));
    assert_eq!(told("wardround_missed_looks_total", &[("reason", "clock_stepped")]), Some(3.0));
    assert_eq!(told("wardround_missed_looks_total", &[("reason", "capped")]), Some(0.0));
    assert_eq!(told("wardround_schedule_lateness_seconds_bucket", &[("le", "0.025")]), Some(0.0));
    assert_eq!(told("wardround_schedule_lateness_seconds_bucket", &[("le", "0.05")]), Some(1.0));
    assert_eq!(told("wardround_looks_in_flight", &[]), Some(7.0));
    assert_eq!(told("wardround_config_last_reload_successful", &[]), Some(1.0));
    assert_eq!(told("wardround_config_last_reload_success_timestamp_seconds", &[]), Some(BEGAN.as_seconds()));
    metrics.reload_refused();
    assert_eq!(told("wardround_config_last_reload_successful", &[]), Some(0.0));
    metrics.replan(&inventory(&["sign-in"]));
    assert_eq!(told("wardround_config_last_reload_successful", &[]), Some(1.0));
}

#[test]
fn the_process_tells_what_it_costs() {
    let (metrics, before) = (Metrics::new(), shown(&Metrics::new()));
    let _held = std::fs::File::open("/dev/null").unwrap();
    let told = |name: &str| shown(&metrics).one(name, &[]).unwrap();
    assert!(told("process_cpu_seconds_total") >= before.one("process_cpu_seconds_total", &[]).unwrap());
    assert!(told("process_resident_memory_bytes") > 1e6);
    assert!(told("process_virtual_memory_bytes") > told("process_resident_memory_bytes"));
    assert!(told("process_threads") >= 2.0, "a test runs beside the main thread");
    assert!(told("process_open_fds") >= 4.0 && told("process_open_fds") < told("process_max_fds"));
}
