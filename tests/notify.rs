//! Is everybody told what they are to be told, once, whatever becomes of them, of us and of the plan meanwhile?

mod office;
mod patience;
mod reload;
mod restart;
mod server;
mod telling;
mod trouble;

use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn, MaintenanceNews, MaintenanceTurn},
    model::{Blame, Evidence, Incident, IncidentKind, Moment, Period, ProbeId, Run, Slug},
};

/// 2026-09-21T14:13:20.000Z.
const NOW: Moment = Moment::from_ms(1_790_000_000_000);

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// `seconds` after [`NOW`].
fn at(seconds: i64) -> Moment {
    Moment::from_ms(NOW.as_ms() + seconds * 1000)
}

/// The incident `id`, whose name begins with that of its service.
fn incident(id: &str, kind: IncidentKind, since: i64, until: Option<i64>) -> Incident {
    let run = Run {
        since: at(since),
        after: Some(at(since - 10)),
        until: until.map(at),
        last: until.map(|until| at(until - 1)),
        unseen_ms: 0,
        blind: None,
    };
    let service = slug(id.split('-').next().unwrap());
    let cause = Evidence {
        probe: ProbeId::new(service.clone(), slug("door")),
        fault: "connection_refused".into(),
        words: "connection_refused in connect: \"{{ hostile }}\"\nline".into(),
    };
    Incident {
        id: slug(id),
        service,
        kind,
        episode: slug(id),
        runs: vec![run],
        cause: Some(cause),
        suspects: Vec::new(),
        blame: Blame::Own,
    }
}

fn outage(id: &str, since: i64, until: Option<i64>) -> Incident {
    incident(id, IncidentKind::Outage, since, until)
}

fn news(what: IncidentTurn, when: i64, incident: Incident) -> Entry {
    Entry::Incident(Box::new(IncidentNews { at: at(when), what, incident }))
}

/// The outage `id` begins.
fn opens(id: &str, since: i64) -> Entry {
    news(IncidentTurn::Opened, since, outage(id, since, None))
}

/// The outage `id` is over.
fn closes(id: &str, since: i64, until: i64) -> Entry {
    news(IncidentTurn::Closed, until, outage(id, since, Some(until)))
}

/// Planned work on `epr` begins.
fn work_begins(when: i64) -> Entry {
    let what = MaintenanceTurn::Began {
        id: slug("upgrade"),
        services: vec![slug("epr")],
        period: Period::new(at(when), at(when + 3600)),
        late: false,
    };
    Entry::Maintenance(Box::new(MaintenanceNews { at: at(when), what }))
}

/// Planned work on `epr` ends.
fn work_ends(when: i64) -> Entry {
    let what = MaintenanceTurn::Ended { id: slug("upgrade"), services: vec![slug("epr")] };
    Entry::Maintenance(Box::new(MaintenanceNews { at: at(when), what }))
}
