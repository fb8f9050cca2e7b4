//! Who asks, and may they?

mod near;
mod visitor;

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

pub use visitor::{Visitor, Way};

use super::desk::Desk;
use crate::config::Role;

/// Lets a request through if whoever asks has the role that it `needs`, and says who that is.
pub(super) async fn admit(
    State(_desk): State<Desk>,
    needs: Role,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(peer) = request.extensions().get::<SocketAddr>().copied() else {
        return (StatusCode::FORBIDDEN, "nobody knows who asks\n").into_response();
    };
    let visitor = near::visitor(peer, request.headers());
    if visitor.role < needs {
        let words = format!("this needs the role `{needs}`; asked by {}\n", visitor.name);
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}
