//! How is a figure printed? Good shares are rounded down, bad lengths up; nothing is ever called whole that is not.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::Availability;
use crate::model::Moment;

/// `99.95 %` of the known time, with so many decimals, rounded down; `100 %` only if nothing is missing.
pub fn share(good: Duration, whole: Duration, decimals: usize) -> String {
    let power = 10_u128.pow(u32::try_from(decimals.min(6)).unwrap_or(0));
    match (good.as_millis() * 100 * power).checked_div(whole.as_millis()) {
        None => "no time counted".into(),
        Some(_) if good == whole => "100 %".into(),
        Some(parts) if decimals == 0 => format!("{parts} %"),
        Some(parts) => format!("{}.{:0decimals$} %", parts / power, parts % power),
    }
}

/// Decimals of a percentage, no finer than what one look at this interval can tell of a time, three at most.
pub fn decimals(interval: Duration, time: Duration) -> usize {
    let fits = |decimals: &u32| 100 * interval.as_millis() * 10_u128.pow(*decimals) <= time.as_millis();
    (0..=3).rev().find(fits).unwrap_or(0) as usize
}

/// `99.95 % (99.90 % to 99.97 %)`: the point figure, and what unknown time makes possible where there is any.
pub fn availability(one: Availability, decimals: usize) -> String {
    let point = share(one.good, one.known(), decimals);
    if one.unknown.is_zero() {
        return point;
    }
    let (least, most) = bounds(one, decimals);
    if one.known().is_zero() { "nobody saw".into() } else { format!("{point} ({least} to {most})") }
}

/// `0.12 %` of the whole, rounded up: for what is bad, or unknown. None if there is none.
pub fn share_of_bad(bad: Duration, whole: Duration) -> Option<String> {
    let parts = (bad.as_millis() * 10_000).div_ceil(whole.as_millis().max(1));
    (parts > 0).then(|| format!("{}.{:02} %", parts / 100, parts % 100))
}

/// The share if all unknown time was bad, and if it was good.
pub fn bounds(one: Availability, decimals: usize) -> (String, String) {
    (share(one.good, one.whole(), decimals), share(one.good + one.unknown, one.whole(), decimals))
}

/// `1 d 2 h 3 m 4 s`, rounded up to the second: for what is bad, or unknown.
pub fn up(span: Duration) -> String {
    seconds(u64::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u64::MAX))
}

/// The same rounded down: for what is good, and for what is allowed.
pub fn down(span: Duration) -> String {
    seconds(span.as_secs())
}

/// `6 October 2026`.
pub fn day(at: Moment, zone: &TimeZone) -> String {
    written(at, zone, "%-d %B %Y")
}

/// `6 October 2026 10:02:11`.
pub fn time(at: Moment, zone: &TimeZone) -> String {
    written(at, zone, "%-d %B %Y %H:%M:%S")
}

/// `2026-10-06 10:02:11.345 BST`: exact.
pub fn exact(at: Moment, zone: &TimeZone) -> String {
    written(at, zone, "%Y-%m-%d %H:%M:%S%.3f %Z")
}

/// `340 ms`, `1.25 s`: how long a look took.
pub fn latency(span: Duration) -> String {
    let ms = span.as_micros().div_ceil(1000);
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{:02} s", ms / 1000, ms % 1000 / 10) }
}

fn seconds(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds;
    let parts: Vec<String> = units
        .into_iter()
        .filter_map(|(unit, name)| {
            let count = rest / unit;
            rest %= unit;
            (count > 0).then(|| format!("{count} {name}"))
        })
        .collect();
    if parts.is_empty() { "0 s".into() } else { parts.join(" ") }
}

fn written(at: Moment, zone: &TimeZone, form: &str) -> String {
    Timestamp::from_millisecond(at.as_ms())
        .map_or_else(|_| at.to_string(), |stamp| stamp.to_zoned(zone.clone()).strftime(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_called_whole_that_is_not() {
        let told = |good: u64, whole: u64, decimals| {
            share(Duration::from_millis(good), Duration::from_millis(whole), decimals)
        };
        assert_eq!(told(99_996, 100_000, 2), "99.99 %");
        assert_eq!(told(99_996, 100_000, 3), "99.996 %");
        assert_eq!(told(99_996, 100_000, 0), "99 %");
        assert_eq!(told(999_999_999, 1_000_000_000, 3), "99.999 %");
        assert_eq!(
            (told(5, 5, 3), told(0, 5, 1), told(0, 0, 1)),
            ("100 %".into(), "0.0 %".into(), "no time counted".into())
        );
    }

    #[test]
    fn bad_time_is_rounded_up_and_good_time_down() {
        let span = Duration::from_millis(93_784_001);
        assert_eq!((up(span), down(span)), ("1 d 2 h 3 m 5 s".into(), "1 d 2 h 3 m 4 s".into()));
        assert_eq!(
            (up(Duration::from_millis(1)), down(Duration::from_millis(999))),
            ("1 s".into(), "0 s".into())
        );
        assert_eq!(latency(Duration::from_micros(999_001)), "1.00 s");
        assert_eq!(latency(Duration::from_micros(12_300)), "13 ms");
    }

    #[test]
    fn what_nobody_saw_makes_a_range() {
        let [good, bad, unknown] = [989, 1, 10].map(Duration::from_secs);
        assert_eq!(availability(Availability { good, bad, unknown }, 2), "99.89 % (98.90 % to 99.90 %)");
        let unseen = Availability { unknown, ..Availability::default() };
        assert_eq!(availability(unseen, 2), "nobody saw");
    }
}
