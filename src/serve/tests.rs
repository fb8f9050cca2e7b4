//! Does anything that is not public reach those who may see only what is?

use std::{path::Path, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{Method, Request},
};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio::sync::{mpsc, watch};

use super::{
    Serve,
    board::Board,
    desk::Desk,
    door::{Visitor, Way},
    past::Past,
    routes,
    sites::Sites,
};
use crate::{
    config::Role,
    entry::{Entry, IncidentNews, IncidentTurn, MaintenanceNews, MaintenanceTurn},
    ledger::{Ledger, Sqlite},
    metrics::Metrics,
    model::{
        Blame, Cadence, Confirm, Details, Evidence, Fault, Impact, Incident, IncidentKind, Maintenance,
        Moment, Note, Observation, Outcome, Outline, Period, ProbeId, ProbeOutline, Reason, Run, Seen,
        ServiceOutline, ServiceState, ServiceTransition, Severities, Slug, Suspect, Timeline, When, Why,
    },
};

/// What may stand in a path: of the public service, and of the other.
const SEGMENTS: [&str; 8] =
    ["ward", "secret", "ward-outage", "secret-outage", "ward.svg", "secret.svg", "work-both", "work-secret"];

/// What nobody but those who see everything may read. (The name of what was asked for may be repeated.)
const HIDDEN: [&str; 2] = ["SECRET", "secret-probe"];

/// When it happened.
fn now() -> Moment {
    Moment::from_ms(1_790_000_000_000)
}

/// When it is asked for.
fn later() -> Moment {
    now() + Duration::from_mins(1)
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn service(id: &str, public: bool) -> ServiceOutline {
    let secret = || Some("SECRET".to_owned());
    let title = if public { "The ward".into() } else { "SECRET title".into() };
    ServiceOutline {
        id: slug(id),
        title,
        owner: secret(),
        tier: secret(),
        severities: Severities::default(),
        users: None,
        runbook: Some("https://SECRET.example/".into()),
        depends_on: Vec::new(),
        public,
        groups: Vec::new(),
        objectives: Vec::new(),
        rebase: Vec::new(),
    }
}

fn cadence() -> Cadence {
    Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap()
}

fn probe(id: &ProbeId) -> ProbeOutline {
    ProbeOutline {
        id: id.clone(),
        kind: "tcp".into(),
        target: "SECRET:443".into(),
        cadence: cadence(),
        confirm: Confirm::default(),
        slow_ms: None,
        impact: Impact::Outage,
        group: None,
        reference: false,
        steps: Vec::new(),
    }
}

fn look(probe: &ProbeId) -> Entry {
    let outcome = Outcome::Down(Reason::Fault { fault: Fault::Reset, words: "SECRET look".into() });
    let seen = Seen { timeline: Timeline::default(), outcome, details: Details::default() };
    let (probe, late, cadence) = (probe.clone(), Duration::ZERO, cadence());
    Entry::Observed(Box::new(Observation {
        probe,
        why: Why::Due,
        due: now(),
        began: now(),
        ended: now(),
        late,
        cadence,
        seen,
    }))
}

fn down(service: &str) -> Entry {
    Entry::ServiceChanged(ServiceTransition {
        service: slug(service),
        from: ServiceState::Unknown,
        to: ServiceState::Down,
        since: now(),
        after: None,
        confirmed: now(),
        by: None,
    })
}

fn incident(service: &str, probe: &ProbeId) -> Entry {
    let id = slug(&format!("{service}-outage"));
    let run = Run { since: now(), after: None, until: None, last: None, unseen_ms: 0, blind: None };
    let incident = Incident {
        id: id.clone(),
        service: slug(service),
        kind: IncidentKind::Outage,
        episode: id,
        runs: vec![run],
        cause: Some(Evidence { probe: probe.clone(), fault: "reset".into(), words: "SECRET cause".into() }),
        suspects: vec![Suspect { service: slug("secret"), since: now() }],
        blame: Blame::Other(slug("secret")),
    };
    Entry::Incident(Box::new(IncidentNews { at: now(), what: IncidentTurn::Opened, incident }))
}

fn work(id: &str, services: &[&str], reason: &str) -> Entry {
    let maintenance = Maintenance {
        id: slug(id),
        services: services.iter().map(|one| slug(one)).collect(),
        when: When::Once(Period::new(now(), now() + Duration::from_hours(2))),
        reason: reason.into(),
        declared_by: "SECRET board".into(),
        declared_at: None,
        by_hand: true,
    };
    Entry::Maintenance(Box::new(MaintenanceNews { at: now(), what: MaintenanceTurn::Declared(maintenance) }))
}

/// All that happened at a service that is public and at one that is not.
fn entries() -> Vec<Arc<Entry>> {
    let probes = ["ward", "secret"].map(|service| ProbeId::new(slug(service), slug("secret-probe")));
    let outline = Outline {
        site: "site".into(),
        zone: "UTC".into(),
        services: vec![service("ward", true), service("secret", false)],
        probes: probes.iter().map(probe).collect(),
        ..Outline::default()
    };
    let note = Note {
        at: now(),
        incident: slug("ward-outage"),
        by: "SECRET person".into(),
        words: "SECRET note".into(),
        acknowledges: true,
    };
    let mut all = vec![Entry::Planned { at: now(), digest: String::new(), outline: Arc::new(outline) }];
    for (name, probe) in ["ward", "secret"].into_iter().zip(&probes) {
        all.extend([look(probe), down(name), incident(name, probe)]);
    }
    all.extend([
        Entry::Note(note),
        work("work-both", &["ward", "secret"], "new disks"),
        work("work-secret", &["secret"], "SECRET work"),
    ]);
    all.into_iter().map(Arc::new).collect()
}

/// A desk before a ledger in `folder`.
async fn desk(folder: &Path) -> Desk {
    let entries = entries();
    Sqlite::open(folder).unwrap().ledger.append(&entries).unwrap();
    let (metrics, board, past) = (Metrics::new(), Board::default(), Past::new(folder));
    metrics.passed(later());
    for entry in &entries {
        board.absorb(entry);
    }
    past.read_strips(later()).await.unwrap();
    let ((asks, _), (_, plans)) = (mpsc::channel(1), watch::channel(None));
    Desk::new(
        Serve {
            metrics,
            asks,
            plans,
            board,
            past,
            sites: Sites::default(),
            wall: later,
            ticks: || Duration::ZERO,
        },
        1,
    )
}

/// What is answered to `path` if `role` is all that whoever asks has; nobody stands at the gate.
async fn answer(desk: &Desk, route: &routes::Route, path: &str, role: Role) -> String {
    let visitor = Visitor { name: "anybody".into(), role, from: [192, 0, 2, 1].into(), way: Way::Unknown };
    let router = Router::new().route(route.path, (route.handler)()).layer(Extension(visitor));
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let reply = TowerToHyperService::new(router.with_state(desk.clone())).call(request).await.unwrap();
    let body = to_bytes(reply.into_body(), 1 << 20).await.unwrap();
    String::from_utf8_lossy(&body).into_owned()
}

/// Every path of a route.
fn paths(template: &str) -> Vec<String> {
    let Some((before, rest)) = template.split_once('{') else { return vec![template.to_owned()] };
    let (_, after) = rest.split_once('}').unwrap();
    SEGMENTS.iter().map(|segment| format!("{before}{segment}{after}")).collect()
}

#[tokio::test]
async fn what_is_not_public_is_nowhere_to_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, mut told) = (desk(folder.path()).await, 0);
    let everybodys = |route: &&routes::Route| route.needs == Role::Public && route.method == Method::GET;
    for route in routes::all().filter(everybodys).filter(|route| route.path != "/events") {
        for path in paths(route.path) {
            let body = answer(&desk, route, &path, Role::Public).await;
            let found: Vec<_> = HIDDEN.iter().filter(|words| body.contains(**words)).collect();
            assert!(found.is_empty(), "{path} tells the public {found:?}:\n{body}");
            told += usize::from(answer(&desk, route, &path, Role::View).await.contains("SECRET"));
        }
    }
    assert!(told > 8, "those who see everything see it: {told}");
}

