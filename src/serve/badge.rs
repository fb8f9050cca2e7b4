//! How is one service, on a picture that any page can show?

use askama::Template;
use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    api::tagged,
    board::{ServiceStanding, Standing},
    desk::Desk,
    door::Visitor,
    past::Strips,
    routes::Route,
};
use crate::{
    config::Role,
    model::{Moment, Period, ServiceState, Slug},
    report::{Availability, Tally, decimals_of, words::share},
};

pub(super) const ROUTES: &[Route] = &[Route {
    method: Method::GET,
    path: "/badge/{file}",
    needs: Role::Public,
    does: "a service's state as a picture, SERVICE.svg; with ?period=90d, 30d or 7d its availability as well",
    handler: || get(badge),
}];

/// So long a picture may be shown without asking again.
const KEPT: &str = "private, max-age=30";

/// The widest name and words that are shown, in characters.
const WIDEST: usize = 60;

#[derive(Template)]
#[template(path = "badge.svg")]
struct Badge {
    name: String,
    words: String,
    colour: &'static str,
    width: usize,
    left: usize,
    right: usize,
}

async fn badge(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let standing = desk.standing(&visitor);
    let id: Option<Slug> = file.strip_suffix(".svg").and_then(|id| id.parse().ok());
    let Some(service) = id.and_then(|id| standing.service(&id)) else {
        return (StatusCode::NOT_FOUND, "there is nothing here\n").into_response();
    };
    let days = match days(query.as_deref().unwrap_or_default()) {
        Ok(days) => days,
        Err(words) => return (StatusCode::BAD_REQUEST, words).into_response(),
    };
    let strips = desk.serve.past.strips();
    let measured = days.map(|days| measured(&standing, service, &strips, days));
    let picture = Badge::of(&standing, service, measured).render().unwrap_or_default();
    tagged("image/svg+xml", KEPT, picture.into_bytes())
}

/// Over how many days it is to be measured, if at all.
fn days(query: &str) -> Result<Option<usize>, &'static str> {
    match query {
        "" => Ok(None),
        "period=90d" => Ok(Some(90)),
        "period=30d" => Ok(Some(30)),
        "period=7d" => Ok(Some(7)),
        _ => Err("a badge may be asked for with ?period=90d, 30d or 7d\n"),
    }
}

/// `99.95 % in 30 d`; what was watched for less says so, and where most of the time nobody saw it is not measured.
fn measured(standing: &Standing, service: &ServiceStanding, strips: &Strips, days: usize) -> String {
    let tallies = strips.services.get(&service.service).map(Vec::as_slice).unwrap_or_default();
    let last = &tallies[tallies.len().saturating_sub(days)..];
    let watched = last.iter().filter(|day| !day.total().is_zero()).count();
    let whole: Tally = last.iter().copied().sum();
    let found = Availability::of(whole, &[ServiceState::Down]);
    if found.known().is_zero() || found.unknown > found.known() {
        return "not measured".into();
    }
    let period = Period::new(Moment::default(), Moment::default() + whole.total());
    let decimals = decimals_of(&standing.outline, &service.service, period).min(2);
    format!("{} in {watched} d", share(found.good, found.known(), decimals))
}

impl Badge {
    fn of(standing: &Standing, service: &ServiceStanding, measured: Option<String>) -> Self {
        let (words, colour) = if standing.running { state(service.state) } else { ("nobody looks", UNKNOWN) };
        let active = standing.maintenance.iter().filter(|work| work.active);
        let is_planned = active.flat_map(|work| &work.maintenance.services).any(|id| *id == service.service);
        let planned = is_planned.then(|| "planned work".to_owned());
        let words: Vec<String> = [words.to_owned()].into_iter().chain(planned).chain(measured).collect();
        let (name, words) = (cut(&service.title), cut(&words.join(", ")));
        let [left, right] = [&name, &words].map(|text| 7 * text.chars().count() + 12);
        Self { name, words, colour, width: left + right, left, right }
    }
}

const UNKNOWN: &str = "#57606a";

/// Its words, and a colour on which white can be read.
fn state(state: ServiceState) -> (&'static str, &'static str) {
    match state {
        ServiceState::Up => ("up", "#1a7f37"),
        ServiceState::AtRisk => ("up, at risk", "#1b6e8c"),
        ServiceState::Degraded => ("degraded", "#8a5a00"),
        ServiceState::Partial => ("partly down", "#a33f00"),
        ServiceState::Down => ("down", "#b3261e"),
        ServiceState::Unknown => ("unknown", UNKNOWN),
    }
}

fn cut(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_control());
    if text.chars().count() <= WIDEST {
        plain.collect()
    } else {
        plain.take(WIDEST - 1).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_periods_are_known() {
        assert_eq!((days(""), days("period=7d")), (Ok(None), Ok(Some(7))));
        for bad in ["period=8d", "period=7d&x=1", "period=7d&period=7d", "period="] {
            assert!(days(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(cut(&"é".repeat(61)).chars().count(), 60);
        assert_eq!(cut("a\u{0}b"), "ab");
    }
}
