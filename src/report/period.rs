//! Which stretch of time is meant? Months, quarters, financial years and days, by the clock of a zone.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
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

/// A stretch of time with a name, by the clock of a zone. Half-open: what it ends with is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// How it is called: `October 2026`.
    pub name: String,
    /// When.
    pub period: Period,
    extent: Extent,
}

/// What a name covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// So many whole months from this day on; of the financial year or not.
    Months { first: Date, months: i32, financial: bool },
    /// One day.
    Day(Date),
    /// From one time on the clock to another.
    Between(DateTime, DateTime),
}

impl Named {
    /// The period that `text` names in `zone`.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, BadPeriod> {
        let bad = || BadPeriod(text.chars().take(80).collect());
        Extent::parse(text).and_then(|extent| Self::of(extent, zone)).ok_or_else(bad)
    }

    /// The month before the one in which `at` is.
    pub fn month_before(at: Moment, zone: &TimeZone) -> Option<Self> {
        let day = Timestamp::from_millisecond(at.as_ms()).ok()?.to_zoned(zone.clone()).date();
        let this = Extent::Months { first: day.first_of_month(), months: 1, financial: false };
        Self::of(this.before(1)?, zone)
    }

    /// As it is typed: `2026-10`.
    pub fn text(&self) -> String {
        self.extent.text()
    }

    /// Whether it is a month.
    pub fn is_month(&self) -> bool {
        matches!(self.extent, Extent::Months { months: 1, .. })
    }

    /// The `count` periods of the same kind before this one, the earliest first.
    pub fn before(&self, count: i32, zone: &TimeZone) -> Vec<Self> {
        (1..=count).rev().filter_map(|steps| Self::of(self.extent.before(steps)?, zone)).collect()
    }

    /// Its months, if it is made of months; itself otherwise.
    pub fn months(&self, zone: &TimeZone) -> Vec<Self> {
        let Extent::Months { first, months, .. } = self.extent else { return vec![self.clone()] };
        let month = |n: i32| {
            let first = first.checked_add(n.months()).ok()?;
            Self::of(Extent::Months { first, months: 1, financial: false }, zone)
        };
        (0..months).filter_map(month).collect()
    }

    fn of(extent: Extent, zone: &TimeZone) -> Option<Self> {
        let (from, until) = extent.ends()?;
        let period = between(from, until, zone).filter(|period| !period.is_empty())?;
        Some(Self { name: extent.name(), period, extent })
    }
}

impl Extent {
    fn parse(text: &str) -> Option<Self> {
        if let Some((from, until)) = text.split_once("..") {
            return Some(Self::Between(time(from)?, time(until)?));
        }
        months(text).or_else(|| day(text).map(Self::Day))
    }

    fn ends(self) -> Option<(DateTime, DateTime)> {
        match self {
            Self::Months { first, months, .. } => {
                Some((first.into(), first.checked_add(months.months()).ok()?.into()))
            }
            Self::Day(day) => Some((day.into(), day.checked_add(1.day()).ok()?.into())),
            Self::Between(from, until) => Some((from, until)),
        }
    }

    fn before(self, steps: i32) -> Option<Self> {
        match self {
            Self::Months { first, months, financial } => {
                let first = first.checked_sub((months * steps).months()).ok()?;
                Some(Self::Months { first, months, financial })
            }
            Self::Day(day) => Some(Self::Day(day.checked_sub(steps.days()).ok()?)),
            Self::Between(from, until) => {
                let back = until.duration_since(from).checked_mul(steps)?;
                Some(Self::Between(from.checked_sub(back).ok()?, until.checked_sub(back).ok()?))
            }
        }
    }

    fn name(self) -> String {
        match self {
            Self::Months { first, months: 1, .. } => first.strftime("%B %Y").to_string(),
            Self::Months { first, months: 3, financial: false } => {
                format!("{} to {}", first.strftime("%B"), last_month(first, 3).strftime("%B %Y"))
            }
            Self::Months { first, months: 3, financial: true } => {
                let quarter = i32::from((first.month() + 8) % 12) / 3 + 1;
                format!("Quarter {quarter} of the financial year {}", financial_year(first))
            }
            Self::Months { first, financial: true, .. } => {
                format!("Financial year {}", financial_year(first))
            }
            Self::Months { first, .. } => first.year().to_string(),
            Self::Day(day) => day.strftime("%-d %B %Y").to_string(),
            Self::Between(from, until) => format!("{} to {}", told(from), told(until)),
        }
    }

