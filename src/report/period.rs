//! Which stretch of time is meant? Months, quarters, financial years and days, by the clock of a zone.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::model::{Moment, Period};

/// A text that names no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no period: write a month (2026-10), a quarter (2026-Q1), a year (2026), a financial year (FY2026) or its quarter \
     (FY2026-Q1), a day (2026-10-06), or two days or times with `..` between (2026-10-01..2026-10-06T12:00); the second \
     is the first that is left out"
)]
pub struct BadPeriod(String);

/// The period that `text` names in `zone`. Half-open: what it ends with is not in it.
pub fn period(text: &str, zone: &TimeZone) -> Result<Period, BadPeriod> {
    let bad = || BadPeriod(text.chars().take(80).collect());
    if let Some((from, until)) = text.split_once("..") {
        let (from, until) = (time(from).ok_or_else(bad)?, time(until).ok_or_else(bad)?);
        return between(from, until, zone).filter(|period| !period.is_empty()).ok_or_else(bad);
    }
    let (first, months) = months(text).or_else(|| day(text)).ok_or_else(bad)?;
    let until = match months {
        0 => first.checked_add(1.day()),
        months => first.checked_add(months.months()),
    };
    between(first.into(), until.map_err(|_| bad())?.into(), zone).ok_or_else(bad)
}

fn between(from: DateTime, until: DateTime, zone: &TimeZone) -> Option<Period> {
    let moment = |at: DateTime| zone.to_timestamp(at).ok().map(|at| Moment::from_ms(at.as_millisecond()));
    Some(Period::new(moment(from)?, moment(until)?))
}

/// The first day of so many whole months.
fn months(text: &str) -> Option<(Date, i32)> {
    let (financial, text) = text.strip_prefix("FY").map_or((false, text), |rest| (true, rest));
    let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
    let year: i16 = year.parse().ok().filter(|_| year.len() == 4)?;
    let begin = if financial { 4 } else { 1 };
    let (skipped, months) = match part {
        None => (0, 12),
        Some(part) => match part.strip_prefix('Q') {
            Some(quarter) => (3 * (number(quarter, 1, 4)? - 1), 3),
            None if financial => return None,
            None => (number(part, 2, 12)? - 1, 1),
        },
    };
    let first = Date::new(year, begin, 1).ok()?.checked_add(skipped.months()).ok()?;
    Some((first, months))
}

fn number(text: &str, digits: usize, most: i32) -> Option<i32> {
    let number = text.parse().ok().filter(|_| text.len() == digits)?;
    (1..=most).contains(&number).then_some(number)
}

fn day(text: &str) -> Option<(Date, i32)> {
    text.parse().ok().filter(|_| text.len() == 10).map(|day| (day, 0))
}

fn time(text: &str) -> Option<DateTime> {
    day(text).map(|(day, _)| day.into()).or_else(|| text.parse().ok().filter(|_| text.contains('T')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_quarters_and_years_are_those_of_the_zone() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let told = |text: &str| {
            let period = period(text, &zone).unwrap();
            format!("{} {} h", &period.from.to_string()[..16], period.length().as_secs() / 3600)
        };
        assert_eq!(told("2026-10"), "2026-09-30T23:00 745 h");
        assert_eq!(told("2026-Q1"), "2026-01-01T00:00 2159 h");
        assert_eq!(told("FY2026-Q4"), "2027-01-01T00:00 2159 h");
        assert_eq!(told("FY2026"), "2026-03-31T23:00 8760 h");
        assert_eq!(told("2026"), "2026-01-01T00:00 8760 h");
        assert_eq!(told("2026-03-29"), "2026-03-29T00:00 23 h");
        assert_eq!(told("2026-10-25..2026-10-26T12:00"), "2026-10-24T23:00 37 h");
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "2026-13",
            "2026-1",
            "2026-Q5",
            "FY2026-10",
            "26",
            "2026-10-32",
            "2026-10-02..2026-10-01",
            "é",
            "..",
            "99999-01",
        ] {
            assert!(period(bad, &TimeZone::UTC).is_err(), "{bad}");
        }
    }
}
