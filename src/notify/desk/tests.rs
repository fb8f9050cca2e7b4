//! Is told what should be, when it should be, and nothing else?

use std::sync::Arc;

use super::*;
use crate::{
    entry::{MaintenanceNews, Tail, Told},
    model::{Evidence, IncidentKind, Links, Period, ProbeId, Run, ServiceOutline, Severities},
};

const MINUTE: i64 = 60_000;

fn at(minute: i64) -> Moment {
    Moment::from_ms(1_790_000_000_000 + minute * MINUTE)
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn service(id: &str, owner: &str, depends_on: &[&str]) -> ServiceOutline {
    ServiceOutline {
        id: slug(id),
        title: format!("The {id}"),
        owner: Some(owner.to_owned()),
        tier: None,
        severities: Severities { at_risk: Severity::None, ..Severities::default() },
        users: None,
        runbook: Some(format!("https://wiki.test/{id}")),
        depends_on: depends_on.iter().copied().map(slug).collect(),
        public: false,
        groups: Vec::new(),
        objectives: Vec::new(),
        rebase: Vec::new(),
    }
}

fn outline(owner: &str) -> Arc<Outline> {
    let services = vec![service("epr", owner, &["dns"]), service("dns", "Networks", &[])];
    let links = Links { runbooks: None, dashboards: Some("https://grafana.test".into()) };
    Arc::new(Outline {
        site: "ward".into(),
        zone: "Europe/London".into(),
        services,
        links,
        ..Outline::default()
    })
}

fn planned(owner: &str, when: i64) -> Entry {
    Entry::Planned { at: at(when), digest: String::new(), outline: outline(owner) }
}

fn incident(id: &str, kind: IncidentKind, since: i64, until: Option<i64>) -> Incident {
    let run = Run {
        since: at(since),
        after: Some(at(since - 1)),
        until: until.map(at),
        last: until.map(at),
        unseen_ms: 0,
        blind: None,
    };
    let service = slug(id.split('-').next().unwrap());
    let words = "connection_refused in connect: 10.0.0.1:443: connection refused".into();
    let probe = ProbeId::new(service.clone(), slug("page"));
    let cause = Some(Evidence { probe, fault: "connection_refused".into(), words });
    let (id, episode, suspects, blame) = (slug(id), slug(id), Vec::new(), Blame::Own);
    Incident { id, service, kind, episode, runs: vec![run], cause, suspects, blame }
}

fn told(what: IncidentTurn, when: i64, incident: Incident) -> Entry {
    Entry::Incident(Box::new(IncidentNews { at: at(when), what, incident }))
}

fn outage(since: i64, until: Option<i64>) -> Incident {
    incident("epr-outage-1", IncidentKind::Outage, since, until)
}

fn opened(incident: Incident, when: i64) -> Entry {
    told(IncidentTurn::Opened, when, incident)
}

fn work(what: MaintenanceTurn, when: i64) -> Entry {
    Entry::Maintenance(Box::new(MaintenanceNews { at: at(when), what }))
}

fn began(when: i64) -> Entry {
    let (id, services) = (slug("upgrade"), vec![slug("epr")]);
    work(
        MaintenanceTurn::Began { id, services, period: Period::new(at(when), at(when + 60)), late: false },
        when,
    )
}

fn ended(when: i64) -> Entry {
    work(MaintenanceTurn::Ended { id: slug("upgrade"), services: vec![slug("epr")] }, when)
}

/// A desk that has heard `entries`, a minute after the last of them at the earliest.
fn desk(entries: &[Entry]) -> Desk {
    let mut desk = Desk::default();
    desk.absorb(&planned("EPR on-call", 0));
    for entry in entries {
        desk.absorb(entry);
    }
    desk
}

/// What stands and what has ended: `epr-outage-1` or `epr-outage-1 over`.
fn shown(desk: &Desk) -> Vec<String> {
    let one = |(id, standing): (&Slug, &Standing)| match standing.until {
        Some(_) => format!("{id} over"),
        None => id.to_string(),
    };
    desk.standing().map(one).collect()
}

fn alert(desk: &Desk, id: &str) -> Alert {
    let (id, standing) = desk.standing().find(|(known, _)| known.as_str() == id).unwrap();
    desk.alert(id, standing, at(100))
}

#[test]
fn an_outage_is_told_at_once_with_the_labels_of_the_rules() {
    let mut desk = desk(&[opened(outage(1, None), 1)]);
    let told = alert(&desk, "epr-outage-1");
    let labels: Vec<_> = told.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        labels,
        [
            "alertname=WardroundServiceDown",
            "cause=epr",
            "owner=EPR on-call",
            "service=epr",
            "severity=critical",
            "site=ward"
        ],
        "the tier is empty, and so absent"
    );
    insta::assert_debug_snapshot!("annotations", told.annotations);
    let standing = desk.standing().next().map(|(id, one)| (id.clone(), one.clone())).unwrap();
    let down = desk.message(&standing.0, &standing.1, at(2));
    desk.absorb(&told_closed(5));
    let standing = desk.standing().next().unwrap();
    let up = desk.message(standing.0, standing.1, at(5));
    insta::assert_snapshot!("messages", format!("{}\n{}", down.text, up.text));
}

