//! Does whoever is not signed in see what is public, and nothing else?

use std::{net::Ipv4Addr, path::Path as Folder, sync::Arc, time::Duration};

use axum::{
    Extension,
    body::to_bytes,
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use tokio::sync::{mpsc, watch};

use super::{front, incident, list, live, maintenance, news, service, wall};
use crate::{
    config::Role,
    entry::{Entry, IncidentNews, IncidentTurn, MaintenanceNews, MaintenanceTurn},
    ledger::{Ledger, Sqlite},
    metrics::Metrics,
    model::{
        Blame, Cadence, Confirm, Evidence, Impact, Incident, IncidentKind, Maintenance, Moment, Note,
        Outline, Period, ProbeId, ProbeOutline, Run, ServiceOutline, ServiceState, ServiceTransition,
        Severities, Slug, Suspect, When,
    },
    serve::{
        Serve,
        board::Board,
        desk::Desk,
        door::{Visitor, Way},
        past::Past,
        sites::Sites,
    },
};

const NOW: Moment = Moment::from_ms(1_790_000_000_000);

/// What nobody may see who is not signed in.
const SECRETS: [&str; 9] =
    ["veiled", "Veiled", "target-7", "probe-7", "words-7", "note-7", "owner-7", "tier-7", "person-7"];

fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

fn service(id: &str, title: &str, public: bool) -> ServiceOutline {
    ServiceOutline {
        id: slug(id),
        title: title.into(),
        owner: Some("owner-7".into()),
        tier: Some("tier-7".into()),
        severities: Severities::default(),
        users: None,
        runbook: Some("https://veiled.example/".into()),
        depends_on: vec![slug("veiled")],
        public,
        groups: Vec::new(),
        objectives: Vec::new(),
        rebase: Vec::new(),
    }
}

fn probe(service: &str) -> ProbeOutline {
    ProbeOutline {
        id: ProbeId::new(slug(service), slug("probe-7")),
        kind: "http".into(),
        target: "https://target-7/".into(),
        cadence: Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap(),
        confirm: Confirm::default(),
        slow_ms: None,
        impact: Impact::Outage,
        group: None,
        reference: false,
        steps: Vec::new(),
    }
}

fn outage(service: &str) -> Incident {
    let since = NOW - Duration::from_mins(7);
    let id = slug(&format!("{service}-outage-1"));
    Incident {
        episode: id.clone(),
        id,
        service: slug(service),
        kind: IncidentKind::Outage,
        runs: vec![Run { since, after: None, until: None, last: None, unseen_ms: 0, blind: None }],
        cause: Some(Evidence {
            probe: ProbeId::new(slug(service), slug("probe-7")),
            fault: "refused".into(),
            words: "words-7".into(),
        }),
        suspects: vec![Suspect { service: slug("veiled"), since }],
        blame: Blame::Own,
    }
}

fn fallen(id: &str) -> Vec<Entry> {
    let since = NOW - Duration::from_mins(7);
    let incident = outage(id);
    let note = Note {
        at: NOW,
        incident: incident.id.clone(),
        by: "person-7".into(),
        words: "note-7".into(),
        acknowledges: true,
    };
    vec![
        Entry::ServiceChanged(ServiceTransition {
            service: slug(id),
            from: ServiceState::Up,
            to: ServiceState::Down,
            since,
            after: None,
            confirmed: since,
            by: None,
        }),
        Entry::Incident(Box::new(IncidentNews { at: since, what: IncidentTurn::Opened, incident })),
        Entry::Note(note),
    ]
}

fn entries() -> Vec<Entry> {
    let outline = Outline {
        site: "ward".into(),
        zone: "Europe/London".into(),
        services: vec![service("shown", "Shown to all", true), service("veiled", "Veiled", false)],
        probes: vec![probe("shown"), probe("veiled")],
        ..Outline::default()
    };
    let work = Maintenance {
        id: slug("veiled-work"),
        services: vec![slug("shown"), slug("veiled")],
        when: When::Once(Period::new(NOW - Duration::from_mins(1), NOW + Duration::from_hours(1))),
        reason: "new disks".into(),
        declared_by: "person-7".into(),
        declared_at: None,
        by_hand: true,
    };
    let at = NOW - Duration::from_hours(1);
    let planned = Entry::Planned { at, digest: String::new(), outline: Arc::new(outline) };
    let declared = MaintenanceNews { at, what: MaintenanceTurn::Declared(work) };
    let begun = vec![planned, Entry::Maintenance(Box::new(declared))];
    [begun, fallen("shown"), fallen("veiled")].concat()
}

fn desk(folder: &Folder) -> Desk {
    let board = Board::default();
    let entries: Vec<Arc<Entry>> = entries().into_iter().map(Arc::new).collect();
    let mut ledger = Sqlite::open(folder).unwrap().ledger;
    ledger.append(&entries).unwrap();
    for entry in &entries {
        board.absorb(entry);
    }
    let metrics = Metrics::new();
    metrics.passed(NOW);
    let serve = Serve {
        metrics,
        asks: mpsc::channel(1).0,
        plans: watch::channel(None).1,
        board,
        past: Past::new(folder),
        sites: Sites::default(),
        wall: || NOW,
        ticks: || Duration::ZERO,
    };
    Desk::new(serve, 1)
}

fn visitor(role: Role) -> Visitor {
    Visitor { name: "anybody".into(), role, from: Ipv4Addr::LOCALHOST.into(), way: Way::Unknown }
}

async fn text(reply: Response) -> (u16, String) {
    let status = reply.status().as_u16();
    let body = to_bytes(reply.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Every page, as a visitor with this role sees it.
async fn pages(desk: &Desk, role: Role) -> Vec<(&'static str, u16, String)> {
    let asked = || (State(desk.clone()), Extension(visitor(role)), HeaderMap::new());
    let mut pages = Vec::new();
    for query in ["", "owner=owner-7", "q=owner-7", "state=down"] {
        let (desk, visitor, headers) = asked();
        let reply = front::front(desk, visitor, RawQuery(Some(query.into())), headers).await;
        pages.push(("front", text(reply).await));
    }
    for id in ["shown", "veiled"] {
        let (desk, visitor, headers) = asked();
        pages.push((id, text(service::service(desk, visitor, Path(id.into()), headers).await).await));
        let (desk, visitor, headers) = asked();
        let id = format!("{id}-outage-1");
        pages.push(("incident", text(incident::incident(desk, visitor, Path(id), headers).await).await));
    }
    let (desk, visitor, headers) = asked();
    pages.push(("list", text(list::list(desk, visitor, RawQuery(None), headers).await).await));
    let (desk, visitor, headers) = asked();
    pages.push(("maintenance", text(maintenance::maintenance(desk, visitor, headers).await).await));
    let (desk, visitor, headers) = asked();
    pages.push(("wall", text(wall::wall(desk, visitor, headers).await).await));
    pages.into_iter().map(|(name, (status, text))| (name, status, text)).collect()
}

#[tokio::test]
async fn the_public_sees_what_is_public_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    for (name, status, page) in pages(&desk, Role::Public).await {
        let page = page.replace("q=owner-7", "").replace(r#"value="owner-7""#, ""); // what was asked is said again
        for secret in SECRETS {
            assert!(!page.contains(secret), "{name}: {secret} in {page}");
        }
        assert!([200, 404].contains(&status), "{name}: {status}");
    }
    let statuses: Vec<u16> = pages(&desk, Role::Public).await.iter().map(|page| page.1).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200]);
}

#[tokio::test]
async fn who_may_see_everything_does() {
    let folder = tempfile::tempdir().unwrap();
    let pages = pages(&desk(folder.path()), Role::View).await;
    let all: String = pages.iter().map(|(.., page)| page.as_str()).collect();
    for secret in SECRETS {
        assert!(all.contains(secret), "{secret}");
    }
    let (_, _, front) = &pages[0];
    for words in
        ["2 services are down. None is up.", "sees to it", "note-7", "Planned work is under way on 2"]
    {
        assert!(front.contains(words), "{words}: {front}");
    }
    assert!(pages[1].2.contains("s-shown") && pages[3].2.contains("s-veiled"), "filters");
}

#[tokio::test]
async fn the_public_is_told_only_of_what_is_public() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let reply = live::events(State(desk.clone()), Extension(visitor(Role::Public))).await;
    let mut events = reply.into_body();
    let kept = tokio::spawn(news::keep(desk.clone(), tokio_util::sync::CancellationToken::new()));
    let mut told = String::new();
    for round in 0..3 {
        for entry in fallen("veiled").into_iter().chain(fallen("shown")).take(1 + 2 * round) {
            desk.serve.board.absorb(&entry);
        }
        let frame =
            std::future::poll_fn(|cx| hyper::body::Body::poll_frame(std::pin::Pin::new(&mut events), cx));
        let bytes = frame.await.unwrap().unwrap().into_data().unwrap();
        told += std::str::from_utf8(&bytes).unwrap();
    }
    kept.abort();
    assert!(told.contains("event: news") && told.contains("Shown to all"), "{told}");
    for secret in SECRETS {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}
