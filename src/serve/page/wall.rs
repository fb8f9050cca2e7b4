//! `/wall`: what does everybody in the room see from afar? What is not up fills the screen.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    answer::Sheet,
    frame::{self, Alarm, Frame},
    headline::{self, Count},
    mark::{Mark, WORST_FIRST},
    scene::Scene,
};
use crate::{
    model::ServiceState,
    serve::{board::ServiceStanding, desk::Desk, door::Visitor},
};

/// What changes on it.
#[derive(Template)]
#[template(path = "status/wall-piece.html")]
pub(super) struct Wall {
    sentence: String,
    planned: Option<String>,
    counts: Vec<Count>,
    alarms: Vec<Alarm>,
    tiles: Vec<Tile>,
    /// How many have no room.
    more: usize,
    /// How large the tiles are.
    size: &'static str,
    worst: &'static str,
}

/// A service that is not up.
struct Tile {
    title: String,
    mark: Mark,
    lapse: String,
    why: Option<String>,
    seen: Option<String>,
    work: bool,
}

#[derive(Template)]
#[template(path = "status/wall.html")]
struct WallPage {
    frame: Frame,
    wall: Wall,
}

pub(super) async fn wall(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let sheet = desk.pages.kept(&desk, &visitor, "\nwall", || {
        let scene = Scene::of(&desk, &visitor);
        Sheet::of(
            StatusCode::OK,
            &WallPage { frame: Frame::of(&scene, "Wall", "/wall"), wall: Wall::of(&scene) },
        )
    });
    sheet.send(&headers)
}

impl Wall {
    /// More tiles than this cannot be read from afar.
    const MOST: usize = 24;

    pub(super) fn of(scene: &Scene) -> Self {
        let mut ill: Vec<&ServiceStanding> =
            scene.standing.services.iter().filter(|service| service.state != ServiceState::Up).collect();
        ill.sort_by_key(|service| WORST_FIRST.iter().position(|state| *state == service.state));
        let counts = headline::counts(scene);
        Self {
            sentence: headline::headline(scene),
            planned: headline::planned(scene),
            worst: counts.first().map_or("unknown", |one| one.state),
            counts,
            alarms: frame::alarms(scene),
            size: size(ill.len()),
            more: ill.len().saturating_sub(Self::MOST),
            tiles: ill.into_iter().take(Self::MOST).map(|service| Tile::of(scene, service)).collect(),
        }
    }
}

impl Tile {
    fn of(scene: &Scene, service: &ServiceStanding) -> Self {
        let id = &service.service;
        let works = scene.standing.maintenance.iter();
        let open = scene.standing.incidents.iter().filter(|open| open.incident.service == *id);
        let seen = open.flat_map(|open| &open.notes).rfind(|note| note.acknowledges);
        Self {
            title: service.title.clone(),
            mark: Mark::of(service.state),
            lapse: service.since.map_or_else(String::new, |since| coarse(&scene.lapse(since))),
            why: service.worst().map(|probe| probe.words.clone()),
            seen: seen.map(|note| note.by.clone()),
            work: works.filter(|one| one.active).any(|one| one.maintenance.services.contains(id)),
        }
    }
}

/// Without seconds once there are minutes: from afar they only flicker.
fn coarse(lapse: &str) -> String {
    let parts: Vec<&str> = lapse.split(' ').collect();
    if parts.len() == 4 && parts[3] == "s" { parts[..2].join(" ") } else { lapse.to_owned() }
}

/// As few as there are, so large can they be.
fn size(tiles: usize) -> &'static str {
    match tiles {
        0 | 1 => "one",
        2 => "two",
        3..=4 => "four",
        5..=9 => "nine",
        _ => "many",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_do_not_flicker() {
        let told = ["42 m 10 s", "7 s", "1 h 2 m", "42 m"].map(coarse);
        assert_eq!(told, ["42 m", "7 s", "1 h 2 m", "42 m"]);
    }
}
