//! What is charted?

use std::time::Duration;

use serde::Serialize;

use crate::model::Moment;

/// A number that can be charted: neither infinite nor none at all, and small enough that nothing worked out of it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Figure(f64);

impl Figure {
    const MOST: f64 = 1e15;

    /// `value`, if it can be charted.
    pub fn new(value: f64) -> Option<Self> {
        (value.abs() <= Self::MOST).then_some(Self(value))
    }

    /// How many there were.
    pub fn count(count: usize) -> Self {
        Self(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// A time in seconds.
    pub fn seconds(time: Duration) -> Self {
        Self(time.as_secs_f64().min(Self::MOST))
    }

    /// A time in minutes.
    pub fn minutes(time: Duration) -> Self {
        Self(Self::seconds(time).0 / 60.0)
    }

    /// A time in days of 24 hours.
    pub fn days(time: Duration) -> Self {
        Self(Self::seconds(time).0 / 86_400.0)
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// Of what a figure is so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// Seconds.
    Seconds,
    /// Days of 24 hours.
    Days,
    /// Hundredths.
    Percent,
    /// Things, by the name of many of them: `incidents`.
    #[serde(untagged)]
    Count(&'static str),
}

impl Unit {
    /// The word for many.
    pub fn word(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
            Self::Days => "days",
            Self::Count(word) => word,
            Self::Percent => "%",
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Less of it.
    Lower,
    /// More of it.
    Higher,
    /// Neither: a change is worth knowing of, and no more.
    Neither,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The period or the event that it is told of: `Oct 2026`.
    pub label: String,
    /// When that began.
    pub from: Moment,
    /// What was measured.
    pub value: Figure,
}

/// A declared change of the process, from which limits are worked out anew. A period under way then belongs to what was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rebase {
    /// When it changed.
    pub at: Moment,
    /// What changed.
    pub note: String,
}

/// What is charted: one measure over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// What is measured.
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// Its figures, in any order.
    pub points: Vec<Point>,
    /// What is aimed at: at most, if lower is better; at least, if higher is.
    pub target: Option<Figure>,
    /// Declared changes of the process, in any order.
    pub rebase: Vec<Rebase>,
    /// Below which no figure can be: no limit is drawn there.
    pub lower_bound: Option<Figure>,
}

impl Measure {
    pub(super) fn in_order(&self) -> Self {
        let mut ordered = self.clone();
        ordered.points.sort_by_key(|point| point.from);
        ordered.rebase.sort_by_key(|change| change.at);
        ordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1e16] {
            assert_eq!(Figure::new(bad), None, "{bad}");
        }
        assert_eq!(Figure::new(-0.5).map(Figure::value), Some(-0.5));
    }

    #[test]
    fn times_become_numbers() {
        let time = Duration::from_hours(36);
        let told = [Figure::seconds(time), Figure::minutes(time), Figure::days(time), Figure::count(7)];
        assert_eq!(told.map(Some), [129_600.0, 2_160.0, 1.5, 7.0].map(Figure::new));
        assert!(Figure::seconds(Duration::MAX).value() <= Figure::MOST);
    }
}
