//! Which values of a JSON body break an expectation?

use std::{cmp::Ordering, fmt, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Number, Value};
use serde_json_path::JsonPath;

use super::{UNREAD, glimpse::glimpse, number::compare, time};
use crate::{
    model::{Check, Moment},
    probe::{Findings, http::reply::Reply, printable},
    raw::{Pattern, Refusal},
};

/// What is expected of the values that a path leads to. Each of them must pass; where there is none, all is broken.
#[derive(Debug)]
pub(in crate::probe::http) struct WantedJson {
    pub(in crate::probe::http) path: Path,
    pub(in crate::probe::http) tests: Vec<Test>,
}

/// A JSON path (RFC 9535), and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Path {
    text: String,
    path: JsonPath,
}

/// What is expected of a value.
#[derive(Debug)]
pub(in crate::probe::http) enum Test {
    Exists,
    Absent,
    Equals(Value),
    OneOf(Vec<Value>),
    AtLeast(Number),
    AtMost(Number),
    Matches(Pattern),
    /// A time that lies at most so far back (and no further ahead: clocks differ).
    YoungerThan(Duration),
    /// A time that lies at least so far back.
    OlderThan(Duration),
    /// A time that lies at least so far ahead.
    ExpiresIn(Duration),
}

/// How many characters of a value are shown.
const SHOWN: usize = 80;

pub(super) fn judge(all: &[WantedJson], reply: &Reply, at: Moment, findings: &mut Findings) {
    if all.is_empty() {
        return;
    }
    match reply.json() {
        Some(body) => all.iter().for_each(|wanted| wanted.judge(body, at, findings)),
        None if reply.body.cut && may_be_json(&reply.body.bytes) => {
            findings.broken(Check::Json, "", "JSON", UNREAD);
        }
        None => findings.broken(Check::Json, "", "JSON", glimpse(reply)),
    }
}

/// Whether a text that begins so may turn out to be JSON.
fn may_be_json(bytes: &[u8]) -> bool {
    let first = bytes.trim_ascii_start().first();
    first.is_none_or(|first| b"{[\"-0123456789tfn".contains(first))
}

impl Path {
    /// The first value to which it leads.
    pub(in crate::probe) fn first<'v>(&self, body: &'v Value) -> Option<&'v Value> {
        self.path.query(body).first()
    }

    /// As it was written.
    pub(in crate::probe) fn as_str(&self) -> &str {
        &self.text
    }
}

impl WantedJson {
    fn judge(&self, body: &Value, at: Moment, findings: &mut Findings) {
        let found = self.path.path.query(body).all();
        for test in &self.tests {
            let broken = match test {
                Test::Absent => found.first(),
                _ => found.iter().find(|value| !test.holds(value, at)),
            };
            let got = match broken {
                Some(value) => test.shown(value, at),
                None if found.is_empty() && !matches!(test, Test::Absent) => "absent".to_owned(),
                None => continue,
            };
            findings.broken(Check::Json, &*self.path.text, test.to_string(), got);
        }
    }
}

impl Test {
    fn holds(&self, value: &Value, at: Moment) -> bool {
        let number = |wanted: &Number, fails: Ordering| {
            value.as_number().and_then(|number| compare(number, wanted)).is_some_and(|order| order != fails)
        };
        let time = |test: &dyn Fn(Moment) -> bool| time::moment(value).is_some_and(test);
        match self {
            Self::Exists => true,
            Self::Absent => false,
            Self::Equals(wanted) => same(value, wanted),
            Self::OneOf(wanted) => wanted.iter().any(|wanted| same(value, wanted)),
            Self::AtLeast(least) => number(least, Ordering::Less),
            Self::AtMost(most) => number(most, Ordering::Greater),
            Self::Matches(wanted) => value.as_str().is_some_and(|text| wanted.is_match(text)),
            Self::YoungerThan(span) => time(&|then| at.since(then) <= *span && then.since(at) <= *span),
            Self::OlderThan(span) => time(&|then| at.since(then) >= *span),
            Self::ExpiresIn(span) => time(&|then| then.since(at) >= *span),
        }
    }

    /// What came: a time with how far off it is, anything else as JSON.
    fn shown(&self, value: &Value, at: Moment) -> String {
        let of_time = matches!(self, Self::YoungerThan(_) | Self::OlderThan(_) | Self::ExpiresIn(_));
        match time::moment(value).filter(|_| of_time) {
            Some(then) => time::until(then, at),
            None if of_time => format!("{}, which is no time with its offset", json(value)),
            None => json(value),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists => f.write_str("present"),
            Self::Absent => f.write_str("absent"),
            Self::Equals(wanted) => write!(f, "{wanted}"),
            Self::OneOf(wanted) => {
                f.write_str(&wanted.iter().map(Value::to_string).collect::<Vec<_>>().join(" or "))
            }
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
            Self::Matches(wanted) => write!(f, "matches /{}/", wanted.as_str()),
            Self::YoungerThan(span) => write!(f, "younger than {}", time::span(*span)),
            Self::OlderThan(span) => write!(f, "older than {}", time::span(*span)),
            Self::ExpiresIn(span) => write!(f, "at least {} ahead", time::span(*span)),
        }
    }
}

/// Equality in which a number is its value: `1` is `1.0`.
fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => compare(one, two) == Some(Ordering::Equal),
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            let held = |(key, value): (&String, &Value)| two.get(key).is_some_and(|other| same(value, other));
            one.len() == two.len() && one.iter().all(held)
        }
        _ => one == two,
    }
}

fn json(value: &Value) -> String {
    printable(value.to_string().as_bytes(), SHOWN)
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match JsonPath::parse(&text) {
            Ok(path) => Ok(Self { text, path }),
            Err(why) => {
                let refusal = Refusal::new(format!("`{text}` is no JSON path: {}", why.message()));
                Err(D::Error::custom(refusal.cure("write it like \"$.status\" or \"$.checks[*].status\"")))
            }
        }
    }
}
