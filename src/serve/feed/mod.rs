//! What do those hear who read feeds? The incidents of the last 30 days, as Atom and as RSS.

mod item;

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use self::item::{Item, Stamp, plain};
use super::{
    api::{UNKEPT, tagged},
    desk::Desk,
    door::Visitor,
    past::NoPast,
    routes::Route,
};
use crate::{
    config::Role,
    model::{Incident, Moment, Period},
};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/feed.atom",
        needs: Role::Public,
        does: "the incidents of the last 30 days, as Atom",
        handler: || get(atom),
    },
    Route {
        method: Method::GET,
        path: "/feed.rss",
        needs: Role::Public,
        does: "the same, as RSS",
        handler: || get(rss),
    },
];

/// How far a feed goes back.
const MONTH: Duration = Duration::from_hours(24 * 30);

/// No feed has more items.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "feed/atom.xml")]
struct Atom {
    feed: Feed,
}

#[derive(Template)]
#[template(path = "feed/rss.xml")]
struct Rss {
    feed: Feed,
}

/// What a feed says.
struct Feed {
    site: String,
    /// What its name for programs begins with, the same for ever.
    id: String,
    /// Where we are reached.
    base: String,
    updated: Stamp,
    items: Vec<Item>,
}

async fn atom(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    told(feed(&desk, &visitor, &headers).await, "application/atom+xml; charset=utf-8", |feed| {
        Atom { feed }.render()
    })
}

async fn rss(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    told(feed(&desk, &visitor, &headers).await, "application/rss+xml; charset=utf-8", |feed| {
        Rss { feed }.render()
    })
}

fn told(
    feed: Result<Feed, NoPast>,
    media: &'static str,
    write: impl FnOnce(Feed) -> askama::Result<String>,
) -> Response {
    match feed.map(write) {
        Ok(Ok(text)) => tagged(media, UNKEPT, text.into_bytes()),
        Ok(Err(_)) => (StatusCode::INTERNAL_SERVER_ERROR, "the feed could not be written\n").into_response(),
        Err(why) => {
            tracing::error!(%why, "a question to the ledger failed");
            (StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be read; the agent's log says why\n")
                .into_response()
        }
    }
}

async fn feed(desk: &Desk, visitor: &Visitor, headers: &HeaderMap) -> Result<Feed, NoPast> {
    let (now, standing) = ((desk.serve.wall)(), desk.standing(visitor));
    let sees_all = visitor.sees_all();
    let shown = Arc::new(standing);
    let known = Arc::clone(&shown);
    let is_shown = move |one: &Incident| sees_all || known.service(&one.service).is_some();
    let month = Period::new(now - MONTH, now + Duration::from_millis(1));
    let found = desk.serve.past.newest(month, MOST, is_shown).await?.into_iter();
    let items: Vec<Item> =
        found.map(|(incident, notes)| Item::of(&shown, incident, &notes, sees_all, now)).collect();
    let site = plain(&shown.outline.site);
    let day = Moment::from_ms(now.as_ms() - now.as_ms().rem_euclid(86_400_000));
    Ok(Feed {
        id: format!("urn:wardround:{site}"),
        site,
        base: base(desk, headers),
        updated: items.iter().map(|item| item.updated).max().unwrap_or(Stamp(day)),
        items,
    })
}

/// Where we are reached: as it is written in the configuration, or as whoever asks says.
fn base(desk: &Desk, headers: &HeaderMap) -> String {
    let plan = desk.serve.plans.borrow().clone();
    let serving = plan.as_ref().map(|plan| plan.serve());
    if let Some(url) = serving.and_then(|serving| serving.url()) {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let scheme = if serving.is_some_and(|serving| serving.tls().is_some()) { "https" } else { "http" };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host));
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]_".contains(c))
}
