//! What is there to tell those who look at a page? Each changed piece, written once for all who see the same.

use std::{collections::HashMap, sync::Arc, time::Duration};

use askama::Template;
use axum::body::Bytes;
use serde::Serialize;
use serde_json::json;
use tokio::{select, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    mark::Mark,
    pieces::{Alarms, Headline, OpenIncidents, Works},
    row::{self, Rows},
    scene::Scene,
    sites::Sites,
    wall::Wall,
};
use crate::{
    config::Role,
    model::{Moment, Outline, ServiceState, Slug},
    serve::{
        board::ServiceStanding,
        desk::Desk,
        door::{Visitor, Way},
    },
};

/// At most one update in this time.
const LEAST: Duration = Duration::from_secs(1);

/// At least a sign of life in this time; the ages of what is shown come along.
const BEAT: Duration = Duration::from_secs(5);

/// What was told last to those who see the same.
struct Teller {
    visitor: Visitor,
    outline: Option<Arc<Outline>>,
    pieces: HashMap<&'static str, String>,
    rows: HashMap<Slug, Shown>,
    looks: HashMap<Slug, Moment>,
    /// When looks were told last.
    aged: Moment,
}

/// What a row shows but for times that go on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    state: ServiceState,
    since: Option<Moment>,
    why: Option<String>,
    work: bool,
}

/// One piece of a page.
#[derive(Serialize)]
struct Piece {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<u32>,
    html: String,
}

/// Tells whoever looks, at most once a second, until `stop`.
pub(in crate::serve) async fn keep(desk: Desk, stop: CancellationToken) {
    let mut tellers = [Role::View, Role::Public].map(Teller::new);
    let mut changes = desk.serve.board.changes();
    let told = async {
        loop {
            select! { biased;
                Ok(()) = changes.changed() => {}
                () = sleep(BEAT) => {}
            }
            changes.borrow_and_update();
            for teller in &mut tellers {
                teller.tell(&desk);
            }
            sleep(LEAST).await;
        }
    };
    stop.run_until_cancelled(told).await;
    desk.pages.hub.close();
}

/// What a viewer is told first: how old its page is.
pub(super) fn greeting(desk: &Desk, visitor: &Visitor) -> Bytes {
    let scene = Scene::of(desk, visitor);
    event("retry: 4000\nevent: beat", &beat(desk, &scene))
}

impl Teller {
    fn new(role: Role) -> Self {
        let from = std::net::Ipv4Addr::LOCALHOST.into();
        Self {
            visitor: Visitor { name: String::new(), role, from, way: Way::Open },
            outline: None,
            pieces: HashMap::new(),
            rows: HashMap::new(),
            looks: HashMap::new(),
            aged: Moment::default(),
        }
    }

    fn tell(&mut self, desk: &Desk) {
        let sees_all = self.visitor.sees_all();
        if desk.pages.hub.is_watched(sees_all) {
            let scene = Scene::of(desk, &self.visitor);
            desk.pages.hub.tell(sees_all, &self.news(desk, &scene));
        }
    }

    /// What is new since it was told last.
    fn news(&mut self, desk: &Desk, scene: &Scene) -> Bytes {
        let mut news = beat(desk, scene);
        news["looks"] = json!(self.looks(scene));
        // Who came before anything was told here may have missed something in between.
        let known = self.outline.replace(Arc::clone(&scene.standing.outline));
        news["anew"] = json!(known.is_none_or(|known| !Arc::ptr_eq(&known, &scene.standing.outline)));
        news["words"] = json!(self.words(scene));
        news["pieces"] = json!(self.pieces(scene));
        news["rows"] = json!(self.rows(desk, scene));
        event("event: news", &news)
    }

    /// The services that were looked at since, and when.
    fn looks(&mut self, scene: &Scene) -> HashMap<Slug, i64> {
        let (mut told, services) = (HashMap::new(), scene.standing.services.len());
        // The more there are, the seldomer: a telephone pays for every byte.
        let pause = BEAT * u32::try_from(1 + services / 100).unwrap_or(u32::MAX);
        if scene.now.since(self.aged) < pause && scene.now >= self.aged {
            return told;
        }
        self.aged = scene.now;
        for service in &scene.standing.services {
            let Some(look) = service.last_look else { continue };
            if self.looks.insert(service.service.clone(), look) != Some(look) {
                told.insert(service.service.clone(), look.as_ms());
            }
        }
        told
    }

    /// What became of services, for those who listen.
    fn words(&self, scene: &Scene) -> String {
        let turned = |service: &&ServiceStanding| {
            self.rows.get(&service.service).is_some_and(|shown| shown.state != service.state)
        };
        let said = |service: &ServiceStanding| {
            format!("{} is {}.", service.title, Mark::of(service.state).word.to_lowercase())
        };
        let all: Vec<String> = scene.standing.services.iter().filter(turned).map(said).collect();
        if all.len() > 5 { format!("{} services changed.", all.len()) } else { all.join(" ") }
    }

    fn pieces(&mut self, scene: &Scene) -> Vec<Piece> {
        let all = [
            ("alarms", Alarms::of(scene).render()),
            ("headline", Headline::of(scene).render()),
            ("open", OpenIncidents::of(scene).render()),
            ("works", Works::few(scene).render()),
            ("sites", Sites::of(scene, "").render()),
            ("wall", Wall::of(scene).render()),
        ];
        let written = all.map(|(id, html)| (id, html.unwrap_or_default()));
        let changed = written.into_iter().filter(|(id, html)| self.pieces.get(id) != Some(html));
        let changed: Vec<_> = changed.collect();
        self.pieces.extend(changed.iter().cloned());
        changed.into_iter().map(|(id, html)| Piece { id: id.into(), rank: None, html }).collect()
    }

    fn rows(&mut self, desk: &Desk, scene: &Scene) -> Vec<Piece> {
        let rows = Rows::of(scene, desk.serve.past.strips());
        let mut changed = Vec::new();
        for service in &scene.standing.services {
            let shown = shown(&rows, service);
            if self.rows.get(&service.service) != Some(&shown) {
                let known = self.rows.insert(service.service.clone(), shown);
                changed.extend(known.map(|_| piece(&rows, service)));
            }
        }
        changed
    }
}

fn shown(rows: &Rows, service: &ServiceStanding) -> Shown {
    let why = service.worst().map(|probe| probe.words.clone());
    Shown { state: service.state, since: service.since, why, work: rows.is_worked_on(&service.service) }
}

fn piece(rows: &Rows, service: &ServiceStanding) -> Piece {
    let html = rows.row(service).render().unwrap_or_default();
    Piece { id: format!("s-{}", service.service), rank: Some(row::rank(service)), html }
}

/// A sign of life.
fn beat(desk: &Desk, scene: &Scene) -> serde_json::Value {
    let strips = desk.serve.past.strips().at.map_or(0, Moment::as_ms);
    let (now, at) = (scene.now.as_ms(), scene.at.as_ms());
    json!({"now": now, "at": at, "clock": scene.clock(), "version": scene.version, "strips": strips})
}

fn event(head: &str, data: &serde_json::Value) -> Bytes {
    format!("{head}\ndata: {data}\n\n").into()
}
