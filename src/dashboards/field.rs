//! Which field of an answer is meant, and what does its number count?

use serde_json::{Value, json};

/// What a number counts, as Grafana writes it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    /// A plain number, or a word by its mapping.
    Plain,
    Count,
    Seconds,
    /// How long is left, in days and hours.
    Left,
    /// 1 is 100 %.
    Share,
    Bytes,
    /// A moment in milliseconds, told as how long ago it was.
    Ago,
    /// A moment in milliseconds.
    Date,
    PerSecond,
}

impl Unit {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Plain => "none",
            Self::Count => "short",
            Self::Seconds => "s",
            Self::Left => "dtdurations",
            Self::Share => "percentunit",
            Self::Bytes => "bytes",
            Self::Ago => "dateTimeFromNow",
            Self::Date => "dateTimeAsIso",
            Self::PerSecond => "cps",
        }
    }
}

/// The field of this name.
pub(super) fn by_name(field: &str) -> Value {
    json!({"id": "byName", "options": field})
}

/// The field with the answer to a table's question. Where there is but one, Grafana leaves its letter out.
pub(super) fn value_field(question: usize) -> Value {
    match question {
        0 => json!({"id": "byRegexp", "options": "/^Value( #A)?$/"}),
        _ => by_name(&format!("Value #{}", reference(question))),
    }
}

/// A, B, C, … as Grafana numbers questions.
pub(super) fn reference(index: usize) -> String {
    (b'A'..=b'Z').nth(index).map_or_else(|| format!("Q{index}"), |letter| char::from(letter).to_string())
}