#[tokio::test]
async fn the_public_sees_what_is_public() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path()).await;
    for (template, path, words) in [
        ("/api/v1/services", "/api/v1/services?state=down", "\"title\":\"The ward\""),
        ("/api/v1/services/{service}", "/api/v1/services/secret", "there is no service `secret`"),
        ("/api/v1/services/{service}", "/api/v1/services/ward", "\"days\":[{"),
        ("/api/v1/services", "/api/v1/services?owner=SECRET", "\"services\":[]"),
        ("/api/v1/incidents", "/api/v1/incidents", "\"id\":\"ward-outage\""),
        ("/api/v1/incidents/{incident}", "/api/v1/incidents/ward-outage", "\"looks\":[]"),
        ("/api/v1/incidents/{incident}", "/api/v1/incidents/secret-outage", "there is no incident"),
        ("/api/v1/maintenance", "/api/v1/maintenance", "\"services\":[\"ward\"]"),
        ("/feed.atom", "/feed.atom", "Open: outage of The ward"),
        ("/feed.rss", "/feed.rss", "Open: outage of The ward"),
        ("/badge/{file}", "/badge/ward.svg", "The ward: down"),
        ("/badge/{file}", "/badge/secret.svg", "there is nothing here"),
    ] {
        let route = routes::all().find(|one| one.path == template && one.method == Method::GET).unwrap();
        let body = answer(&desk, route, path, Role::Public).await;
        assert!(body.contains(words), "{path}: {body}");
    }
}
