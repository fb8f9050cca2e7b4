//! How is what was asked handed back, and how little if the client has it already?

use std::fmt::Write;

use aws_lc_rs::digest;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::problem::Problem;

/// What a handler comes to.
pub(super) type Answer = Result<Response, Problem>;

/// Nobody but who asked may keep it, and nobody may use what he kept without asking.
pub(in crate::serve) const UNKEPT: &str = "private, no-cache";

/// `value` as JSON.
pub(super) fn json(value: &impl Serialize) -> Answer {
    let text = serde_json::to_vec(value)
        .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the reply could not be written"))?;
    Ok(tagged("application/json", UNKEPT, text))
}

/// `body` of some media type, with the tag that tells it from others.
pub(in crate::serve) fn tagged(media: &'static str, keep: &'static str, body: Vec<u8>) -> Response {
    let tag = tag(&body);
    let form = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, keep)];
    (form, [(header::ETAG, tag)], body).into_response()
}

fn tag(body: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, body);
    let mut tag = String::from("\"");
    for byte in digest.as_ref().iter().take(16) {
        let _ = write!(tag, "{byte:02x}"); // a text takes all that it is given
    }
    tag + "\""
}

/// Tells programs of failures as [`Problem`]s, whoever found them, and spares clients what they have already.
pub(in crate::serve) async fn manners(request: Request, next: Next) -> Response {
    let is_ours = request.uri().path().starts_with("/api/");
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let held = request.headers().get(header::IF_NONE_MATCH).filter(|_| reads).cloned();
    let reply = next.run(request).await;
    let failed = reply.status().is_client_error() || reply.status().is_server_error();
    let is_told = reply.headers().get(header::CONTENT_TYPE).is_some_and(|media| media == Problem::MEDIA);
    if is_ours && failed && !is_told {
        return Problem::of(reply).await;
    }
    match held {
        Some(held) if has(&held, reply.headers()) => unchanged(reply),
        _ => reply,
    }
}

/// Whether one of the tags that a client `held` is that of the reply.
fn has(held: &HeaderValue, headers: &HeaderMap) -> bool {
    let (Ok(held), Some(tag)) = (held.to_str(), headers.get(header::ETAG)) else { return false };
    held.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag)
}

fn unchanged(reply: Response) -> Response {
    let (mut head, _) = reply.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::CONTENT_TYPE);
    head.status = StatusCode::NOT_MODIFIED;
    (head, ()).into_response()
}
