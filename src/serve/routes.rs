//! Which routes are there, and who may ask? One table; what is not in it is not answered.

use axum::{
    Router,
    http::{Method, StatusCode},
    middleware,
    routing::MethodRouter,
};

use super::{agent, api, badge, desk::Desk, door, feed, page, probe};
use crate::config::Role;

/// One thing that can be asked.
#[derive(Debug)]
pub struct Route {
    /// How.
    pub method: Method,
    /// Where; `{…}` stands for one segment.
    pub path: &'static str,
    /// Who may ask.
    pub needs: Role,
    /// What it does, in a line.
    pub does: &'static str,
    pub(super) handler: fn() -> MethodRouter<Desk>,
}

/// Every route there is.
pub fn all() -> impl Iterator<Item = &'static Route> {
    let programs = api::operations().map(|operation| &operation.route);
    programs.chain(
        [
            door::ROUTES,
            door::OIDC_ROUTES,
            page::ROUTES,
            feed::ROUTES,
            badge::ROUTES,
            agent::ROUTES,
            probe::ROUTES,
        ]
        .into_iter()
        .flatten(),
    )
}

/// What a listener for metrics alone answers, to whoever reaches it.
pub(super) fn of_metrics(desk: Desk) -> Router {
    let open = all().filter(|route| door::OF_METRICS.contains(&route.path));
    let router = open.fold(Router::new(), |router, route| router.route(route.path, (route.handler)()));
    router.fallback(nothing).layer(middleware::map_response(door::dressed)).with_state(desk)
}

async fn nothing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "there is nothing here\n")
}

pub(super) fn routes(desk: Desk) -> Router {
    let mut router = Router::new();
    for route in all() {
        let needs = route.needs;
        let gate = middleware::from_fn(move |request, next| door::admit(needs, request, next));
        router = router.route(route.path, (route.handler)().route_layer(gate));
    }
    let entrance = middleware::from_fn_with_state(desk.clone(), door::enter);
    router.fallback(page::nothing).layer(entrance).layer(middleware::from_fn(api::manners)).with_state(desk)
}
