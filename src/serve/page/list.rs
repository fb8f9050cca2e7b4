//! `/incidents`: what went wrong lately, the newest first?

use std::time::Duration;

use askama::Template;
use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use url::form_urlencoded::parse;

use super::{
    answer::{Sheet, Trouble},
    frame::Frame,
    mark::Mark,
    pieces,
    scene::{Scene, Stamp},
};
use crate::{
    model::{self, Incident, Moment, Period},
    serve::{desk::Desk, door::Visitor},
};

/// So many days are on one page.
const DAYS: u64 = 30;

/// An incident in a line.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) service: String,
    pub(super) title: String,
    pub(super) mark: Mark,
    pub(super) since: Stamp,
    pub(super) until: String,
    pub(super) length: String,
    pub(super) cause: Option<String>,
    pub(super) is_open: bool,
}

#[derive(Template)]
#[template(path = "status/incidents.html")]
struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    from: Stamp,
    until: Option<Stamp>,
    older: i64,
    sees_all: bool,
}

pub(super) async fn list(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let before = before(query.as_deref().unwrap_or_default());
    // One may begin while we read.
    let until = before.unwrap_or(scene.now + Duration::from_mins(1));
    let period = Period::new(until - Duration::from_hours(24 * DAYS), until);
    let sheet = match desk.serve.past.incidents(period).await {
        Ok(incidents) => Sheet::of(StatusCode::OK, &page(&scene, &incidents, period, before)),
        Err(why) => Trouble::Past(why).page(&scene),
    };
    sheet.send(&headers)
}

/// The time that was asked for: `before=` milliseconds.
pub(super) fn before(query: &str) -> Option<Moment> {
    let value = parse(query.as_bytes()).find(|(key, _)| key == "before").map(|(_, value)| value);
    let ms = value?.parse::<i64>().ok().filter(|ms| (0..=253_402_300_800_000).contains(ms))?;
    Some(Moment::from_ms(ms))
}

fn page(scene: &Scene, incidents: &[Incident], period: Period, before: Option<Moment>) -> ListPage {
    let began = |incident: &&Incident| {
        incident.since().is_some_and(|since| period.contains(since) || incident.is_open() && before.is_none())
    };
    let shown = incidents.iter().rev().filter(|incident| scene.shows(&incident.service)).filter(began);
    ListPage {
        frame: Frame::of(scene, "Incidents", "/incidents"),
        lines: shown.map(|incident| Line::of(scene, incident)).collect(),
        from: scene.stamp(period.from),
        until: before.map(|until| scene.stamp(until)),
        older: period.from.as_ms(),
        sees_all: scene.sees_all(),
    }
}

impl Line {
    pub(super) fn of(scene: &Scene, incident: &Incident) -> Self {
        Self {
            id: incident.id.to_string(),
            service: incident.service.to_string(),
            title: scene.title(&incident.service),
            mark: Mark::of_kind(incident.kind),
            since: scene.stamp(incident.since().unwrap_or(scene.at)),
            until: incident.until().map_or_else(|| "lasts".into(), |until| scene.short(until)),
            length: model::length(incident, scene.at),
            cause: pieces::cause(incident).filter(|_| scene.sees_all()),
            is_open: incident.is_open(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_none_is_not_taken() {
        assert_eq!(before("a=1&before=1790000000000"), Some(Moment::from_ms(1_790_000_000_000)));
        for bad in ["", "before=", "before=x", "before=-1", "before=99999999999999999"] {
            assert_eq!(before(bad), None, "{bad}");
        }
    }
}
