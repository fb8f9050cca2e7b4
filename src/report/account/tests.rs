//! Does every millisecond count once, and for what it was?

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::{
    entry::{MaintenanceNews, MaintenanceTurn},
    model::{Maintenance, Outline, ServiceOutline, ServiceState, ServiceTransition, Severities, When},
};

const HOUR: i64 = 3_600_000;

fn epr() -> Slug {
    "epr".parse().unwrap()
}

fn hour(count: i64) -> Moment {
    Moment::from_ms(count * HOUR)
}

fn hours(from: i64, until: i64) -> Period {
    Period::new(hour(from), hour(until))
}

fn planned(at: Moment) -> Entry {
    let epr = ServiceOutline {
        id: epr(),
        title: "Record".to_owned(),
        owner: None,
        tier: None,
        users: None,
        runbook: None,
        severities: Severities::default(),
        depends_on: Vec::new(),
        public: false,
        groups: Vec::new(),
        objectives: Vec::new(),
        rebase: Vec::new(),
    };
    let outline = Arc::new(Outline { services: vec![epr], ..Outline::default() });
    Entry::Planned { at, digest: String::new(), outline }
}

fn turned(since: Moment, to: ServiceState, confirmed: Moment) -> Entry {
    let from = ServiceState::Unknown;
    Entry::ServiceChanged(ServiceTransition {
        service: epr(),
        from,
        to,
        since,
        after: None,
        confirmed,
        by: None,
    })
}

fn removed(at: Moment) -> Entry {
    Entry::ServiceRemoved { at, service: epr() }
}

fn declared(at: Moment, name: &str, period: Period) -> Entry {
    let work = Maintenance {
        id: name.parse().unwrap(),
        services: vec![epr()],
        when: When::Once(period),
        reason: "Upgrade".to_owned(),
        declared_by: "Change board".to_owned(),
        declared_at: None,
        by_hand: false,
    };
    Entry::Maintenance(Box::new(MaintenanceNews { at, what: MaintenanceTurn::Declared(work) }))
}

fn withdrawn(at: Moment, name: &str) -> Entry {
    let what = MaintenanceTurn::Withdrawn { id: name.parse().unwrap() };
    Entry::Maintenance(Box::new(MaintenanceNews { at, what }))
}

fn account(entries: &[Entry]) -> Account {
    let mut account = Account::default();
    for entry in entries {
        account.absorb(entry);
    }
    account
}

/// The parts of a tally that are not nothing, in hours.
fn told(tally: Tally) -> String {
    let names = ["up", "at_risk", "degraded", "partial", "down", "maintenance", "unknown"];
    let parts = names.into_iter().zip(tally.parts()).filter(|(_, part)| !part.is_zero());
    parts.map(|(name, part)| format!("{name} {}", part.as_secs() / 3600)).collect::<Vec<_>>().join(", ")
}

/// The tally of the first day.
fn day(entries: &[Entry]) -> String {
    told(account(entries).tally(&epr(), hours(0, 24)))
}

use ServiceState::{Degraded, Down, Unknown, Up};

#[test]
fn what_nobody_saw_is_unknown_whether_the_agent_came_back_or_not() {
    let morning = [planned(hour(0)), turned(hour(0), Up, hour(0)), Entry::Stopped { at: hour(12) }];
    assert_eq!(day(&morning), "up 12, unknown 12");
    let back = [
        turned(hour(12), Unknown, hour(20)),
        turned(hour(20), Up, hour(20)),
        Entry::Stopped { at: hour(24) },
    ];
    assert_eq!(day(&[&morning[..], &back[..]].concat()), "up 16, unknown 8");
}

/// The example of docs/states.md.
#[test]
fn a_day_is_split_as_the_documents_say() {
    let minutes = |count: u64| Duration::from_mins(count);
    let up_again = hour(9) + minutes(42) + Duration::from_secs(10);
    let account = account(&[
        declared(hour(-150), "upgrade", hours(22, 24)),
        planned(hour(0)),
        turned(hour(0), Up, hour(0)),
        turned(hour(9), Down, hour(9)),
        turned(up_again, Up, up_again),
        turned(hour(12), Unknown, hour(18)),
        turned(hour(18), Up, hour(18)),
        Entry::Stopped { at: hour(24) },
    ]);
    let wanted = Tally {
        up: minutes(15 * 60 + 17) + Duration::from_secs(50),
        down: minutes(42) + Duration::from_secs(10),
        maintenance: minutes(2 * 60),
        unknown: minutes(6 * 60),
        ..Tally::default()
    };
    assert_eq!(account.tally(&epr(), hours(0, 24)), wanted);
}

#[test]
fn looks_that_are_known_otherwise_are_seen() {
    let mut account = account(&[planned(hour(0)), turned(hour(0), Up, hour(0))]);
    account.known_until(hour(24));
    assert_eq!(told(account.tally(&epr(), hours(0, 24))), "up 24");
}

#[test]
fn a_day_of_planned_work_is_neither_up_nor_down() {
    let down_all_day = [
        declared(hour(-2), "upgrade", hours(0, 24)),
        planned(hour(0)),
        turned(hour(0), Down, hour(0)),
        Entry::Stopped { at: hour(24) },
    ];
    assert_eq!(day(&down_all_day), "maintenance 24");
    assert_eq!(told(account(&down_all_day).gross(&epr(), hours(0, 24))), "down 24");
}

#[test]
fn no_data_is_all_unknown_and_no_life_is_nothing() {
    assert_eq!(day(&[planned(hour(0))]), "unknown 24");
    assert_eq!(day(&[planned(hour(30))]), "");
    assert_eq!(day(&[]), "");
}

