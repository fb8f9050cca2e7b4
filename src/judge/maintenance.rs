//! When does planned work happen? From the wall clock of a zone to stretches of time.

use std::time::Duration;

use jiff::{
    Timestamp, ToSpan,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};

use crate::model::{Every, Moment, Period, Repeat, When};

/// When one planned work happens.
///
/// A local time that happens twice is the first; one that never happens moves on by what the clocks skip; an
/// occurrence of which nothing is left does not occur.
#[derive(Clone, Debug)]
pub struct Timetable {
    when: When,
    zone: TimeZone,
}

/// After this many days without one, none will come: a fifth Tuesday never keeps away for so long.
const RARELY: i32 = 400;

impl Timetable {
    /// The timetable of work that is planned for `when`. A zone that nobody knows is UTC.
    pub fn of(when: &When) -> Self {
        let zone = match when {
            When::Once(_) => None,
            When::Repeated(repeat) => TimeZoneDatabase::bundled().get(&repeat.zone).ok(),
        };
        Self { when: when.clone(), zone: zone.unwrap_or(TimeZone::UTC) }
    }

    /// Every occurrence of which some part is in `period`, whole, in order.
    pub fn touching(&self, period: Period) -> impl Iterator<Item = Period> {
        let last = self.day(period.until);
        self.occurrences(period.from, last).filter(move |one| !one.within(period).is_empty())
    }

    /// The occurrence that is under way at `at`.
    pub fn active_at(&self, at: Moment) -> Option<Period> {
        self.touching(Period::new(at, at + Duration::from_millis(1))).next()
    }

    /// The next moment after `after` at which an occurrence begins or ends.
    pub fn next_boundary(&self, after: Moment) -> Option<Moment> {
        let coming = self.occurrences(after, self.horizon(after)).filter(|one| one.until > after);
        // Two, for where clocks go forward one may begin before the last has ended.
        let boundaries = coming.take(2).flat_map(|one| [one.from, one.until]);
        boundaries.filter(|boundary| *boundary > after).min()
    }

    /// All that may end after `from` and begins on the day `last` at the latest.
    fn occurrences(&self, from: Moment, last: Date) -> impl Iterator<Item = Period> {
        let (once, repeat) = match &self.when {
            When::Once(period) => (Some(*period), None),
            When::Repeated(repeat) => (None, Some(repeat)),
        };
        // One lasts a day at most, and a zone may be a day ahead.
        let first = self.day(from).saturating_sub(2.days());
        let again = repeat.into_iter().flat_map(move |repeat| {
            let first = repeat.first.map_or(first, |day| day.max(first));
            let last = repeat.last.map_or(last, |day| day.min(last));
            let days = first.series(1.day()).take_while(move |day| *day <= last);
            days.filter(|day| is_on(repeat, *day)).map(|day| self.occurrence(repeat, day))
        });
        once.into_iter().chain(again).filter(|one| !one.is_empty())
    }

    fn occurrence(&self, repeat: &Repeat, day: Date) -> Period {
        let over_midnight = repeat.until <= repeat.from;
        let last = if over_midnight { day.saturating_add(1.day()) } else { day };
        Period::new(self.moment(day, repeat.from), self.moment(last, repeat.until))
    }

    fn moment(&self, day: Date, minute: u16) -> Moment {
        let local = day.at(0, 0, 0, 0).saturating_add(i64::from(minute).minutes());
        let at = self.zone.to_timestamp(local).unwrap_or(Timestamp::MAX);
        Moment::from_ms(at.as_millisecond())
    }

    fn day(&self, at: Moment) -> Date {
        let ends = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
        let at = Timestamp::from_millisecond(at.as_ms().clamp(ends.0, ends.1)).unwrap_or(Timestamp::MAX);
        self.zone.to_datetime(at).date()
    }

    fn horizon(&self, after: Moment) -> Date {
        let When::Repeated(repeat) = &self.when else { return Date::MAX };
        let late = repeat.first.into_iter().chain(repeat.except.iter().copied()).max();
        let start = self.day(after);
        late.map_or(start, |late| late.max(start)).saturating_add(RARELY.days())
    }
}

fn is_on(repeat: &Repeat, day: Date) -> bool {
    let falls = match &repeat.every {
        Every::Week(days) => days.iter().any(|one| one.weekday() == day.weekday()),
        Every::Month { nth, day: one } => {
            day.nth_weekday_of_month(*nth, one.weekday()).is_ok_and(|it| it == day)
        }
    };
    falls && !repeat.except.contains(&day)
}

#[cfg(test)]
mod tests;
