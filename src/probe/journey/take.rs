//! What is taken from a reply for the steps to come? Pure.

use hyper::header::{self, HeaderName};
use serde_json::Value;
use url::form_urlencoded;

use super::entity;
use crate::{
    probe::http::{Path, Place, Reply},
    raw::{Pattern, Secret},
};

/// Where a value is found in a reply.
#[derive(Debug)]
pub(super) enum Take {
    /// Where it matches in the body: the first group, or the whole match where there is none.
    Regex(Pattern),
    /// Where it matches in the URL to which redirects led.
    Url(Pattern),
    /// Where this leads in a JSON body: a text, a number or a truth.
    Json(Path),
    /// A header.
    Header(HeaderName),
}

/// The longest value that is taken, in bytes.
const LONGEST: usize = 8 << 10;

impl Take {
    /// The value, if there is one. `place` is where the reply comes from.
    pub(super) fn from(&self, reply: &Reply, place: &Place) -> Option<Secret> {
        let found = match self {
            Self::Regex(pattern) => {
                let found = matched(pattern, &String::from_utf8_lossy(&reply.body.bytes))?;
                if is_html(reply) { entity::read(&found) } else { found }
            }
            Self::Url(pattern) => decoded(&matched(pattern, place.as_str())?),
            Self::Json(path) => match path.first(reply.json()?)? {
                Value::String(text) => text.clone(),
                value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
                _ => return None,
            },
            Self::Header(name) => reply.headers.get(name)?.to_str().ok()?.to_owned(),
        };
        Some(found).filter(|found| !found.is_empty() && found.len() <= LONGEST).map(Secret::new)
    }

    /// Whether it stands in the body.
    pub(super) fn is_of_body(&self) -> bool {
        matches!(self, Self::Regex(_) | Self::Json(_))
    }

    /// What was looked for.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::Regex(pattern) => format!("a match of /{}/", pattern.as_str()),
            Self::Url(pattern) => format!("a match of /{}/ in the URL", pattern.as_str()),
            Self::Json(path) => format!("a value at {}", path.as_str()),
            Self::Header(name) => format!("the header {name}"),
        }
    }
}

fn matched(pattern: &Pattern, text: &str) -> Option<String> {
    let group = |group| Some(pattern.expand(text, group)).filter(|found| !found.is_empty());
    group("${1}").or_else(|| group("${0}"))
}

/// A part of a URL in plain words, as it stands in a query.
fn decoded(text: &str) -> String {
    let value =
        |part: &str| form_urlencoded::parse(format!("={part}").as_bytes()).map(|(_, value)| value).collect();
    let parts: Vec<String> = text.split('&').map(value).collect();
    parts.join("&")
}

fn is_html(reply: &Reply) -> bool {
    let kind =
        reply.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|html| kind.eq_ignore_ascii_case(html))
}