    fn text(self) -> String {
        match self {
            Self::Months { first, months: 1, .. } => first.strftime("%Y-%m").to_string(),
            Self::Months { first, months: 3, financial: false } => {
                format!("{}-Q{}", first.year(), first.month() / 3 + 1)
            }
            Self::Months { first, months: 3, .. } => {
                format!("FY{}-Q{}", year_of(first), (first.month() + 8) % 12 / 3 + 1)
            }
            Self::Months { first, financial: true, .. } => format!("FY{}", first.year()),
            Self::Months { first, .. } => first.year().to_string(),
            Self::Day(day) => day.to_string(),
            Self::Between(from, until) => format!("{from}..{until}"),
        }
    }
}

fn last_month(first: Date, months: i32) -> Date {
    first.saturating_add((months - 1).months())
}

/// The year in which the financial year of `day` began.
fn year_of(day: Date) -> i16 {
    if day.month() < 4 { day.year() - 1 } else { day.year() }
}

/// `2026/27`.
fn financial_year(day: Date) -> String {
    let began = year_of(day);
    format!("{began}/{:02}", (began + 1).rem_euclid(100))
}

fn told(at: DateTime) -> String {
    let form = if at.time() == Time::midnight() { "%-d %B %Y" } else { "%-d %B %Y %H:%M" };
    at.strftime(form).to_string()
}

/// The period that `text` names in `zone`.
pub fn period(text: &str, zone: &TimeZone) -> Result<Period, BadPeriod> {
    Named::parse(text, zone).map(|named| named.period)
}

fn between(from: DateTime, until: DateTime, zone: &TimeZone) -> Option<Period> {
    let moment = |at: DateTime| zone.to_timestamp(at).ok().map(|at| Moment::from_ms(at.as_millisecond()));
    Some(Period::new(moment(from)?, moment(until)?))
}

/// So many whole months.
fn months(text: &str) -> Option<Extent> {
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
    Some(Extent::Months { first, months, financial })
}

fn number(text: &str, digits: usize, most: i32) -> Option<i32> {
    let number = text.parse().ok().filter(|_| text.len() == digits)?;
    (1..=most).contains(&number).then_some(number)
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

fn time(text: &str) -> Option<DateTime> {
    day(text).map(Into::into).or_else(|| text.parse().ok().filter(|_| text.contains('T')))
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
    fn each_is_called_by_its_name_and_knows_those_before_it() {
        let zone = TimeZone::get("Europe/London").unwrap();
        for (text, name, before) in [
            ("2026-10", "October 2026", "2026-09"),
            ("2026-Q1", "January to March 2026", "2025-Q4"),
            ("FY2026-Q1", "Quarter 1 of the financial year 2026/27", "FY2025-Q4"),
            ("FY2026-Q4", "Quarter 4 of the financial year 2026/27", "FY2026-Q3"),
            ("FY1999", "Financial year 1999/00", "FY1998"),
            ("2026", "2026", "2025"),
            ("2026-03-30", "30 March 2026", "2026-03-29"),
            (
                "2026-10-25T00:00:00..2026-10-26T12:00:00",
                "25 October 2026 to 26 October 2026 12:00",
                "2026-10-23T12:00:00..2026-10-25T00:00:00",
            ),
        ] {
            let named = Named::parse(text, &zone).unwrap();
            let earlier = named.before(2, &zone);
            assert_eq!((&*named.name, &*named.text()), (name, text));
            assert_eq!(earlier[1].text(), before);
            assert_eq!(
                (earlier[0].period.until, earlier[1].period.until),
                (earlier[1].period.from, named.period.from)
            );
            let months = named.months(&zone);
            assert_eq!(
                (months[0].period.from, months.last().unwrap().period.until),
                (named.period.from, named.period.until)
            );
        }
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
