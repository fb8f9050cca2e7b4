//! `/`: what is down, since when, what is being done, and how is everything else?

use askama::Template;
use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    answer::Sheet,
    filter::{Filter, choices},
    frame::Frame,
    mark::{Mark, WORST_FIRST},
    pieces::{Headline, OpenIncidents, Works},
    row::{Row, Rows},
    scene::Scene,
    sites::Sites,
};
use crate::{
    model::{Moment, Slug},
    serve::{board::ServiceStanding, desk::Desk, door::Visitor},
};

/// So many services are on one page.
pub(super) const PAGE: usize = 200;

#[derive(Template)]
#[template(path = "status/front.html")]
struct Front<'s> {
    frame: Frame,
    brief: String,
    headline: Headline,
    open: OpenIncidents,
    works: Works,
    sites: Sites,
    filter: Filter,
    states: Vec<(&'static str, &'static str)>,
    tiers: Vec<&'s str>,
    owners: Vec<&'s str>,
    others: Vec<&'s str>,
    rows: Vec<Row>,
    /// Whether these are the first of all services, so that one that falls belongs here.
    whole: bool,
    strips: i64,
    found: usize,
    first: usize,
    last: usize,
    pages: Vec<(String, usize, bool)>,
}

pub(super) async fn front(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let sheet = desk.pages.kept(&desk, &visitor, &query, || {
        let scene = Scene::of(&desk, &visitor);
        Sheet::of(StatusCode::OK, &page(&desk, &scene, Filter::parse(&query)))
    });
    sheet.send(&headers)
}

fn page<'s>(desk: &Desk, scene: &'s Scene, filter: Filter) -> Front<'s> {
    let strips = desk.serve.past.strips();
    let at = strips.at.map_or(0, Moment::as_ms);
    let rows = Rows::of(scene, strips);
    let found: Vec<&ServiceStanding> =
        scene.standing.services.iter().filter(|service| filter.admits(scene, service)).collect();
    let skipped = PAGE * (filter.page - 1).min(found.len().saturating_sub(1) / PAGE);
    let shown: Vec<Row> = found.iter().skip(skipped).take(PAGE).map(|service| rows.row(service)).collect();
    let headline = Headline::of(scene);
    Front {
        frame: Frame::of(scene, "Services", "/"),
        brief: headline.sentence.trim_end_matches('.').to_owned(),
        headline,
        open: OpenIncidents::of(scene),
        works: Works::few(scene),
        sites: Sites::of(scene, &filter.site),
        states: WORST_FIRST.map(|state| (state.label(), Mark::of(state).word)).to_vec(),
        tiers: choices(scene, |service| service.tier.as_ref()),
        owners: choices(scene, |service| service.owner.as_ref()),
        others: others(scene),
        whole: !filter.is_any() && skipped == 0,
        strips: at,
        first: skipped + 1,
        last: skipped + shown.len(),
        pages: pages(&filter, found.len(), skipped / PAGE + 1),
        found: found.len(),
        rows: shown,
        filter,
    }
}

/// The other sites, for those who may know of them.
fn others(scene: &Scene) -> Vec<&str> {
    let sites = scene.sites.keys().map(Slug::as_str);
    sites.filter(|_| scene.sees_all()).collect()
}

/// The ways to all pages, and which of them this is.
fn pages(filter: &Filter, found: usize, here: usize) -> Vec<(String, usize, bool)> {
    (1..=found.div_ceil(PAGE)).map(|page| (filter.link(page), page, page == here)).collect()
}
