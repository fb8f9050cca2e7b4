//! `/services/{id}`: how is one service, how was it, and where is more about it?

use std::{collections::HashMap, time::Duration};

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    answer::{Sheet, Trouble},
    frame::Frame,
    list::Line,
    mark::Mark,
    pieces::{OpenIncidents, Work, Works},
    probe::ProbeView,
    row::{Row, Rows},
    scene::Scene,
};
use crate::{
    model::{Counting, Period, ProbeId, ServiceOutline, Slug},
    report::{Kept, Tally, Verdict, words},
    serve::{
        board::ServiceStanding,
        desk::Desk,
        door::Visitor,
        past::{DAYS, NoPast, OfService},
    },
};

/// So many of a service's probes are shown with their course.
const COURSES: usize = 24;

#[derive(Template)]
#[template(path = "status/service.html")]
struct ServicePage {
    frame: Frame,
    row: Row,
    facts: Facts,
    depends_on: Vec<Neighbour>,
    dependants: Vec<Neighbour>,
    probes: Vec<ProbeView>,
    open: OpenIncidents,
    works: Vec<Work>,
    incidents: Result<Vec<Line>, String>,
    promises: Vec<Promise>,
    sees_all: bool,
}

/// What is known of it from the plan.
#[derive(Default)]
struct Facts {
    owner: Option<String>,
    tier: Option<String>,
    users: Option<u64>,
    runbook: Option<String>,
}

/// A service that it needs, or that needs it.
pub(super) struct Neighbour {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) mark: Mark,
}

/// How a promise stands over the last days.
struct Promise {
    name: String,
    target: String,
    stands: String,
    class: &'static str,
    words: String,
}

pub(super) async fn service(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let known = id.parse::<Slug>().ok().and_then(|id| scene.standing.service(&id).cloned());
    let sheet = match known {
        Some(service) => {
            let past = past(&desk, &scene, &service).await;
            Sheet::of(StatusCode::OK, &page(&desk, &scene, &service, past))
        }
        None => Trouble::Missing("No service of this name is watched, or it is not shown to everybody.")
            .page(&scene),
    };
    sheet.send(&headers)
}

/// What the ledger says of it.
async fn past(desk: &Desk, scene: &Scene, service: &ServiceStanding) -> Result<OfService, NoPast> {
    let whole = Period::new(scene.at - Duration::from_hours(24 * DAYS as u64), scene.at);
    let day = Period::new(scene.at - Duration::from_hours(24), scene.at);
    let id = service.service.clone();
    let named =
        service.probes.iter().take(COURSES).map(|probe| ProbeId::new(id.clone(), probe.probe.clone()));
    let probes: Vec<ProbeId> = named.collect();
    desk.serve.past.of_service(id, whole, probes, day).await
}

fn page(
    desk: &Desk,
    scene: &Scene,
    service: &ServiceStanding,
    past: Result<OfService, NoPast>,
) -> ServicePage {
    let strips = desk.serve.past.strips();
    let plan = scene.standing.plan_of(service);
    let tallies = strips.services.get(&service.service);
    let whole: Tally = tallies.into_iter().flatten().copied().sum();
    let sees_all = scene.sees_all();
    let day = Period::new(scene.at - Duration::from_hours(24), scene.at);
    let none = HashMap::new();
    let hours = past.as_ref().map_or(&none, |past| &past.hours);
    let mut open = OpenIncidents::of(scene);
    open.cards.retain(|card| card.is_of(&service.service));
    let mut works = Works::all(scene);
    works.retain(|work| work.touches.contains(&service.service));
    ServicePage {
        frame: Frame::of(scene, &*service.title, "/services"),
        facts: plan.filter(|_| sees_all).map_or_else(Facts::default, Facts::of),
        depends_on: plan.map_or_else(Vec::new, |plan| neighbours(scene, &plan.depends_on)),
        dependants: neighbours(scene, &dependants(scene, &service.service)),
        probes: service
            .probes
            .iter()
            .map(|probe| ProbeView::of(scene, &service.service, probe, hours, day))
            .collect(),
        open,
        works,
        incidents: incidents(scene, past),
        promises: plan.map_or_else(Vec::new, |plan| promises(plan, whole)),
        row: Rows::of(scene, strips).row(service),
        sees_all,
    }
}

impl Facts {
    fn of(plan: &ServiceOutline) -> Self {
        Self {
            owner: plan.owner.clone(),
            tier: plan.tier.clone(),
            users: plan.users,
            runbook: plan.runbook.clone(),
        }
    }
}

fn incidents(scene: &Scene, past: Result<OfService, NoPast>) -> Result<Vec<Line>, String> {
    match past {
        Ok(past) => Ok(past.incidents.iter().map(|incident| Line::of(scene, incident)).collect()),
        Err(why) if scene.sees_all() => Err(why.to_string()),
        Err(_) => Err("they cannot be read just now".into()),
    }
}

/// Those of `services` that the visitor may see.
pub(super) fn neighbours(scene: &Scene, services: &[Slug]) -> Vec<Neighbour> {
    let seen = services.iter().filter_map(|id| scene.standing.service(id));
    let shown = |service: &ServiceStanding| Neighbour {
        id: service.service.to_string(),
        title: service.title.clone(),
        mark: Mark::of(service.state),
    };
    seen.map(shown).collect()
}

/// The services that do not work without `service`.
pub(super) fn dependants(scene: &Scene, service: &Slug) -> Vec<Slug> {
    let services = scene.outline().services.iter();
    services.filter(|one| one.depends_on.contains(service)).map(|one| one.id.clone()).collect()
}

/// How each promise stands. Of one that holds in some hours only the report knows: the strips do not tell hours apart.
fn promises(plan: &ServiceOutline, whole: Tally) -> Vec<Promise> {
    let stands = |objective: &crate::model::Objective| {
        let (name, target) = (objective.label(), objective.target.to_string());
        if objective.when != Counting::Always {
            let (stands, words) = ("told in the report".into(), String::new());
            return Promise { name, target, stands, class: "", words };
        }
        let kept = Kept::of(objective, whole);
        let lost = words::up(kept.availability.bad);
        let allowed = words::down(kept.allowance);
        let unseen = match kept.availability.unknown {
            unknown if unknown.is_zero() => String::new(),
            unknown => format!(", {} not seen", words::up(unknown)),
        };
        let words = format!("{lost} of {allowed} used{unseen}");
        Promise { name, target, stands: kept.verdict.words().into(), class: class(kept.verdict), words }
    };
    plan.objectives.iter().map(stands).collect()
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::NotProvable => "open",
        Verdict::NotApplicable => "",
    }
}
