//! Which routes are there, and who may ask? One table; what is not in it is not answered.

use axum::{Router, extract::DefaultBodyLimit, http::Method, middleware, routing::MethodRouter};

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

/// The largest body that is read, in bytes.
const BODY: usize = 64 * 1024;

/// Every route there is.
pub fn all() -> impl Iterator<Item = &'static Route> {
    let programs = api::operations().map(|operation| &operation.route);
    programs.chain(
        [page::ROUTES, feed::ROUTES, badge::ROUTES, agent::ROUTES, probe::ROUTES].into_iter().flatten(),
    )
}

pub(super) fn routes(desk: Desk) -> Router {
    let mut router = Router::new();
    for route in all() {
        let needs = route.needs;
        let gate = middleware::from_fn_with_state(desk.clone(), move |state, request, next| {
            door::admit(state, needs, request, next)
        });
        router = router.route(route.path, (route.handler)().route_layer(gate));
    }
    let manners = middleware::from_fn(api::manners);
    router.fallback(page::nothing).layer(manners).layer(DefaultBodyLimit::max(BODY)).with_state(desk)
}
