//! Are incidents, planned work and a site that is cut off told, and after a restart told on?

use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn, LastSeen, MaintenanceNews, MaintenanceTurn, Tail},
    metrics::Metrics,
    model::{
        Blame, Incident, IncidentKind, Moment, Period, Run, ServiceState, ServiceTransition, State,
        Transition,
    },
};

use super::ward::{BEGAN, id, inventory, metrics, shown, slug};

/// An outage of `epr`.
pub(crate) fn incident(blame: Blame, until: Option<Moment>) -> Incident {
    let run = Run { since: BEGAN, after: None, until, last: None, unseen_ms: 0, blind: None };
    Incident {
        id: slug("epr-outage-1"),
        service: slug("epr"),
        kind: IncidentKind::Outage,
        episode: slug("epr-outage-1"),
        runs: vec![run],
        cause: None,
        suspects: Vec::new(),
        blame,
    }
}

fn told(metrics: &Metrics, name: &str) -> Vec<f64> {
    shown(metrics).all(&format!("wardround_{name}"), &[])
}

#[test]
fn an_incident_is_counted_once_and_open_until_it_closes() {
    let metrics = metrics(&["sign-in"]);
    let turn = |what, until| {
        let news = IncidentNews { at: BEGAN, what, incident: incident(Blame::Own, until) };
        metrics.absorb(&Entry::Incident(Box::new(news)));
        (told(&metrics, "incidents_total")[0], told(&metrics, "incident_open")[0])
    };
    assert_eq!(turn(IncidentTurn::Opened, None), (1.0, 1.0));
    assert_eq!(turn(IncidentTurn::Revised, None), (1.0, 1.0));
    assert_eq!(turn(IncidentTurn::Closed, Some(BEGAN)), (1.0, 0.0));
    assert_eq!(turn(IncidentTurn::Reopened, None), (1.0, 1.0));
    assert_eq!(turn(IncidentTurn::Withdrawn, None), (1.0, 0.0));
    assert_eq!(told(&metrics, "incidents_total"), [1.0, 0.0, 0.0, 0.0]);
}

