//! Which HTTP status codes are meant?

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use super::{OneOrMany, Refusal};

const CURE: &str = "write a code (200), a class (2xx), a range (200-299), or a list of them";

/// A set of HTTP status codes: `200`, `2xx`, `200-299`, or a list of such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statuses(Vec<Range>);

/// One code, one class or one range; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range(u16, u16);

impl Statuses {
    /// The codes from `first` to `last`.
    pub fn range(first: u16, last: u16) -> Self {
        Self(vec![Range(first, last)])
    }

    /// Whether `code` is one of them.
    pub fn contains(&self, code: u16) -> bool {
        self.0.iter().any(|range| (range.0..=range.1).contains(&code))
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().map(Range::to_string).collect();
        f.write_str(&shown.join(", "))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(first, last) = self;
        match last - first {
            0 => write!(f, "{first}"),
            99 if first % 100 == 0 => write!(f, "{}xx", first / 100),
            _ => write!(f, "{first}-{last}"),
        }
    }
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ranges = OneOrMany::<Range>::deserialize(deserializer)?;
        let none =
            ranges.0.is_empty().then(|| D::Error::custom(Refusal::new("no status is named").cure(CURE)));
        none.map_or_else(|| Ok(Self(ranges.good())), Err)
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("xx") {
            let first = code(&format!("{class}00"))?;
            return Some(Self(first, first + 99));
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (code(first.trim())?, code(last.trim())?);
        (first <= last).then_some(Self(first, last))
    }
}

fn code(text: &str) -> Option<u16> {
    let digits = text.len() == 3 && text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|code| digits && (100..=599).contains(code))
}

struct RangeVisitor;

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RangeVisitor)
    }
}

impl Visitor<'_> for RangeVisitor {
    type Value = Range;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an HTTP status")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Range, E> {
        let refusal = || Refusal::new(format!("`{text}` is no HTTP status, class or range")).cure(CURE);
        Range::parse(text).ok_or_else(|| E::custom(refusal()))
    }

    fn visit_u64<E: Error>(self, code: u64) -> Result<Range, E> {
        self.visit_str(&code.to_string())
    }
}

impl JsonSchema for Range {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "title": "an HTTP status", "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "pattern": "^([1-5]xx|[1-5][0-9]{2}( ?- ?[1-5][0-9]{2})?)$" },
        ] })
    }
}

impl JsonSchema for Statuses {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Statuses".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        OneOrMany::<Range>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_classes_and_ranges() {
        for (text, shown) in [("200", "200"), ("2xx", "2xx"), ("200-299", "2xx"), ("200 - 204", "200-204")] {
            assert_eq!(
                Range::parse(text).map(|range| Statuses(vec![range]).to_string()).as_deref(),
                Some(shown)
            );
        }
        for bad in ["", "20", "600", "6xx", "299-200", "2XX", "20x", "-200", "+200", "200-", "xx"] {
            assert_eq!(Range::parse(bad), None, "{bad:?}");
        }
        assert!(Statuses::range(200, 299).contains(204) && !Statuses::range(200, 299).contains(300));
    }
}
