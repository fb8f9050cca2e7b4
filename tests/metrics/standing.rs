//! Are incidents, planned work and a site that is cut off told, and after a restart told on?

use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn, LastSeen, MaintenanceNews, MaintenanceTurn, Tail},
    metrics::Metrics,
    model::{
        Blame, Incident, IncidentKind, Moment, Period, Run, ServiceState, ServiceTransition, State,
        Transition,
    },
};

use super::ward::{BEGAN, id, metrics, shown, slug};

fn incident(until: Option<Moment>) -> Incident {
    let run = Run { since: BEGAN, after: None, until, last: None, unseen_ms: 0, blind: None };
    Incident {
        id: slug("epr-outage-1"),
        service: slug("epr"),
        kind: IncidentKind::Outage,
        episode: slug("epr-outage-1"),
        runs: vec![run],
        cause: None,
        suspects: Vec::new(),
        blame: Blame::Own,
    }
}

fn told(metrics: &Metrics, name: &str) -> Vec<f64> {
    shown(metrics).all(&format!("wardround_{name}"), &[])
}

#[test]
fn an_incident_is_counted_once_and_open_until_it_closes() {
    let metrics = metrics(&["sign-in"]);
    let turn = |what, until| {
        let news = IncidentNews { at: BEGAN, what, incident: incident(until) };
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
    let metrics = metrics(&["sign-in", "api"]);
    let (from, to) = (State::Up, State::Down);
    let turn = Transition { probe: id("sign-in"), from, to, since: BEGAN, after: None, confirmed: BEGAN };
    let mut tail = Tail { cut_off: Some(BEGAN), ..Tail::default() };
    tail.probes.insert(id("sign-in"), LastSeen { turn: Some(turn), ..LastSeen::default() });
    tail.probes.insert(id("gone"), LastSeen::default());
    let (from, to) = (ServiceState::Up, ServiceState::Down);
    let (service, by) = (slug("epr"), None);
    let turn = ServiceTransition { service, from, to, since: BEGAN, after: None, confirmed: BEGAN, by };
    tail.services.insert(slug("epr"), turn);
    tail.incidents.insert(slug("epr-outage-1"), incident(None));
    metrics.recover(&tail);
    assert_eq!(told(&metrics, "probe_state"), [3.0, 0.0]);
    assert_eq!(told(&metrics, "service_state"), [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(told(&metrics, "incident_open"), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(told(&metrics, "incidents_total"), [0.0; 4], "it was counted when it opened");
    assert_eq!(told(&metrics, "site_cut_off"), [1.0]);
}
