//! Which expectations does a reply break? Pure.

use super::reply::Reply;
use crate::{
    model::Check,
    probe::{Findings, printable},
    raw::{Pattern, Statuses},
};

/// What is expected of a reply, checked.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) status: Option<Statuses>,
    pub(super) body: Vec<Text>,
}

/// What is expected of the text of a body.
#[derive(Debug)]
pub(super) enum Text {
    Contains(String),
    ContainsNot(String),
    Matches(Pattern),
    MatchesNot(Pattern),
}

impl Wanted {
    pub(super) fn judge(&self, reply: &Reply, findings: &mut Findings) {
        if let Some(wanted) = &self.status
            && !wanted.contains(reply.status)
        {
            findings.broken(Check::Status, "", wanted.to_string(), reply.status.to_string());
        }
        if !self.body.is_empty() {
            let text = String::from_utf8_lossy(&reply.body.bytes);
            for wanted in self.body.iter().filter(|wanted| !wanted.holds(&text)) {
                findings.broken(Check::Body, "", wanted.told(), printable(&reply.body.bytes, SHOWN));
            }
        }
    }
}

/// How many characters of a body are shown.
const SHOWN: usize = 120;

impl Text {
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Contains(wanted) => text.contains(wanted),
            Self::ContainsNot(unwanted) => !text.contains(unwanted),
            Self::Matches(wanted) => wanted.is_match(text),
            Self::MatchesNot(unwanted) => !unwanted.is_match(text),
        }
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
