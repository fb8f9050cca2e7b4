//! Does planned work happen when the clock on the wall says so?

use proptest::prelude::*;

use super::*;
use crate::model::Day;

const DAYS: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

fn at(text: &str) -> Moment {
    Moment::from_ms(text.parse::<Timestamp>().unwrap().as_millisecond())
}

fn minute(text: &str) -> u16 {
    let (hour, minute) = text.split_once(':').unwrap();
    hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
}

fn repeat(every: Every, hours: &str) -> Repeat {
    let (from, until) = hours.split_once('-').unwrap();
    let (from, until) = (minute(from), minute(until));
    Repeat {
        zone: "Europe/London".to_owned(),
        every,
        from,
        until,
        first: None,
        last: None,
        except: Vec::new(),
    }
}

/// The occurrences from one day (in UTC) to another: when each begins in UTC, and how many minutes it lasts.
fn told(repeat: Repeat, from: &str, until: &str) -> String {
    let window = Period::new(at(&format!("{from}T00:00Z")), at(&format!("{until}T00:00Z")));
    let told = |one: Period| format!("{} {}", &one.from.to_string()[5..16], one.length().as_secs() / 60);
    Timetable::of(&When::Repeated(repeat)).touching(window).map(told).collect::<Vec<_>>().join(", ")
}

#[test]
fn weekly_work_follows_the_clock_on_the_wall() {
    let sundays = |hours| repeat(Every::Week(vec![Day::Sun]), hours);
    let cases = [
        // Clocks go forward at 01:00 on 29 March and back at 02:00 on 25 October.
        ("01:30-03:00", "2026-03-22", "2026-04-06", "03-22T01:30 90, 03-29T01:30 30, 04-05T00:30 90"),
        ("01:30-03:00", "2026-10-18", "2026-11-02", "10-18T00:30 90, 10-25T00:30 150, 11-01T01:30 90"),
        ("01:00-02:00", "2026-03-22", "2026-04-06", "03-22T01:00 60, 04-05T00:00 60"),
        ("01:15-01:45", "2026-10-25", "2026-10-26", "10-25T00:15 30"),
        ("22:00-02:00", "2026-03-22", "2026-03-30", "03-22T22:00 240, 03-29T21:00 240"),
        ("00:00-24:00", "2026-03-29", "2026-03-30", "03-29T00:00 1380"),
        ("00:00-24:00", "2026-10-25", "2026-10-26", "10-24T23:00 1500"),
        ("00:00-00:00", "2026-10-25", "2026-10-26", "10-24T23:00 1500"),
        ("22:00-02:00", "2026-11-16", "2026-11-17", "11-15T22:00 240"),
    ];
    for (hours, from, until, wanted) in cases {
        assert_eq!(told(sundays(hours), from, until), wanted, "{hours} from {from}");
    }
}

#[test]
fn monthly_work_counts_from_either_end() {
    let monthly = |nth, day| repeat(Every::Month { nth, day }, "20:00-21:00");
    assert_eq!(told(monthly(2, Day::Tue), "2026-11-01", "2027-01-01"), "11-10T20:00 60, 12-08T20:00 60");
    assert_eq!(told(monthly(-1, Day::Fri), "2026-01-01", "2026-03-01"), "01-30T20:00 60, 02-27T20:00 60");
    assert_eq!(told(monthly(5, Day::Sun), "2026-01-01", "2026-08-01"), "03-29T19:00 60, 05-31T19:00 60");
    assert_eq!(told(monthly(0, Day::Sun), "2026-01-01", "2026-08-01"), "");
}

