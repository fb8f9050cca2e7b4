//! How does a page reach a browser? Small, never from an old store, and in the same clothes where something is wrong.

use std::io::Write as _;

use askama::Template;
use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};

use super::{frame::Frame, scene::Scene};
use crate::serve::{desk::Refused, past::NoPast};

/// Less than this is not worth pressing.
const SMALL: usize = 1024;

/// A page as it is sent.
#[derive(Clone)]
pub(super) struct Sheet {
    pub(super) status: StatusCode,
    plain: Bytes,
    pressed: Option<Bytes>,
}

/// Why a page is not shown.
pub(super) enum Trouble {
    /// There is no such thing, or not for this visitor.
    Missing(&'static str),
    /// What was written cannot be taken.
    Wrong(String),
    /// The ledger cannot be read.
    Past(NoPast),
    /// The loop does not answer.
    Loop(StatusCode, String),
}

#[derive(Template)]
#[template(path = "status/trouble.html")]
struct TroublePage {
    frame: Frame,
    heading: &'static str,
    words: String,
}

impl Sheet {
    /// `page` as it is sent with `status`.
    pub(super) fn of(status: StatusCode, page: &impl Template) -> Self {
        // Writing to a string cannot fail.
        let plain = Bytes::from(page.render().unwrap_or_default());
        let pressed = (plain.len() > SMALL).then(|| pressed(&plain, 5));
        Self { status, plain, pressed }
    }

    pub(super) fn send(&self, headers: &HeaderMap) -> Response {
        let named = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "private, no-cache"),
            (header::VARY, "Accept-Encoding, Cookie"),
        ];
        match self.pressed.clone().filter(|_| takes_gzip(headers)) {
            Some(pressed) => {
                (self.status, named, [(header::CONTENT_ENCODING, "gzip")], pressed).into_response()
            }
            None => (self.status, named, self.plain.clone()).into_response(),
        }
    }
}

impl Trouble {
    pub(super) fn page(self, scene: &Scene) -> Sheet {
        let (status, heading, words) = self.told(scene.sees_all());
        Sheet::of(status, &TroublePage { frame: Frame::of(scene, heading, "").with_form(), heading, words })
    }

    fn told(self, sees_all: bool) -> (StatusCode, &'static str, String) {
        match self {
            Self::Missing(words) => (StatusCode::NOT_FOUND, "There is nothing here", words.into()),
            Self::Wrong(words) => (StatusCode::UNPROCESSABLE_ENTITY, "That was not taken", sentence(&words)),
            Self::Past(why) if sees_all => {
                (StatusCode::SERVICE_UNAVAILABLE, "The past cannot be read", sentence(&why.to_string()))
            }
            Self::Past(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The past cannot be read",
                "How everything stands now is on the first page.".into(),
            ),
            Self::Loop(status, words) => (status, "That was not done", sentence(&words)),
        }
    }
}

impl From<NoPast> for Trouble {
    fn from(why: NoPast) -> Self {
        Self::Past(why)
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        let (status, words) = refused.told();
        Self::Loop(status, words)
    }
}

/// What is answered where there is nothing.
pub(in crate::serve) async fn nothing(headers: HeaderMap) -> Response {
    let wants_page = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !wants_page.is_some_and(|wanted| wanted.contains("text/html")) {
        return (StatusCode::NOT_FOUND, "there is nothing here\n").into_response();
    }
    let (frame, heading) = (Frame::bare("Nothing here"), "There is nothing here");
    let words = "The address may be mistyped, or what was there is no longer watched.".into();
    Sheet::of(StatusCode::NOT_FOUND, &TroublePage { frame, heading, words }).send(&headers)
}

/// Whether the browser takes gzip.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let named = |one: &str| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("gzip") && parts.all(|part| !matches!(part, "q=0" | "q=0.0"))
    };
    accepted.is_some_and(|accepted| accepted.split(',').any(named))
}

/// `bytes` in gzip.
pub(super) fn pressed(bytes: &[u8], level: u32) -> Bytes {
    let mut press = GzEncoder::new(Vec::with_capacity(bytes.len() / 6), Compression::new(level));
    // Writing to a vector cannot fail.
    let _ = press.write_all(bytes);
    press.finish().unwrap_or_default().into()
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.trim_end_matches(['.', '\n']).chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str() + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_whom_takes_it() {
        let takes = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, text.parse().unwrap());
            takes_gzip(&headers)
        };
        assert!(takes("gzip") && takes("deflate, gzip;q=0.5, br") && takes("br,gzip"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("xgzip") && !takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn words_become_a_sentence() {
        assert_eq!(sentence("a note says something\n"), "A note says something.");
        assert_eq!(sentence(""), ".");
    }
}
