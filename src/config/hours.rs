//! How are days of the week, minutes of the day and local times written?

use jiff::civil::DateTime;

use crate::{
    model::Day,
    raw::{Door, Field, OneOrMany, Refusal, Writing, nearest, written_as_text},
};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const OF_WEEK: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

/// As people also write them.
const WHOLE: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// One day of the week or a run of them: `mon-fri`. A run may go over the end of the week: `sat-mon`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Days(Vec<Day>);

impl Days {
    fn parse(text: &str) -> Option<Self> {
        let place = |name: &str| DAYS.iter().position(|day| *day == name.trim());
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (place(first)?, place(last)?);
        let length = (last + 7 - first) % 7;
        Some(Self((first..=first + length).map(|at| OF_WEEK[at % 7]).collect()))
    }
}

/// The day of the week of this name.
pub(super) fn day(name: &str) -> Option<Day> {
    DAYS.iter().position(|day| *day == name).map(|at| OF_WEEK[at])
}

/// All days of the week that are written, in order; it is told if there are none.
pub(super) fn days(field: Field<OneOrMany<Days>>, door: &mut Door<'_>) -> Option<Vec<Day>> {
    let span = field.span();
    let written = field.good()?;
    if written.0.is_empty() {
        door.problem(span, "the span has no days", "write days like `mon-fri`");
    }
    let mut days: Vec<Day> = written.good().into_iter().flat_map(|days| days.0).collect();
    days.sort_unstable();
    days.dedup();
    Some(days)
}

written_as_text!(
    Days,
    Writing {
        wanted: "days of the week",
        example: "mon-fri",
        parse: |text| {
            Self::parse(text).ok_or_else(|| {
                let strange = text.split('-').map(str::trim).find(|end| !DAYS.contains(end));
                let known = [DAYS, WHOLE].concat();
                let near = strange.and_then(|day| nearest(day, &known)).and_then(|day| day.get(..3));
                let near = near.map(|day| format!("did you mean `{day}`? ")).unwrap_or_default();
                let cure = format!("{near}write days like `mon-fri`, `sat` or [mon, wed]");
                Refusal::new(format!("`{text}` is no day of the week")).cure(cure)
            })
        },
    },
    { "type": "string", "pattern": "^(mon|tue|wed|thu|fri|sat|sun)( ?- ?(mon|tue|wed|thu|fri|sat|sun))?$" }
);

/// A minute of the day, counted from midnight; 1440 is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Minute(pub(super) u16);

impl Minute {
    /// The end of the day.
    pub(super) const END: Self = Self(1440);

    fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str| {
            (part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u16, u16) = (digits(hour)?, digits(minute)?);
        (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(Self(hour * 60 + minute))
    }
}

written_as_text!(
    Minute,
    Writing {
        wanted: "a time of day",
        example: "08:00",
        parse: |text| {
            let refusal = || Refusal::new(format!("`{text}` is no time of day"));
            Self::parse(text).ok_or_else(|| refusal().cure("write it in quotes, from \"00:00\" to \"24:00\""))
        },
    },
    { "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$" }
);

/// A local time in the configured zone: `2026-12-06T22:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LocalTime(pub(super) DateTime);

impl LocalTime {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let refusal = |why: &str| {
            Refusal::new(format!("`{text}` {why}"))
                .cure("write a local date and time like \"2026-12-06T22:00\"")
        };
        if text.ends_with(['Z', 'z']) || text.get(10..).is_some_and(|time| time.contains(['+', '-'])) {
            return Err(refusal("names a zone of its own; times here are in the zone of `timezone`"));
        }
        let whole = text.contains(['T', 't', ' ']);
        text.parse().ok().filter(|_| whole).map(Self).ok_or_else(|| refusal("is no date with a time"))
    }
}

written_as_text!(
    LocalTime,
    Writing {
        wanted: "a date and a time",
        example: "2026-12-06T22:00",
        parse: LocalTime::parse,
    },
    { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?$" }
);

/// When planned work begins or ends: a local time if it happens once, a time of day if it comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// Once.
    Local(LocalTime),
    /// Again and again.
    Daily(Minute),
}

written_as_text!(
    Clock,
    Writing {
        wanted: "a date and a time, or a time of day",
        example: "2026-12-06T22:00",
        parse: |text| match Minute::parse(text) {
            Some(minute) => Ok(Self::Daily(minute)),
            None if text.len() < 10 => {
                let cure = "write \"2026-12-06T22:00\", or \"22:00\" where `every` says on which days";
                Err(Refusal::new(format!("`{text}` is neither a date with a time nor a time of day")).cure(cure))
            }
            None => LocalTime::parse(text).map(Self::Local),
        },
    },
    { "type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?|([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_days_go_over_the_end_of_the_week() {
        assert_eq!(Days::parse("sat-mon"), Some(Days(vec![Day::Sat, Day::Sun, Day::Mon])));
        assert_eq!(Days::parse("tue - tue"), Some(Days(vec![Day::Tue])));
        assert_eq!(Days::parse("mon-sun").unwrap().0.len(), 7);
        for bad in ["", "mon-", "mon-tue-wed", "monday", "-fri"] {
            assert_eq!(Days::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn minutes_have_four_digits_and_an_end() {
        assert_eq!(Minute::parse("08:30"), Some(Minute(510)));
        assert_eq!(Minute::parse("24:00"), Some(Minute(1440)));
        for bad in ["8:00", "24:01", "12:60", "0800", "+8:00", "aa:bb", "é:00"] {
            assert_eq!(Minute::parse(bad), None, "{bad}");
        }
    }
}
