//! Which headers break an expectation?

use hyper::{
    HeaderMap,
    header::{self, HeaderName, HeaderValue},
};

use crate::{
    model::Check,
    probe::{Findings, printable},
    raw::Pattern,
};

/// What is expected of one header.
#[derive(Debug)]
pub(in crate::probe::http) struct WantedHeader {
    pub(in crate::probe::http) name: HeaderName,
    pub(in crate::probe::http) test: HeaderTest,
}

/// Of a header that comes more than once, one value must do.
#[derive(Debug)]
pub(in crate::probe::http) enum HeaderTest {
    Present,
    Absent,
    Equals(String),
    Matches(Pattern),
}

/// How many characters of a value are shown.
const SHOWN: usize = 120;

impl WantedHeader {
    pub(super) fn judge(&self, headers: &HeaderMap, findings: &mut Findings) {
        if !self.test.holds(headers, &self.name) {
            findings.broken(Check::Header, self.name.as_str(), self.test.told(), shown(headers, &self.name));
        }
    }
}

impl HeaderTest {
    fn holds(&self, headers: &HeaderMap, name: &HeaderName) -> bool {
        let any = |test: &dyn Fn(&str) -> bool| {
            headers.get_all(name).iter().any(|value| test(&String::from_utf8_lossy(value.as_bytes())))
        };
        match self {
            Self::Present => headers.contains_key(name),
            Self::Absent => !headers.contains_key(name),
            Self::Equals(wanted) => any(&|value| value == wanted),
            Self::Matches(wanted) => any(&|value| wanted.is_match(value)),
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Present => "present".to_owned(),
            Self::Absent => "absent".to_owned(),
            Self::Equals(wanted) => format!("{wanted:?}"),
            Self::Matches(wanted) => format!("matches /{}/", wanted.as_str()),
        }
    }
}

/// A cookie lets its bearer in: it is not shown.
fn shown(headers: &HeaderMap, name: &HeaderName) -> String {
    let show = |value: &HeaderValue| match *name {
        header::SET_COOKIE => format!("{} bytes", value.len()),
        _ => format!("\"{}\"", printable(value.as_bytes(), SHOWN)),
    };
    let values: Vec<String> = headers.get_all(name).iter().take(4).map(show).collect();
    if values.is_empty() { "absent".to_owned() } else { values.join(", ") }
}
