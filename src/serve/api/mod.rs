//! What can programs ask, and change?

use axum::{
    Extension,
    extract::State,
    http::{Method, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{desk::Desk, door::Visitor, routes::Route};
use crate::config::Role;

pub(super) const ROUTES: &[Route] = &[Route {
    method: Method::GET,
    path: "/api/v1/status",
    needs: Role::Public,
    does: "how everything stands",
    handler: || get(status),
}];

async fn status(State(desk): State<Desk>, Extension(visitor): Extension<Visitor>) -> Response {
    let standing = desk.standing(&visitor);
    let json = serde_json::to_string(&standing).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}
