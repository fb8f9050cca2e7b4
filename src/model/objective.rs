//! What share of which time is promised?

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Day, ServiceState};

/// A promise: the share of counted time that a service is available.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// The share that is promised.
    pub target: Share,
    /// Which time counts.
    pub when: Counting,
    /// The states in which the service is unavailable, the worst last.
    pub counts: Vec<ServiceState>,
}

/// Which time counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// All of it.
    #[default]
    Always,
    /// That within a calendar.
    During(String),
    /// That outside of a calendar.
    Outside(String),
}

/// Spans of the week, by the wall clock of the plan's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// Its days of the week.
    pub days: Vec<Day>,
    /// The first minute of such a day that is in it.
    pub from: u16,
    /// The first minute after it; 1440 is the end of the day.
    pub until: u16,
    /// Days that are not in it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Date>,
}

/// A share of the whole, exact in millionths; never more than the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(u32);

impl Share {
    /// So many hundredths, as they are written: at most four decimals, above 0, at most 100.
    pub fn of_percent(percent: f64) -> Option<Self> {
        let text = percent.to_string();
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 100)?;
        let parts: u32 = format!("{rest:0<4}").parse().ok().filter(|_| rest.len() <= 4)?;
        let millionths = whole * 10_000 + parts;
        (1..=1_000_000).contains(&millionths).then_some(Self(millionths))
    }

    /// Millionths of the whole.
    pub fn millionths(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Share {
    /// In percent, with the decimals that it has: `99.9 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 10_000, format!("{:04}", self.0 % 10_000));
        match rest.trim_end_matches('0') {
            "" => write!(f, "{whole} %"),
            rest => write!(f, "{whole}.{rest} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        let told = |percent| Share::of_percent(percent).map(|share| (share.millionths(), share.to_string()));
        assert_eq!(told(99.9), Some((999_000, "99.9 %".to_owned())));
        assert_eq!(told(99.9995), Some((999_995, "99.9995 %".to_owned())));
        assert_eq!(told(100.0), Some((1_000_000, "100 %".to_owned())));
        assert_eq!(told(0.0001), Some((1, "0.0001 %".to_owned())));
        for bad in [0.0, -1.0, 100.0001, 99.99999, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::of_percent(bad), None, "{bad}");
        }
    }
}
