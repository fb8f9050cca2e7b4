//! What share of which time is promised?

use std::fmt;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Day, Moment, Period, ServiceState};

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

impl Objective {
    /// What tells it from others of its service: `always`, `during clinics`, `outside clinics, partial or down`.
    pub fn label(&self) -> String {
        let when = match &self.when {
            Counting::Always => "always".to_owned(),
            Counting::During(calendar) => format!("during {calendar}"),
            Counting::Outside(calendar) => format!("outside {calendar}"),
        };
        match &*self.counts {
            [ServiceState::Down] => when,
            states => {
                when + ", " + &states.iter().map(|state| state.label()).collect::<Vec<_>>().join(" or ")
            }
        }
    }
}

impl Calendar {
    /// Whether `at` is in it, by the wall clock of `zone`. A local time that happens twice is the first; one that never
    /// happens moves on by what the clocks skip.
    pub fn contains(&self, at: Moment, zone: &TimeZone) -> bool {
        let Ok(at) = Timestamp::from_millisecond(at.as_ms()) else { return false };
        let day = zone.to_datetime(at).date();
        let at = Moment::from_ms(at.as_millisecond());
        self.is_on(day) && self.span(day, zone).is_some_and(|span| span.contains(at))
    }
}

impl Calendar {
    /// When it is on within `period`, in order.
    pub fn spans(&self, period: Period, zone: &TimeZone) -> Vec<Period> {
        let day =
            |at: Moment| Some(Timestamp::from_millisecond(at.as_ms()).ok()?.to_zoned(zone.clone()).date());
        let (Some(first), Some(last)) = (day(period.from), day(period.until)) else { return Vec::new() };
        let days = first.series(1.day()).take_while(|day| *day <= last);
        let on = days.filter(|day| self.is_on(*day)).filter_map(|day| self.span(day, zone));
        on.map(|span| span.within(period)).filter(|span| !span.is_empty()).collect()
    }

    fn is_on(&self, day: Date) -> bool {
        self.days.iter().any(|one| one.weekday() == day.weekday()) && !self.except.contains(&day)
    }

    fn span(&self, day: Date, zone: &TimeZone) -> Option<Period> {
        let at = |minute: u16| {
            let local = day.at(0, 0, 0, 0).saturating_add(i64::from(minute).minutes());
            Some(Moment::from_ms(zone.to_timestamp(local).ok()?.as_millisecond()))
        };
        Some(Period::new(at(self.from)?, at(self.until)?))
    }
}

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
    fn objectives_of_one_service_are_told_apart() {
        let told = |when, counts: &[ServiceState]| {
            let target = Share::of_percent(99.9).unwrap();
            Objective { target, when, counts: counts.to_vec() }.label()
        };
        let (partial, down) = (ServiceState::Partial, ServiceState::Down);
        assert_eq!(told(Counting::Always, &[down]), "always");
        assert_eq!(told(Counting::During("clinics".into()), &[down]), "during clinics");
        assert_eq!(
            told(Counting::Outside("clinics".into()), &[partial, down]),
            "outside clinics, partial or down"
        );
    }

    #[test]
    fn a_calendar_goes_by_the_clock_on_the_wall() {
        let london = TimeZone::get("Europe/London").unwrap();
        let on = |days: &[Day], from: u16, until: u16, at: &str| {
            let days = days.to_vec();
            let except = vec![jiff::civil::date(2026, 12, 25)];
            let calendar = Calendar { name: "clinics".into(), days, from, until, except };
            let at: Timestamp = at.parse().unwrap();
            calendar.contains(Moment::from_ms(at.as_millisecond()), &london)
        };
        let clinics = |at: &str| on(&[Day::Mon, Day::Fri], 480, 1110, at);
        assert!(clinics("2026-07-06T07:00:00Z") && !clinics("2026-07-06T06:59:59.999Z"), "Monday, in summer");
        assert!(clinics("2026-07-06T17:29:59.999Z") && !clinics("2026-07-06T17:30:00Z"));
        assert!(!clinics("2026-07-07T09:00:00Z"), "Tuesday");
        assert!(clinics("2026-12-18T09:00:00Z") && !clinics("2026-12-25T09:00:00Z"), "but not at Christmas");
        assert!(on(&[Day::Mon], 0, 1440, "2026-07-05T23:00:00Z"), "midnight begins the day");
        assert!(!on(&[Day::Mon], 0, 1440, "2026-07-06T23:00:00Z"), "and ends it");
        // 25 October: 01:30 happens twice, and the first counts; 28 March: 01:30 never happens, and 02:30 stands in.
        let night = |at: &str| on(&[Day::Sun], 60, 90, at);
        assert!(
            night("2026-10-25T00:10:00Z") && !night("2026-10-25T00:30:00Z") && !night("2026-10-25T01:10:00Z")
        );
        let night = |at: &str| on(&[Day::Sun], 90, 180, at);
        assert!(
            !night("2027-03-28T01:29:00Z") && night("2027-03-28T01:30:00Z") && !night("2027-03-28T02:00:00Z")
        );
    }

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
