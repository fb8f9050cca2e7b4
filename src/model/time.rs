//! When was it?

use std::{
    fmt,
    ops::{Add, AddAssign, Sub},
    time::Duration,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An instant in UTC, in whole milliseconds since 1970. Nothing here reads a clock: "now" is always an argument.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The instant `ms` milliseconds after 1970-01-01T00:00:00Z (before, if negative).
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Seconds since 1970, for a Prometheus timestamp.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit 53 bits")]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// A half-open stretch of time: `from` is in it, `until` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// Its first instant.
    pub from: Moment,
    /// The first instant after it.
    pub until: Moment,
}

impl Period {
    /// From `from` until just before `until`; empty if that is not after it.
    pub fn new(from: Moment, until: Moment) -> Self {
        Self { from, until: until.max(from) }
    }

    /// Whether `at` is in it.
    pub fn contains(self, at: Moment) -> bool {
        self.from <= at && at < self.until
    }

    /// What both have in common; empty if nothing.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }

    /// How long it is.
    pub fn length(self) -> Duration {
        self.until.since(self.from)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.from >= self.until
    }
}

fn whole_ms(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(whole_ms(span)))
    }
}

impl AddAssign<Duration> for Moment {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(whole_ms(span)))
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC with milliseconds: `2026-11-22T10:02:11.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_utc_and_never_wraps() {
        assert_eq!(Moment::from_ms(1_790_000_000_000).to_string(), "2026-09-21T14:13:20.000Z");
        assert_eq!(Moment::from_ms(i64::MAX) + Duration::MAX, Moment::from_ms(i64::MAX));
        assert_eq!(Moment::from_ms(1).since(Moment::from_ms(2)), Duration::ZERO);
        assert_eq!((Moment::from_ms(1500) - Duration::from_secs(1)).as_ms(), 500);
    }
}
