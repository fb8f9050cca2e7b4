//! How are days of the week, minutes of the day and local times written?

use jiff::civil::{Date, DateTime};

use crate::raw::{Refusal, Writing, nearest, written_as_text};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// As people also write them.
const WHOLE: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// One day of the week or a run of them: `mon-fri`. A run may go over the end of the week: `sat-mon`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days;

written_as_text!(
    Days,
    Writing {
        wanted: "days of the week",
        example: "mon-fri",
        parse: |text| {
            let ends: Vec<_> = text.split('-').map(str::trim).collect();
            let strange = ends.iter().find(|end| !DAYS.contains(end));
            match strange {
                None if ends.len() <= 2 => Ok(Self),
                strange => {
                    let known = [DAYS, WHOLE].concat();
                    let near = strange.and_then(|day| nearest(day, &known)).and_then(|day| day.get(..3));
                    let near = near.map(|day| format!("did you mean `{day}`? ")).unwrap_or_default();
                    let cure = format!("{near}write days like `mon-fri`, `sat` or [mon, wed]");
                    Err(Refusal::new(format!("`{text}` is no day of the week")).cure(cure))
                }
            }
        },
    },
    { "type": "string", "pattern": "^(mon|tue|wed|thu|fri|sat|sun)( ?- ?(mon|tue|wed|thu|fri|sat|sun))?$" }
);

/// A minute of the day, counted from midnight; 1440 is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Minute(pub(super) u16);

impl Minute {
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

/// Holidays that have a name, as gov.uk divides them.
const HOLIDAYS: [&str; 3] =
    ["england-and-wales-bank-holidays", "scotland-bank-holidays", "northern-ireland-bank-holidays"];

/// A day, or the days of a named list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Except;

written_as_text!(
    Except,
    Writing {
        wanted: "a day",
        example: "2026-12-25",
        parse: |text| {
            if HOLIDAYS.contains(&text) || text.parse::<Date>().is_ok() {
                return Ok(Self);
            }
            let near = nearest(text, &HOLIDAYS).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
            let cure = format!("{near}write a date like 2026-12-25, or one of {}", HOLIDAYS.map(|name| format!("`{name}`")).join(", "));
            Err(Refusal::new(format!("`{text}` is neither a date nor a list of holidays")).cure(cure))
        },
    },
    { "anyOf": [{ "enum": HOLIDAYS }, { "type": "string", "format": "date" }] }
);

/// A local time in the configured zone: `2026-12-06T22:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LocalTime(pub(super) DateTime);

written_as_text!(
    LocalTime,
    Writing {
        wanted: "a date and a time",
        example: "2026-12-06T22:00",
        parse: |text| {
            let refusal = |why: &str| {
                Refusal::new(format!("`{text}` {why}")).cure("write a local date and time like \"2026-12-06T22:00\"")
            };
            if text.ends_with(['Z', 'z']) || text.get(10..).is_some_and(|time| time.contains(['+', '-'])) {
                return Err(refusal("names a zone of its own; times here are in the zone of `timezone`"));
            }
            let whole = text.contains(['T', 't', ' ']);
            text.parse().ok().filter(|_| whole).map(Self).ok_or_else(|| refusal("is no date with a time"))
        },
    },
    { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?$" }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_have_four_digits_and_an_end() {
        assert_eq!(Minute::parse("08:30"), Some(Minute(510)));
        assert_eq!(Minute::parse("24:00"), Some(Minute(1440)));
        for bad in ["8:00", "24:01", "12:60", "0800", "+8:00", "aa:bb", "é:00"] {
            assert_eq!(Minute::parse(bad), None, "{bad}");
        }
    }
}
