//! How is what is expected of a JSON body written?

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, Value};

use crate::{
    probe::http::expect::{Path, Test, WantedJson},
    raw::{Door, Field, Lapse, OneOrMany, Pattern},
};

/// What is expected of the values that a path leads to. Each of them must pass; where there is none, it is broken.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawJson {
    /// A JSON path (RFC 9535): `$.status`, `$.checks[*].status`.
    #[schemars(with = "String")]
    path: Field<Path>,
    /// Whether there is a value; `true` alone is what a path without anything else means.
    exists: Option<Field<bool>>,
    /// It is this. Numbers compare by value: `1` is `1.0`.
    equals: Option<Field<Value>>,
    /// It is one of these.
    one_of: Option<Field<OneOrMany<Value>>>,
    /// It is a number, and not less than this.
    at_least: Option<Field<Number>>,
    /// It is a number, and not more than this.
    at_most: Option<Field<Number>>,
    /// It is a text in which this regular expression matches somewhere.
    matches: Option<Field<Pattern>>,
    /// It is a time (RFC 3339 with its offset, or seconds or milliseconds since 1970) that lies at most so far back, and at
    /// most as far ahead.
    younger_than: Option<Field<Lapse>>,
    /// It is a time that lies at least so far back.
    older_than: Option<Field<Lapse>>,
    /// It is a time that lies at least so far ahead.
    expires_in: Option<Field<Lapse>>,
}

pub(super) fn parse(raw: RawJson, door: &mut Door<'_>) -> Option<WantedJson> {
    let (exists, span) = (raw.exists.as_ref().and_then(Field::get).copied(), raw.path.span());
    let one_of = door.values(raw.one_of);
    let lapse = |raw: Option<Field<Lapse>>| raw.and_then(Field::good).map(|lapse| lapse.0);
    let mut tests: Vec<Test> = [
        raw.equals.and_then(Field::good).map(Test::Equals),
        Some(Test::OneOf(one_of)).filter(|test| !matches!(test, Test::OneOf(values) if values.is_empty())),
        raw.at_least.and_then(Field::good).map(Test::AtLeast),
        raw.at_most.and_then(Field::good).map(Test::AtMost),
        raw.matches.and_then(Field::good).map(Test::Matches),
        lapse(raw.younger_than).map(Test::YoungerThan),
        lapse(raw.older_than).map(Test::OlderThan),
        lapse(raw.expires_in).map(Test::ExpiresIn),
    ]
    .into_iter()
    .flatten()
    .collect();
    match exists {
        Some(false) if !tests.is_empty() => {
            door.problem(span, "a value that must not be there cannot be anything", "leave `exists` out");
        }
        Some(false) => tests.push(Test::Absent),
        _ if tests.is_empty() => tests.push(Test::Exists),
        _ => {}
    }
    Some(WantedJson { path: raw.path.good()?, tests })
}