#[test]
fn a_service_counts_from_its_first_plan_until_it_is_removed() {
    let life = [planned(hour(4)), turned(hour(6), Up, hour(6)), removed(hour(10)), planned(hour(20))];
    assert_eq!(day(&life), "up 4, unknown 6");
    let stray = [&life[..], &[turned(hour(2), Down, hour(21)), Entry::Stopped { at: hour(24) }]].concat();
    assert_eq!(day(&stray), "up 4, down 4, unknown 2");
    assert_eq!(day(&[planned(hour(0)), planned(hour(3)), planned(hour(5))]), "unknown 24");
}

#[test]
fn what_is_told_later_of_an_earlier_time_replaces_what_was_told() {
    let entries = [
        planned(hour(0)),
        turned(hour(0), Up, hour(0)),
        turned(hour(10), Degraded, hour(10)),
        turned(hour(12), Up, hour(12)),
        turned(hour(8), Down, hour(13)),
        turned(hour(14), Up, hour(14)),
        Entry::Stopped { at: hour(24) },
    ];
    assert_eq!(day(&entries), "up 18, down 6");
}

#[test]
fn only_what_was_announced_in_time_is_excluded() {
    let with = |works: &[Entry]| {
        let base = [planned(hour(0)), turned(hour(0), Up, hour(0)), Entry::Stopped { at: hour(24) }];
        let account = account(&[&base[..], works].concat());
        let windows = account.maintenance(&epr(), hours(0, 24));
        let late = windows.iter().filter(|window| window.late).count();
        (told(account.tally(&epr(), hours(0, 24))), windows.len(), late)
    };
    let window = |from, until| hours(from, until);
    let told = |words: &str, windows, late| (words.to_owned(), windows, late);
    assert_eq!(with(&[declared(hour(2), "a", window(2, 4))]), told("up 22, maintenance 2", 1, 0));
    assert_eq!(with(&[declared(hour(3), "a", window(2, 4))]), told("up 24", 1, 1));
    assert_eq!(with(&[declared(hour(9), "a", window(2, 4))]), told("up 24", 1, 1));
    let overlapping = [
        declared(hour(1), "a", window(2, 6)),
        declared(hour(5), "b", window(4, 8)),
        declared(hour(1), "c", window(3, 7)),
    ];
    assert_eq!(with(&overlapping), told("up 19, maintenance 5", 3, 1));
    let cut = [declared(hour(1), "a", window(2, 6)), withdrawn(hour(3), "a")];
    assert_eq!(with(&cut), told("up 23, maintenance 1", 1, 0));
    let never = [declared(hour(1), "a", window(2, 6)), withdrawn(hour(2), "a")];
    assert_eq!(with(&never), told("up 24", 0, 0));
    let again = [declared(hour(1), "a", window(2, 6)), declared(hour(3), "a", window(2, 6))];
    assert_eq!(with(&again), told("up 20, maintenance 4", 1, 0));
    let reworded =
        [declared(hour(1), "a", window(2, 6)), withdrawn(hour(3), "a"), declared(hour(3), "a", window(2, 6))];
    assert_eq!(with(&reworded), told("up 20, maintenance 4", 1, 0));
    let moved = [declared(hour(1), "a", window(2, 6)), declared(hour(3), "a", window(2, 8))];
    assert_eq!(with(&moved), told("up 23, maintenance 1", 2, 1));
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let at = || (0..200_000_i64).prop_map(Moment::from_ms);
    let state = prop::sample::select(ServiceState::ALL.to_vec());
    let name = || prop::sample::select(vec!["a", "b", "c"]);
    let window = (at(), at()).prop_map(|(from, until)| Period::new(from, until));
    prop_oneof![
        1 => at().prop_map(planned),
        8 => (at(), state, at()).prop_map(|(since, to, confirmed)| turned(since, to, confirmed)),
        1 => at().prop_map(removed),
        2 => (at(), name(), window).prop_map(|(at, name, period)| declared(at, name, period)),
        1 => (at(), name()).prop_map(|(at, name)| withdrawn(at, name)),
        1 => at().prop_map(|at| Entry::Stopped { at }),
    ]
}

proptest! {
    /// The parts of a period sum to as much of it as the service was watched; two halves of it sum to the whole.
    #[test]
    fn every_millisecond_counts_once(
        entries in prop::collection::vec(any_entry(), 0..40),
        mut cuts in prop::collection::vec(-1000..250_000_i64, 3),
    ) {
        cuts.sort_unstable();
        let at = |index: usize| Moment::from_ms(cuts[index]);
        let account = account(&entries);
        let whole = Period::new(at(0), at(2));
        let tally = account.tally(&epr(), whole);
        let watched: Duration = account.course(&epr(), whole).iter().map(|stretch| stretch.period.length()).sum();
        prop_assert_eq!(tally.total(), watched);
        prop_assert_eq!(account.gross(&epr(), whole).total(), watched);
        let halves = [Period::new(at(0), at(1)), Period::new(at(1), at(2))];
        prop_assert_eq!(halves.into_iter().map(|half| account.tally(&epr(), half)).sum::<Tally>(), tally);
        let mut watched_always = account.clone();
        watched_always.courses.clear();
        watched_always.absorb(&planned(Moment::from_ms(-2000)));
        prop_assert_eq!(watched_always.tally(&epr(), whole).total(), whole.length());
    }

    /// Stretches follow each other without a hole within one life, and each has a length.
    #[test]
    fn a_course_is_in_order(entries in prop::collection::vec(any_entry(), 0..40)) {
        let course = account(&entries).course(&epr(), Period::new(Moment::from_ms(-1000), Moment::from_ms(250_000)));
        prop_assert!(course.iter().all(|stretch| !stretch.period.is_empty()));
        prop_assert!(course.windows(2).all(|pair| pair[0].period.until <= pair[1].period.from));
    }
}
