//! What is taken from a reply for the steps to come? Pure.

use hyper::header::HeaderName;
use serde_json::Value;

use crate::{
    probe::http::{Path, Reply},
    raw::{Pattern, Secret},
};

/// Where a value is found in a reply.
#[derive(Debug)]
pub(super) enum Take {
    /// Where it matches in the body: the first group, or the whole match where there is none.
    Regex(Pattern),
    /// Where this leads in a JSON body: a text, a number or a truth.
    Json(Path),
    /// A header.
    Header(HeaderName),
}

/// The longest value that is taken, in bytes.
const LONGEST: usize = 8 << 10;

impl Take {
    /// The value, if there is one.
    pub(super) fn from(&self, reply: &Reply) -> Option<Secret> {
        let found = match self {
            Self::Regex(pattern) => {
                let text = String::from_utf8_lossy(&reply.body.bytes);
                let group = |group| Some(pattern.expand(&text, group)).filter(|found| !found.is_empty());
                group("${1}").or_else(|| group("${0}"))?
            }
            Self::Json(path) => match path.first(reply.json()?)? {
                Value::String(text) => text.clone(),
                value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
                _ => return None,
            },
            Self::Header(name) => reply.headers.get(name)?.to_str().ok()?.to_owned(),
        };
        Some(found).filter(|found| !found.is_empty() && found.len() <= LONGEST).map(Secret::new)
    }

    /// What was looked for.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::Regex(pattern) => format!("a match of /{}/", pattern.as_str()),
            Self::Json(path) => format!("a value at {}", path.as_str()),
            Self::Header(name) => format!("the header {name}"),
        }
    }
}