fn told_closed(when: i64) -> Entry {
    told(IncidentTurn::Closed, when, outage(1, Some(when)))
}

#[test]
fn what_hurts_nobody_yet_is_held_back() {
    let badly = |until| incident("epr-degradation-1", IncidentKind::Degradation, 1, until);
    let mut held = desk(&[opened(badly(None), 1)]);
    held.pass(at(5), false);
    assert_eq!(shown(&held), [""; 0]);
    held.pass(at(6), false);
    assert_eq!(shown(&held), ["epr-degradation-1"]);
    let mut gone = desk(&[opened(badly(None), 1), told(IncidentTurn::Closed, 4, badly(Some(4)))]);
    gone.pass(at(60), false);
    assert_eq!(shown(&gone), [""; 0]);
}

#[test]
fn planned_work_mutes_what_begins_in_it_until_it_is_over() {
    let mut desk = desk(&[began(0), opened(outage(1, None), 1)]);
    desk.pass(at(30), false);
    assert_eq!(shown(&desk), [""; 0]);
    desk.absorb(&ended(31));
    desk.pass(at(31), false);
    assert_eq!(shown(&desk), ["epr-outage-1"]);
}

#[test]
fn planned_work_takes_back_nothing() {
    let mut desk = desk(&[opened(outage(1, None), 1), began(2)]);
    desk.pass(at(3), false);
    assert_eq!(shown(&desk), ["epr-outage-1"]);
    desk.absorb(&told_closed(4));
    assert_eq!(shown(&desk), ["epr-outage-1 over"]);
}

fn blamed_on(blame: Blame, what: IncidentTurn, when: i64) -> Entry {
    told(what, when, Incident { blame, ..outage(1, None) })
}

#[test]
fn whose_failure_it_is_decides_what_is_told() {
    let other = || Blame::Other(slug("dns"));
    let mut desk = desk(&[blamed_on(Blame::Pending, IncidentTurn::Opened, 1)]);
    assert_eq!(shown(&desk), [""; 0]);
    desk.absorb(&blamed_on(other(), IncidentTurn::Revised, 2));
    assert_eq!(shown(&desk), ["epr-outage-1-affected"]);
    let told = alert(&desk, "epr-outage-1-affected");
    assert_eq!((told.labels["cause"].as_str(), told.labels["severity"].as_str()), ("dns", "info"));
    desk.absorb(&blamed_on(Blame::Own, IncidentTurn::Revised, 3));
    assert_eq!(shown(&desk), ["epr-outage-1", "epr-outage-1-affected over"]);
    desk.absorb(&blamed_on(other(), IncidentTurn::Revised, 4));
    assert_eq!(shown(&desk), ["epr-outage-1", "epr-outage-1-affected over"], "what is told stays told");
    desk.absorb(&told_closed(5));
    assert_eq!(shown(&desk), ["epr-outage-1 over", "epr-outage-1-affected over"]);
}

#[test]
fn what_nobody_is_to_hear_is_not_told() {
    let lost = incident("epr-loss-1", IncidentKind::LossOfRedundancy, 1, None);
    let mut desk = desk(&[opened(lost, 1)]);
    desk.pass(at(30), false);
    assert_eq!(shown(&desk), [""; 0]);
}