#[test]
fn first_last_and_excepted_days_are_those_on_which_it_would_begin() {
    let day = |text: &str| Some(text.parse().unwrap());
    let nightly = Repeat {
        first: day("2026-12-23"),
        last: day("2026-12-27"),
        except: vec!["2026-12-25".parse().unwrap()],
        ..repeat(Every::Week(DAYS.into()), "23:00-01:00")
    };
    let wanted = "12-23T23:00 120, 12-24T23:00 120, 12-26T23:00 120, 12-27T23:00 120";
    assert_eq!(told(nightly.clone(), "2026-12-01", "2027-01-01"), wanted);
    let timetable = Timetable::of(&When::Repeated(nightly));
    assert_eq!(timetable.next_boundary(at("2020-01-01T00:00Z")), Some(at("2026-12-23T23:00Z")));
    assert_eq!(timetable.next_boundary(at("2026-12-25T01:00Z")), Some(at("2026-12-26T23:00Z")));
    assert_eq!(timetable.next_boundary(at("2026-12-28T01:00Z")), None);
}

#[test]
fn what_happens_once_begins_and_ends_once() {
    let period = Period::new(Moment::from_ms(10), Moment::from_ms(20));
    let once = Timetable::of(&When::Once(period));
    let next = |at| once.next_boundary(Moment::from_ms(at)).map(Moment::as_ms);
    assert_eq!((next(9), next(10), next(20)), (Some(10), Some(20), None));
    let active = |at| once.active_at(Moment::from_ms(at));
    assert_eq!((active(9), active(10), active(19), active(20)), (None, Some(period), Some(period), None));
    let never = When::Once(Period::new(Moment::from_ms(5), Moment::from_ms(5)));
    assert_eq!(Timetable::of(&never).next_boundary(Moment::from_ms(0)), None);
}

#[test]
fn strange_moments_and_zones_neither_panic_nor_hang() {
    let odd = Repeat { zone: "Nowhere/Land".to_owned(), ..repeat(Every::Week(Vec::new()), "23:00-01:00") };
    let timetable = Timetable::of(&When::Repeated(odd));
    for at in [i64::MIN, 0, i64::MAX] {
        assert_eq!(timetable.next_boundary(Moment::from_ms(at)), None);
        assert_eq!(timetable.active_at(Moment::from_ms(at)), None);
    }
}

fn any_repeat() -> impl Strategy<Value = Repeat> {
    let day = (0..7_usize).prop_map(|at| DAYS[at]);
    let month = (-5..6_i8, day.clone()).prop_map(|(nth, day)| Every::Month { nth, day });
    let every = prop_oneof![prop::collection::vec(day, 0..4).prop_map(Every::Week), month];
    let zones = prop::sample::select(vec!["Europe/London", "Australia/Lord_Howe", "America/St_Johns", "UTC"]);
    (every, 0..1440_u16, 0..=1440_u16, zones).prop_map(|(every, from, until, zone)| Repeat {
        zone: zone.to_owned(),
        from,
        until,
        ..repeat(every, "00:00-00:00")
    })
}

proptest! {
    /// However time is cut into windows, the same occurrences are found, in order, none longer than a long day.
    #[test]
    fn the_same_is_found_whichever_window_is_asked(
        repeat in any_repeat(),
        cuts in prop::collection::vec(1_767_225_600_000..1_798_761_600_000_i64, 3),
    ) {
        let timetable = Timetable::of(&When::Repeated(repeat));
        let mut cuts: Vec<Moment> = cuts.into_iter().map(Moment::from_ms).collect();
        cuts.sort();
        let found = |from, until| timetable.touching(Period::new(from, until)).collect::<Vec<_>>();
        let whole = found(cuts[0], cuts[2]);
        let mut parts = [found(cuts[0], cuts[1]), found(cuts[1], cuts[2])].concat();
        parts.sort();
        parts.dedup();
        prop_assert_eq!(&whole, &parts);
        prop_assert!(whole.windows(2).all(|pair| pair[0] < pair[1]));
        let long_day = Duration::from_hours(25);
        prop_assert!(whole.iter().all(|one| !one.is_empty() && one.length() <= long_day));
        let boundaries = whole.iter().flat_map(|one| [one.from, one.until]);
        let next = boundaries.filter(|one| *one > cuts[0] && *one < cuts[2]).min();
        prop_assert_eq!(timetable.next_boundary(cuts[0]).filter(|next| *next < cuts[2]), next);
        prop_assert_eq!(timetable.active_at(cuts[1]), whole.into_iter().find(|one| one.contains(cuts[1])));
    }
}
