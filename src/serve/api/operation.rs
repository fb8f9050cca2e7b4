//! What is one thing that programs can ask, so that it is read, answered and described by the same words?

use std::{fmt, ops::RangeInclusive};

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::{
    model::{Moment, Slug},
    serve::routes::Route,
};

/// One thing that programs can ask.
pub(in crate::serve) struct Operation {
    pub(in crate::serve) route: Route,
    /// What may follow the `?`, and what the segments of the path are.
    pub(super) asks: &'static [Parameter],
    /// What its body is.
    pub(super) takes: Option<Takes>,
    /// What it answers.
    pub(super) gives: Gives,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) does: &'static str,
}

/// What a parameter may be.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A name in the path.
    Segment,
    /// A file in the path, with one of these endings.
    File(&'static [&'static str]),
    /// A name.
    Name,
    /// An instant.
    Time,
    /// Any text.
    Text,
    /// `true` or `false`.
    Truth,
    /// A number within these bounds.
    Count(RangeInclusive<usize>),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Where the page before ended.
    Cursor,
}

/// What was given for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Name(Slug),
    Time(Moment),
    Text(String),
    Truth(bool),
    Count(usize),
}

/// Writes a schema.
pub(super) type Writes = fn(&mut SchemaGenerator) -> Schema;

/// What a body may be.
pub(super) struct Takes {
    pub(super) media: &'static str,
    pub(super) schema: Writes,
    pub(super) required: bool,
}

/// What comes back if all is well.
pub(super) struct Gives {
    pub(super) status: u16,
    pub(super) media: &'static [&'static str],
    pub(super) schema: Option<Writes>,
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Time(at) => at.as_ms().fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Truth(truth) => truth.fmt(f),
            Self::Count(count) => count.fmt(f),
        }
    }
}

impl Parameter {
    pub(super) const fn new(name: &'static str, kind: Kind, does: &'static str) -> Self {
        Self { name, kind, does }
    }

    pub(super) fn in_path(&self) -> bool {
        matches!(self.kind, Kind::Segment | Kind::File(_))
    }
}

impl Takes {
    /// A JSON object of this shape.
    pub(super) const fn json(schema: Writes, required: bool) -> Self {
        Self { media: "application/json", schema, required }
    }
}

impl Gives {
    /// JSON of this shape.
    pub(super) const fn json(schema: Writes) -> Self {
        Self { status: 200, media: &["application/json"], schema: Some(schema) }
    }

    /// JSON of this shape of something that is new.
    pub(super) const fn new(schema: Writes) -> Self {
        Self { status: 201, ..Self::json(schema) }
    }
}

/// The schema of `T`.
pub(super) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Kind {
    /// What was written; `Err` says what to write.
    pub(super) fn read(&self, text: &str) -> Result<Given, String> {
        match self {
            Self::Segment | Self::Name => text.parse().map(Given::Name).map_err(|_| self.wanted()),
            Self::Time => time(text).map(Given::Time).ok_or_else(|| self.wanted()),
            Self::Truth => text.parse().map(Given::Truth).map_err(|_| self.wanted()),
            Self::Count(bounds) => {
                let count = text.parse().ok().filter(|count| bounds.contains(count));
                count.map(Given::Count).ok_or_else(|| self.wanted())
            }
            Self::OneOf(words) if !words.contains(&text) => Err(self.wanted()),
            Self::File(_) | Self::OneOf(_) | Self::Text | Self::Cursor => Ok(Given::Text(text.to_owned())),
        }
    }

    /// What may be written, for a person.
    fn wanted(&self) -> String {
        match self {
            Self::Time => {
                "a time as 2026-12-06T22:00:00Z (write a `+` of its offset as %2B), or milliseconds since 1970".into()
            }
            Self::Truth => "true or false".into(),
            Self::Count(bounds) => format!("a number from {} to {}", bounds.start(), bounds.end()),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Cursor => "what `next` of the page before says".into(),
            Self::File(_) | Self::Text => "text".into(),
            Self::Segment | Self::Name => "a name: 1 to 100 of a-z, 0-9, `.`, `_` and `-`".into(),
        }
    }

    /// What may be written, for programs.
    pub(super) fn schema(&self) -> Value {
        match self {
            Self::Segment | Self::Name => json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,99}$"}),
            Self::File(endings) => {
                json!({"type": "string", "pattern": format!(r"^[A-Z0-9-]+\.({})$", endings.join("|"))})
            }
            Self::Time => instant(),
            Self::Truth => json!({"type": "boolean"}),
            Self::Count(bounds) => {
                json!({"type": "integer", "minimum": bounds.start(), "maximum": bounds.end()})
            }
            Self::OneOf(words) => json!({"type": "string", "enum": words}),
            Self::Text => json!({"type": "string"}),
            Self::Cursor => json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}),
        }
    }
}

/// The years 1 to 9998, in milliseconds since 1970.
const TIMES: RangeInclusive<i64> = -62_135_596_800_000..=253_370_764_800_000;

/// The schema of an instant: RFC 3339, or milliseconds since 1970.
pub(super) fn instant() -> Value {
    json!({"anyOf": [
        {"type": "integer", "minimum": TIMES.start(), "maximum": TIMES.end()},
        {"type": "string", "format": "date-time"},
    ]})
}

/// The instant that `text` means: RFC 3339, or milliseconds since 1970.
pub(super) fn time(text: &str) -> Option<Moment> {
    let ms = text.parse().or_else(|_| text.parse().map(Timestamp::as_millisecond));
    ms.ok().filter(|ms| TIMES.contains(ms)).map(Moment::from_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339_or_milliseconds() {
        let ms = |text: &str| time(text).map(Moment::as_ms);
        assert_eq!(ms("1790000000000"), Some(1_790_000_000_000));
        assert_eq!(ms("2026-09-21T14:13:20Z"), Some(1_790_000_000_000));
        assert_eq!(ms("2026-09-21T15:13:20.5+01:00"), Some(1_790_000_000_500));
        assert_eq!(ms("-1"), Some(-1));
        for bad in
            ["", "now", "2026-09-21", "2026-09-21T14:13:20", "9223372036854775807", "1e3", "1790000000000 "]
        {
            assert_eq!(ms(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_does_not_fit_says_what_would() {
        assert_eq!(Kind::Count(1..=9).read("9"), Ok(Given::Count(9)));
        for (kind, bad) in [
            (Kind::Count(1..=9), "0"),
            (Kind::Count(1..=9), "99999999999999999999999"),
            (Kind::Truth, "1"),
            (Kind::OneOf(&["up", "down"]), "Up"),
            (Kind::Name, "<b>"),
            (Kind::Time, "yesterday"),
        ] {
            assert_eq!(kind.read(bad), Err(kind.wanted()), "{bad}");
        }
    }
}
