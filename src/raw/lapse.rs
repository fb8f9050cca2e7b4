//! How is a length of time written?

use std::{fmt, sync::LazyLock, time::Duration};

use regex::Regex;

use super::{
    Refusal,
    text::{Writing, written_as_text},
};

/// Parts from the largest unit to the smallest, a unit at most once each: `1m 30s`.
const PATTERN: &str =
    "^([0-9]+ ?w)? ?([0-9]+ ?d)? ?([0-9]+ ?h)? ?([0-9]+ ?m)? ?([0-9]+(\\.[0-9]{1,3})? ?s)? ?([0-9]+ ?ms)?$";

const CURE: &str = "write a number and a unit (ms, s, m, h, d, w), like \"30s\", \"1m 30s\" or \"21d\"";

/// In milliseconds, the largest first. No weeks: 21d is what people say.
const UNITS: [(&str, u128); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A length of time as people write it: `500ms`, `30s`, `1m 30s`, `21d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lapse(pub Duration);

impl Lapse {
    /// The length of time that `text` says: `90m`, `2h 30m`, `35d`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PATTERN).ok());
        let written = FORM.as_ref().is_some_and(|form| !text.is_empty() && form.is_match(text));
        let refusal = || Refusal::new(format!("`{text}` is no length of time")).cure(CURE);
        let span: jiff::Span =
            if written { text.parse().map_err(|_| refusal())? } else { return Err(refusal()) };
        let exact = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| refusal())?;
        exact.try_into().map(Self).map_err(|_| refusal())
    }
}

impl fmt::Display for Lapse {
    /// As it would be written, in days and smaller.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_millis();
        let mut parts = Vec::new();
        for (unit, ms) in UNITS {
            if rest >= ms {
                parts.push(format!("{}{unit}", rest / ms));
                rest %= ms;
            }
        }
        if parts.is_empty() { f.write_str("0s") } else { f.write_str(&parts.join(" ")) }
    }
}

written_as_text!(
    Lapse,
    Writing { wanted: "a length of time with its unit", example: "30s", parse: Lapse::parse },
    { "type": "string", "pattern": PATTERN, "minLength": 2, "examples": ["30s", "1m 30s", "21d"] }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_order_and_never_none() {
        for (text, ms) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("1m 30s", 90_000),
            ("1.5s", 1500),
            ("21d", 1_814_400_000),
            ("1h5m", 3_900_000),
            ("2w", 1_209_600_000),
            ("0s", 0),
        ] {
            assert_eq!(Lapse::parse(text).map(|lapse| lapse.0.as_millis()), Ok(ms), "{text}");
        }
        for text in ["500ms", "30s", "1m 30s", "1s 500ms", "21d", "1d 2h 3m 4s 5ms", "0s"] {
            assert_eq!(Lapse::parse(text).map(|lapse| lapse.to_string()).as_deref(), Ok(text));
        }
        for bad in [
            "",
            " ",
            "30",
            "-5s",
            "30 seconds",
            "PT30S",
            "1s 1m",
            "1s 1s",
            "5 min",
            "99999999999999999999s",
            "1y",
        ] {
            assert!(Lapse::parse(bad).is_err(), "{bad:?}");
        }
    }
}