#[test]
fn an_incident_that_goes_on_is_told_again_and_one_that_was_none_ends() {
    let mut again = desk(&[opened(outage(1, None), 1), told_closed(3)]);
    again.absorb(&told(IncidentTurn::Reopened, 4, outage(1, None)));
    assert_eq!(shown(&again), ["epr-outage-1"]);
    again.absorb(&told(IncidentTurn::Withdrawn, 5, Incident { runs: Vec::new(), ..outage(1, None) }));
    assert_eq!(shown(&again), ["epr-outage-1 over"]);
    let subject = |desk: &Desk| {
        let (id, standing) = desk.standing().next().unwrap();
        desk.message(id, standing, at(6)).subject
    };
    assert_eq!(subject(&again), "UP again: The epr (ward) after 4 m", "its words outlive it");
    again.absorb(&opened(incident("epr-partial-2", IncidentKind::Partial, 1, None), 5));
    assert_eq!(subject(&again), "PARTIAL instead of DOWN: The epr (ward) after 4 m");
}

#[test]
fn a_site_that_is_cut_off_says_so() {
    let mut desk = desk(&[Entry::CutOff { at: at(2), since: at(1) }]);
    assert_eq!(alert(&desk, "site-cut-off").labels["alertname"], "WardroundSiteCutOff");
    desk.absorb(&Entry::Rejoined { at: at(4), since: at(4) });
    assert_eq!(shown(&desk), ["site-cut-off over"]);
    desk.absorb(&Entry::CutOff { at: at(6), since: at(6) });
    assert_eq!(shown(&desk), ["site-cut-off"]);
}

#[test]
fn other_labels_end_the_alert_that_had_the_old_ones() {
    let mut desk = desk(&[opened(outage(1, None), 1)]);
    desk.absorb(&planned("Night desk", 2));
    assert_eq!(alert(&desk, "epr-outage-1").labels["owner"], "Night desk");
    let old: Vec<_> =
        desk.retired().iter().map(|alert| (alert.labels["owner"].as_str(), alert.until)).collect();
    assert_eq!(old, [("EPR on-call", Some(at(2)))]);
    desk.pass(at(2) + ECHO, false);
    assert!(desk.retired().is_empty());
}

#[test]
fn a_new_start_goes_on_with_what_was_told() {
    let acknowledged = |alert: &str, resolved| {
        let (receiver, alert) = (slug("duty"), slug(alert));
        Entry::Told(Told { at: at(2), receiver, alert, resolved })
    };
    let untold = incident("dns-outage-1", IncidentKind::Outage, 1, None);
    let mut tail = Tail::default();
    for entry in [
        planned("EPR on-call", 0),
        opened(outage(1, None), 1),
        opened(untold, 1),
        acknowledged("epr-outage-1", false),
        acknowledged("epr-partial-1", false),
        began(3),
    ] {
        tail.absorb(&entry);
    }
    let meanwhile = incident("epr-partial-1", IncidentKind::Partial, 0, Some(1));
    let mut desk = Desk::recover(&tail, vec![meanwhile], at(4));
    assert_eq!(shown(&desk), ["epr-outage-1", "epr-partial-1 over"]);
    desk.absorb(&planned("EPR on-call", 4));
    desk.pass(at(4), false);
    assert_eq!(shown(&desk), ["dns-outage-1", "epr-outage-1", "epr-partial-1 over"]);
}

#[test]
fn a_day_without_receivers_is_bounded_and_the_oldest_go_first() {
    let mut desk = desk(&[]);
    for n in 0..i64::try_from(ROOM).unwrap() + 20 {
        let id = format!("epr-outage-{n}");
        let one = |until| incident(&id, IncidentKind::Outage, n, until);
        desk.absorb(&opened(one(None), n));
        if n > 2 {
            desk.absorb(&told(IncidentTurn::Closed, n + 1, one(Some(n + 1))));
        }
    }
    assert_eq!(desk.standing().count(), ROOM);
    let gone: Vec<_> = desk.given_up().into_iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!((gone.len(), gone[0].as_str()), (20, "epr-outage-3"), "what lasts is kept");
    let last = at(i64::try_from(ROOM).unwrap() + 21);
    desk.pass(last + STALE, false);
    assert_eq!(shown(&desk), ["epr-outage-0", "epr-outage-1", "epr-outage-2"]);
}
