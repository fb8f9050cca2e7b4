//! Which days are bank holidays? As gov.uk divides them, from 2012 to 2035.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

/// A part of the United Kingdom that has bank holidays of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    EnglandAndWales,
    Scotland,
    NorthernIreland,
}

use Part::{EnglandAndWales, NorthernIreland, Scotland};

/// The lists that are built in.
pub(super) const BUILT_IN: [&str; 3] =
    ["england-and-wales-bank-holidays", "scotland-bank-holidays", "northern-ireland-bank-holidays"];

const PARTS: [Part; 3] = [EnglandAndWales, Scotland, NorthernIreland];

/// Holidays are announced a year or two ahead; beyond this, planning by them is guesswork.
const YEARS: std::ops::RangeInclusive<i16> = 2012..=2035;

/// The days of a list that is built in, in order.
pub(super) fn built_in(name: &str) -> Option<Vec<Date>> {
    let at = BUILT_IN.iter().position(|built_in| *built_in == name)?;
    Some(YEARS.flat_map(|year| of_year(PARTS[at], year)).collect())
}

fn of_year(part: Part, year: i16) -> Vec<Date> {
    let mut days = new_year(part, year);
    days.extend(spring(part, year));
    days.extend(summer(part, year));
    days.extend(winter(part, year));
    days.extend(
        ONCE.iter()
            .filter(|(day, only)| day.year() == year && only.is_none_or(|only| only == part))
            .map(|(day, _)| *day),
    );
    days.sort_unstable();
    days
}

/// Holidays that came once, and where, if not everywhere.
const ONCE: [(Date, Option<Part>); 5] = [
    (date(2012, 6, 5), None),            // Diamond Jubilee
    (date(2022, 6, 3), None),            // Platinum Jubilee
    (date(2022, 9, 19), None),           // state funeral of Queen Elizabeth II
    (date(2023, 5, 8), None),            // coronation of King Charles III
    (date(2026, 6, 15), Some(Scotland)), // the first match of the World Cup
];

fn new_year(part: Part, year: i16) -> Vec<Date> {
    let first = date(year, 1, 1);
    match part {
        Scotland => both(first, first.saturating_add(1.day())),
        _ => vec![observed(first)],
    }
}

fn spring(part: Part, year: i16) -> Vec<Date> {
    let easter = easter(year);
    let mut days = vec![easter.saturating_sub(2.days()), early_may(year), late_may(year)];
    if part != Scotland {
        days.push(easter.saturating_add(1.day()));
    }
    if part == NorthernIreland {
        days.push(observed(date(year, 3, 17))); // Saint Patrick
        days.push(observed(date(year, 7, 12))); // Battle of the Boyne
    }
    days
}

/// The first Monday in May; in 2020 the 75th Victory in Europe Day instead.
fn early_may(year: i16) -> Date {
    if year == 2020 { date(2020, 5, 8) } else { monday(year, 5, 1) }
}

/// The last Monday in May; in the years of a jubilee it moved to June.
fn late_may(year: i16) -> Date {
    match year {
        2012 => date(2012, 6, 4),
        2022 => date(2022, 6, 2),
        _ => monday(year, 5, -1),
    }
}

fn summer(part: Part, year: i16) -> Vec<Date> {
    vec![if part == Scotland { monday(year, 8, 1) } else { monday(year, 8, -1) }]
}

fn winter(part: Part, year: i16) -> Vec<Date> {
    let mut days = both(date(year, 12, 25), date(year, 12, 26));
    if part == Scotland {
        days.push(observed(date(year, 11, 30))); // Saint Andrew
    }
    days
}

/// The day, or the Monday after it if it falls on a weekend.
fn observed(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(2.days()),
        Weekday::Sunday => day.saturating_add(1.day()),
        _ => day,
    }
}

/// Two days in a row: where one falls on a weekend, the next working day that is not the other one.
fn both(first: Date, second: Date) -> Vec<Date> {
    let (one, other) = (observed(first), observed(second));
    let is_free = first.weekday() == Weekday::Sunday || one == other;
    vec![one, if is_free { one.saturating_add(1.day()) } else { other }]
}

/// The `nth` Monday of a month, counted from its end if negative.
fn monday(year: i16, month: i8, nth: i8) -> Date {
    let first = date(year, month, 1);
    first.nth_weekday_of_month(nth, Weekday::Monday).unwrap_or(first)
}

/// Easter Sunday, by the rule of Meeus, Jones and Butcher.
fn easter(year: i16) -> Date {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let shift = century - century / 4 - (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + shift + 15) % 30;
    let week = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * week) / 451;
    let march = moon + week - 7 * late + 22;
    date(year, 3, 1).saturating_add(i64::from(march - 1).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, year: i16) -> String {
        let days = built_in(name).unwrap().into_iter().filter(|day| day.year() == year);
        days.map(|day| day.strftime("%d/%m").to_string()).collect::<Vec<_>>().join(" ")
    }

    /// As gov.uk lists them.
    #[test]
    fn the_days_are_those_that_were_proclaimed() {
        let years = [
            (2012, "02/01 06/04 09/04 07/05 04/06 05/06 27/08 25/12 26/12"),
            (2019, "01/01 19/04 22/04 06/05 27/05 26/08 25/12 26/12"),
            (2020, "01/01 10/04 13/04 08/05 25/05 31/08 25/12 28/12"),
            (2021, "01/01 02/04 05/04 03/05 31/05 30/08 27/12 28/12"),
            (2022, "03/01 15/04 18/04 02/05 02/06 03/06 29/08 19/09 26/12 27/12"),
            (2023, "02/01 07/04 10/04 01/05 08/05 29/05 28/08 25/12 26/12"),
            (2024, "01/01 29/03 01/04 06/05 27/05 26/08 25/12 26/12"),
            (2025, "01/01 18/04 21/04 05/05 26/05 25/08 25/12 26/12"),
            (2026, "01/01 03/04 06/04 04/05 25/05 31/08 25/12 28/12"),
            (2027, "01/01 26/03 29/03 03/05 31/05 30/08 27/12 28/12"),
        ];
        for (year, wanted) in years {
            assert_eq!(told("england-and-wales-bank-holidays", year), wanted, "{year}");
        }
    }

    #[test]
    fn scotland_and_northern_ireland_have_their_own() {
        let scotland = |year| told("scotland-bank-holidays", year);
        assert_eq!(scotland(2022), "03/01 04/01 15/04 02/05 02/06 03/06 01/08 19/09 30/11 26/12 27/12");
        assert_eq!(scotland(2023), "02/01 03/01 07/04 01/05 08/05 29/05 07/08 30/11 25/12 26/12");
        let ireland = told("northern-ireland-bank-holidays", 2024);
        assert_eq!(ireland, "01/01 18/03 29/03 01/04 06/05 27/05 12/07 26/08 25/12 26/12");
    }

    #[test]
    fn no_holiday_falls_on_a_weekend_or_twice_on_a_day() {
        for name in BUILT_IN {
            let days = built_in(name).unwrap();
            assert!(days.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
            let weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert_eq!(days.iter().find(|day| weekend(day)), None, "{name}");
        }
        assert_eq!(built_in("french-bank-holidays"), None);
    }

    #[test]
    fn easter_is_where_the_moon_puts_it() {
        let easters =
            [(2012, 4, 8), (2016, 3, 27), (2019, 4, 21), (2024, 3, 31), (2030, 4, 21), (2035, 3, 25)];
        for (year, month, day) in easters {
            assert_eq!(easter(year), date(year, month, day));
        }
    }
}
