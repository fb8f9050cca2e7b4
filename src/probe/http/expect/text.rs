//! Which texts break an expectation of the body?

use super::{UNREAD, glimpse::glimpse};
use crate::{
    model::Check,
    probe::{Findings, http::reply::Reply, printable},
    raw::Pattern,
};

/// What is expected of the text of a body. Bytes that are no UTF-8 read as `U+FFFD`.
#[derive(Debug)]
pub(in crate::probe::http) enum Text {
    Contains(String),
    ContainsNot(String),
    Matches(Pattern),
    MatchesNot(Pattern),
}

/// How many bytes are shown before what should not be there.
const BEFORE: usize = 40;

/// How many characters are shown around what should not be there.
const AROUND: usize = 120;

pub(super) fn judge(all: &[Text], reply: &Reply, findings: &mut Findings) {
    if all.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(&reply.body.bytes);
    for wanted in all {
        if let Err(got) = wanted.judge(&text, reply) {
            findings.broken(Check::Body, "", wanted.told(), got);
        }
    }
}

impl Text {
    fn judge(&self, text: &str, reply: &Reply) -> Result<(), String> {
        let (found, wanted) = match self {
            Self::Contains(wanted) => (text.contains(wanted), true),
            Self::ContainsNot(unwanted) => (text.contains(unwanted), false),
            Self::Matches(wanted) => (wanted.is_match(text), true),
            Self::MatchesNot(unwanted) => (unwanted.is_match(text), false),
        };
        match (found, wanted) {
            (false, _) if reply.body.cut => Err(UNREAD.to_owned()),
            (true, true) | (false, false) => Ok(()),
            (true, false) => Err(self.place(text).unwrap_or_else(|| glimpse(reply))),
            (false, true) => Err(glimpse(reply)),
        }
    }

    /// What stands around a text that should not be there.
    fn place(&self, text: &str) -> Option<String> {
        let Self::ContainsNot(unwanted) = self else { return None };
        let from = text.find(unwanted)?.saturating_sub(BEFORE);
        Some(format!("\"{}\"", printable(&text.as_bytes()[from..], AROUND)))
    }

    fn told(&self) -> String {
        match self {
            Self::Contains(wanted) => format!("contains {wanted:?}"),
            Self::ContainsNot(unwanted) => format!("does not contain {unwanted:?}"),
            Self::Matches(wanted) => format!("matches /{}/", wanted.as_str()),
            Self::MatchesNot(unwanted) => format!("does not match /{}/", unwanted.as_str()),
        }
    }
}
