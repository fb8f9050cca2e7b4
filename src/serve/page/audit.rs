//! `/audit`: who changed what, the newest first?

use std::time::Duration;

use askama::Template;
use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    answer::{Sheet, Trouble},
    frame::Frame,
    list::before,
    scene::{Scene, Stamp},
};
use crate::{
    model::{Deed, Period},
    serve::{desk::Desk, door::Visitor},
};

/// So many days are on one page.
const DAYS: u64 = 90;

#[derive(Template)]
#[template(path = "status/audit.html")]
struct AuditPage {
    frame: Frame,
    deeds: Vec<(Stamp, Deed)>,
    from: Stamp,
    older: i64,
}

pub(super) async fn audit(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let until = before(query.as_deref().unwrap_or_default()).unwrap_or(scene.now + Duration::from_mins(1));
    let period = Period::new(until - Duration::from_hours(24 * DAYS), until);
    let sheet = match desk.serve.past.deeds(period).await {
        Ok(deeds) => Sheet::of(StatusCode::OK, &page(&scene, deeds, period)),
        Err(why) => Trouble::Past(why).page(&scene),
    };
    sheet.send(&headers)
}

fn page(scene: &Scene, deeds: Vec<Deed>, period: Period) -> AuditPage {
    AuditPage {
        frame: Frame::of(scene, "Audit", "/audit"),
        deeds: deeds.into_iter().rev().map(|deed| (scene.stamp(deed.at), deed)).collect(),
        from: scene.stamp(period.from),
        older: period.from.as_ms(),
    }
}
