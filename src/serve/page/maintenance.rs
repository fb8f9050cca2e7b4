//! `/maintenance`: what is planned now, next and lately; how is it announced, and ended?

use std::{collections::HashMap, time::Duration};

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use jiff::{civil::DateTime, tz::TimeZone};
use url::form_urlencoded::parse;

use super::{
    answer::{Sheet, Trouble},
    frame::Frame,
    mark::Mark,
    pieces::{Work, Works},
    scene::{Scene, Stamp},
};
use crate::{
    config::Role,
    model::{Announcement, Moment, Period, Slug},
    serve::{
        Ask,
        desk::{Desk, TURN},
        door::Visitor,
        past::{NoPast, Occurrence},
    },
};

/// Work that began so many days ago is told.
const DAYS: u64 = 30;

#[derive(Template)]
#[template(path = "status/maintenance.html")]
struct MaintenancePage {
    frame: Frame,
    works: Vec<Work>,
    done: Result<Vec<Done>, String>,
    services: Vec<(String, String)>,
    zone: String,
    now: String,
    operates: bool,
}

/// An occurrence that is over.
struct Done {
    from: Stamp,
    until: Stamp,
    services: String,
    reason: String,
    by: String,
    late: bool,
}

pub(super) async fn maintenance(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let period = Period::new(scene.now - Duration::from_hours(24 * DAYS), scene.now);
    let done = desk.serve.past.works(period).await;
    Sheet::of(StatusCode::OK, &page(&scene, done)).send(&headers)
}

/// Announces planned work; back to the page then.
pub(super) async fn announce(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let done = async {
        let announcement = announcement(&body, &scene.zone, &visitor.name).map_err(Trouble::Wrong)?;
        Ok(desk.ask(TURN, |answer| Ask::Announce(announcement, visitor.by(), answer)).await.map(drop)?)
    };
    back(done.await, &scene, &headers)
}

/// Ends it, or takes it back before it began.
pub(super) async fn end(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let done = async {
        let id = id.parse::<Slug>().map_err(|_| Trouble::Missing("No planned work has this name."))?;
        Ok(desk.ask(TURN, |answer| Ask::Withdraw(id, visitor.by(), answer)).await?)
    };
    back(done.await, &scene, &headers)
}

fn back(done: Result<(), Trouble>, scene: &Scene, headers: &HeaderMap) -> Response {
    match done {
        Ok(()) => Redirect::to("/maintenance").into_response(),
        Err(trouble) => trouble.page(scene).send(headers),
    }
}

/// What a form announces; `from` is by the clock of `zone`.
fn announcement(body: &[u8], zone: &TimeZone, by: &str) -> Result<Announcement, String> {
    let mut services = Vec::new();
    let mut fields: HashMap<String, String> = HashMap::new();
    for (key, value) in parse(body) {
        if key == "service" {
            let service = value.parse::<Slug>().map_err(|_| format!("no service is called `{value}`"))?;
            services.push(service);
        } else {
            fields.insert(key.into_owned(), value.trim().to_owned());
        }
    }
    let field = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    Ok(Announcement {
        services,
        from: field("from").map(|from| local(from, zone)).transpose()?,
        lasts_ms: length(field("hours"), field("minutes"))?,
        reason: field("reason").cloned().unwrap_or_default(),
        declared_by: by.to_owned(),
    })
}

/// A time that is written as browsers do: `2026-12-06T22:00`.
fn local(text: &str, zone: &TimeZone) -> Result<Moment, String> {
    let wrong = || format!("`{text}` is no date and time; write it as 2026-12-06T22:00");
    let at: DateTime = text.parse().map_err(|_| wrong())?;
    let at = at.to_zoned(zone.clone()).map_err(|_| wrong())?;
    Ok(Moment::from_ms(at.timestamp().as_millisecond()))
}

/// Milliseconds.
fn length(hours: Option<&String>, minutes: Option<&String>) -> Result<u64, String> {
    let number = |text: Option<&String>| match text {
        None => Ok(0),
        Some(text) => text.parse::<u32>().map_err(|_| format!("`{text}` is no whole number")),
    };
    Ok(u64::from(number(hours)?) * 3_600_000 + u64::from(number(minutes)?) * 60_000)
}

fn page(scene: &Scene, done: Result<Vec<Occurrence>, NoPast>) -> MaintenancePage {
    let operates = scene.visitor.role >= Role::Operate;
    let mut services: Vec<_> =
        scene.standing.services.iter().map(|one| (one.service.to_string(), one.title.clone())).collect();
    services.sort_by(|one, other| one.1.cmp(&other.1));
    let local = scene.exact(scene.now);
    MaintenancePage {
        frame: Frame::of(scene, "Planned work", "/maintenance").with_form(),
        works: Works::all(scene),
        done: done.map(|done| over(scene, done)).map_err(|why| told(scene, &why)),
        services,
        zone: scene.outline().zone.clone(),
        now: local.get(..16).map_or_else(String::new, |local| local.replace(' ', "T")),
        operates,
    }
}

fn told(scene: &Scene, why: &NoPast) -> String {
    if scene.sees_all() { why.to_string() } else { "it cannot be read just now".into() }
}

/// The occurrences that ended, the newest first, as far as the visitor may see them.
fn over(scene: &Scene, occurred: Vec<Occurrence>) -> Vec<Done> {
    let ended = occurred.into_iter().rev().filter(|one| one.period.until <= scene.now);
    ended.filter_map(|one| Done::of(scene, one)).collect()
}

impl Done {
    fn of(scene: &Scene, one: Occurrence) -> Option<Self> {
        let shown: Vec<String> =
            one.services.iter().filter(|id| scene.shows(id)).map(|id| scene.title(id)).collect();
        let by = one.work.as_ref().filter(|_| scene.sees_all()).map(|work| work.declared_by.clone());
        (!shown.is_empty()).then(|| Self {
            from: scene.stamp(one.period.from),
            until: scene.stamp(one.period.until),
            services: shown.join(", "),
            reason: one.work.map(|work| work.reason).unwrap_or_default(),
            by: by.unwrap_or_default(),
            late: one.late,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Announcement, String> {
        announcement(body.as_bytes(), &TimeZone::get("Europe/London").unwrap(), "anna")
    }

    #[test]
    fn a_form_is_read_by_the_clock_of_the_site() {
        let read = read("service=epr&service=pacs&from=2026-07-06T22%3A00&hours=2&minutes=30&reason=Upgrade")
            .unwrap();
        assert_eq!(read.services.len(), 2);
        assert_eq!(read.from.unwrap().to_string(), "2026-07-06T21:00:00.000Z");
        assert_eq!((read.lasts_ms, read.declared_by.as_str()), (9_000_000, "anna"));
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        assert_eq!(read("service=epr&reason=x").unwrap().from, None);
        for (body, words) in [
            ("service=E%20PR", "no service is called"),
            ("from=tomorrow", "is no date"),
            ("hours=-1", "no whole number"),
            ("minutes=1e9", "no whole number"),
        ] {
            assert!(read(body).unwrap_err().contains(words), "{body}");
        }
    }
}