/// The blame that holds of the open incident of `kind`, and the service that is blamed.
fn blamed(metrics: &Metrics, kind: &str) -> (String, Option<String>) {
    let shown = shown(metrics);
    let of = |name: &str, label: &str| {
        let name = format!("wardround_incident_{name}");
        let samples = shown.samples.iter().filter(move |one| one.name == name && one.labels["kind"] == kind);
        samples.filter(|one| one.value > 0.0).map(|one| one.labels[label].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown.all("wardround_incident_blame", &[("kind", kind)]).len(), 3, "always each of them");
    (of("blame", "blame").join(" and "), of("cause", "cause").pop())
}

#[test]
fn an_open_incident_says_whom_it_is_blamed_on() {
    let metrics = metrics(&["sign-in"]);
    let turn = |what, blame, until| {
        let news = IncidentNews { at: BEGAN, what, incident: incident(blame, until) };
        metrics.absorb(&Entry::Incident(Box::new(news)));
        blamed(&metrics, "outage")
    };
    let nobody = (String::new(), None);
    assert_eq!(blamed(&metrics, "outage"), nobody);
    assert_eq!(turn(IncidentTurn::Opened, Blame::Pending, None), ("pending".to_owned(), None));
    let other = ("other".to_owned(), Some("dns".to_owned()));
    assert_eq!(turn(IncidentTurn::Revised, Blame::Other(slug("dns")), None), other);
    assert_eq!(turn(IncidentTurn::Revised, Blame::Own, None), ("own".to_owned(), None));
    assert_eq!(blamed(&metrics, "partial"), nobody, "that is another kind");
    assert_eq!(turn(IncidentTurn::Closed, Blame::Own, Some(BEGAN)), nobody);
}

#[test]
fn what_is_learned_of_an_old_incident_does_not_hide_the_one_that_is_open() {
    let metrics = metrics(&["sign-in"]);
    let turn = |what, incident| {
        let news = IncidentNews { at: BEGAN, what, incident };
        metrics.absorb(&Entry::Incident(Box::new(news)));
        told(&metrics, "incident_open")[0] > 0.0
    };
    let next = Incident { id: slug("epr-outage-2"), ..incident(Blame::Own, None) };
    assert!(!turn(IncidentTurn::Closed, incident(Blame::Own, Some(BEGAN))));
    assert!(turn(IncidentTurn::Opened, next.clone()));
    assert!(turn(IncidentTurn::Revised, incident(Blame::Own, Some(BEGAN))));
    assert!(!turn(IncidentTurn::Withdrawn, next));
}

#[test]
fn planned_work_is_active_while_any_occurrence_is() {
    let metrics = metrics(&["sign-in"]);
    let active = |what| {
        metrics.absorb(&Entry::Maintenance(Box::new(MaintenanceNews { at: BEGAN, what })));
        told(&metrics, "maintenance_active")
    };
    let (services, period) = (vec![slug("epr")], Period::new(BEGAN, BEGAN));
    let began =
        |name| MaintenanceTurn::Began { id: slug(name), services: services.clone(), period, late: false };
    let ended = |name| MaintenanceTurn::Ended { id: slug(name), services: services.clone() };
    assert_eq!(active(began("upgrade")), [1.0]);
    assert_eq!(active(began("power")), [1.0]);
    assert_eq!(active(ended("upgrade")), [1.0]);
    assert_eq!(active(MaintenanceTurn::Withdrawn { id: slug("power") }), [0.0]);
}

#[test]
fn a_site_that_is_cut_off_and_a_clock_that_was_set_are_told() {
    let metrics = metrics(&["sign-in"]);
    metrics.absorb(&Entry::ClockStepped { from: BEGAN, to: BEGAN });
    metrics.absorb(&Entry::CutOff { at: BEGAN, since: BEGAN });
    assert_eq!((told(&metrics, "clock_steps_total"), told(&metrics, "site_cut_off")), (vec![1.0], vec![1.0]));
    metrics.absorb(&Entry::Rejoined { at: BEGAN, since: BEGAN });
    assert_eq!(told(&metrics, "site_cut_off"), [0.0]);
}

#[test]
fn what_was_believed_is_told_on_after_a_restart() {
    let metrics = Metrics::new();
    let (from, to) = (State::Up, State::Down);
    let turn = Transition { probe: id("sign-in"), from, to, since: BEGAN, after: None, confirmed: BEGAN };
    let mut tail = Tail { cut_off: Some(BEGAN), ..Tail::default() };
    tail.probes.insert(id("sign-in"), LastSeen { turn: Some(turn), ..LastSeen::default() });
    tail.probes.insert(id("gone"), LastSeen::default());
    let (from, to) = (ServiceState::Up, ServiceState::Down);
    let (service, by) = (slug("epr"), None);
    let turn = ServiceTransition { service, from, to, since: BEGAN, after: None, confirmed: BEGAN, by };
    tail.services.insert(slug("epr"), turn);
    tail.incidents.insert(slug("epr-outage-1"), incident(Blame::Other(slug("dns")), None));
    metrics.recover(&inventory(&["sign-in", "api"]), &tail);
    assert_eq!(told(&metrics, "probe_state"), [3.0, 0.0]);
    assert_eq!(told(&metrics, "service_state"), [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(told(&metrics, "incident_open"), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(told(&metrics, "service_since_timestamp_seconds"), [BEGAN.as_seconds()]);
    assert_eq!(blamed(&metrics, "outage"), ("other".to_owned(), Some("dns".to_owned())));
    assert_eq!(told(&metrics, "incidents_total"), [0.0; 4], "it was counted when it opened");
    assert_eq!(told(&metrics, "site_cut_off"), [1.0]);
}
