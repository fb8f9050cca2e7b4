//! What every ledger does, whatever it is kept in.

use std::{ops::ControlFlow, time::Duration};

use wardround::{
    entry::{Entry, IncidentTurn, MaintenanceTurn},
    ledger::{Ledger, Memory, Seq, Sqlite, Whose},
    model::{Outcome, ServiceState, State},
};

use super::given::*;

const HOUR: i64 = 3_600_000;

macro_rules! of_every_ledger {
    ($($name:ident)*) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&mut super::Memory::default()); })*
        }
        mod sqlite {
            $(#[test] fn $name() {
                let dir = tempfile::tempdir().unwrap();
                super::$name(&mut super::Sqlite::open(dir.path()).unwrap().ledger);
            })*
        }
    };
}

of_every_ledger! {
    an_empty_one_says_nothing
    entries_come_back_in_order_and_chained
    looks_come_back_by_when_they_began
    what_is_kept_of_a_look
    looks_of_one_millisecond_are_both_kept
    hours_add_up
    hours_are_added_up
    late_looks_count_in_their_hour
    pruning_forgets_looks_alone
    incidents_stand_as_last_told
    history_begins_with_what_held
    what_people_did_is_found_by_what_it_was_about
    states_are_told_by_what_is_believed_now
    a_removed_probe_keeps_its_history
    the_tail_is_the_fold_of_all
    reading_can_break_off
}

fn an_empty_one_says_nothing(ledger: &mut dyn Ledger) {
    assert_eq!(ledger.tail().unwrap(), wardround::entry::Tail::default());
    assert_eq!(ledger.head().unwrap(), wardround::ledger::Head::default());
    assert!(looks(ledger, None, ALWAYS).is_empty());
    assert!(ledger.probes().unwrap().is_empty());
    ledger.append(&[]).unwrap();
    assert!(ledger.incident(&slug("epr-outage-1")).unwrap().is_none());
}

fn entries_come_back_in_order_and_chained(ledger: &mut dyn Ledger) {
    let given =
        [Entry::Started { at: at(1) }, planned(2, "a"), up("epr/a", 3), planned(4, "a"), gap("epr/a", 5, 6)];
    fill(ledger, given.clone());
    let wanted: Vec<_> =
        given.into_iter().filter(|entry| !matches!(entry, Entry::Observed(_))).zip(1..).collect();
    let found: Vec<_> = chained(ledger, 0).into_iter().map(|(seq, entry)| (entry, seq)).collect();
    assert_eq!(found, wanted);
    assert_eq!(chained(ledger, 3).len(), 1);
    let head = ledger.head().unwrap();
    assert_eq!(head.seq, Seq(4));
    // The chain is part of the format: whoever kept a head must find it again for ever.
    assert_eq!(head.hash.to_string(), HEAD);
}

const HEAD: &str = "f4be57e320a5c430438a08b64ec5cd648052d54f8e8bede1f908a4be540f37a8";

fn looks_come_back_by_when_they_began(ledger: &mut dyn Ledger) {
    fill(ledger, [up("epr/b", 50), up("epr/a", 50), up("epr/a", 10), up("epr/c", 40), up("epr/a", 60)]);
    let all = looks(ledger, None, (0, 60));
    let told: Vec<_> = all.iter().map(|look| (look.began.as_ms(), look.probe.to_string())).collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(told, [(10, text("epr/a")), (40, text("epr/c")), (50, text("epr/a")), (50, text("epr/b"))]);
    assert_eq!(begans(&looks(ledger, Some(&probe("epr/a")), (10, 61))), [10, 50, 60]);
    assert!(looks(ledger, Some(&probe("epr/z")), ALWAYS).is_empty());
}

fn what_is_kept_of_a_look(ledger: &mut dyn Ledger) {
    for which in 0..6 {
        fill(ledger, [observed(detailed(look("epr/a", i64::from(which), outcome(which))))]);
    }
    for (which, kept) in looks(ledger, None, ALWAYS).into_iter().enumerate() {
        let given = look("epr/a", i64::try_from(which).unwrap(), outcome(u8::try_from(which).unwrap()));
        let wanted = if given.seen.outcome == Outcome::Up { given } else { detailed(given) };
        assert_eq!(kept, wanted);
    }
}

fn looks_of_one_millisecond_are_both_kept(ledger: &mut dyn Ledger) {
    fill(ledger, [observed(look("epr/a", 7, outcome(3))), up("epr/a", 7)]);
    let both: Vec<_> = looks(ledger, None, ALWAYS).iter().map(|look| look.seen.outcome.index()).collect();
    assert_eq!(both, [2, 0]);
}

fn hours_add_up(ledger: &mut dyn Ledger) {
    for which in 0..12 {
        fill(ledger, [observed(look("epr/a", i64::from(which) * 900_000, outcome(which)))]);
    }
    let hours = ledger.hours(&probe("epr/a"), period(0, 4 * HOUR)).unwrap();
    let counts: Vec<_> = hours.iter().map(|hour| (hour.from.as_ms(), hour.outcomes)).collect();
    assert_eq!(counts, [(0, [2, 1, 1, 0]), (HOUR, [2, 0, 1, 1]), (2 * HOUR, [0, 1, 2, 1])]);
    let took = Duration::from_micros(42_123);
    assert_eq!((hours[0].sum, hours[0].max, hours[0].latency.count()), (took * 3, took, 3));
    assert_eq!(ledger.hours(&probe("epr/a"), period(HOUR, 2 * HOUR)).unwrap(), hours[1..2]);
    assert!(ledger.hours(&probe("epr/b"), period(0, HOUR)).unwrap().is_empty());
}

fn hours_are_added_up(ledger: &mut dyn Ledger) {
    let look = |hour: i64| look("epr/a", hour * HOUR + 7, outcome(u8::try_from(hour.rem_euclid(7)).unwrap()));
    fill(ledger, (-30..90).map(|hour| observed(look(hour))));
    let sum = |from, until| ledger.sum(&probe("epr/a"), period(from, until)).unwrap();
    assert_eq!((sum(-9 * HOUR, 80 * HOUR).looks(), sum(-9 * HOUR, 80 * HOUR).from), (89, at(-9 * HOUR)));
    assert_eq!((sum(1, HOUR).looks(), sum(0, 1).looks(), sum(5, 5).looks()), (0, 1, 0));
    let took = Duration::from_micros(42_123);
    let good = sum(0, 7 * HOUR);
    assert_eq!((good.outcomes, good.sum, good.max, good.latency.count()), ([3, 1, 2, 1], took * 4, took, 4));
    assert_eq!(ledger.sum(&probe("epr/b"), period(1, 2)).unwrap(), wardround::ledger::Hour::new(at(1)));
}

fn late_looks_count_in_their_hour(ledger: &mut dyn Ledger) {
    fill(ledger, (0..600).map(|n| up("epr/a", n * 30_000)));
    fill(ledger, [up("epr/a", 5)]);
    let hours = ledger.hours(&probe("epr/a"), period(0, HOUR)).unwrap();
    assert_eq!(hours[0].outcomes, [121, 0, 0, 0]);
    assert_eq!(begans(&looks(ledger, None, (0, 30_001))), [0, 5, 30_000]);
}

fn pruning_forgets_looks_alone(ledger: &mut dyn Ledger) {
    fill(ledger, (0..600).map(|n| up("epr/a", n * 30_000)));
    fill(ledger, [changed("epr/a", State::Down, 30, 60), observed(look("epr/b", 10, outcome(3)))]);
    let hours = ledger.hours(&probe("epr/a"), period(0, 9 * HOUR)).unwrap();
    let head = ledger.head().unwrap();
    assert_eq!(ledger.prune(at(HOUR + 1)).unwrap(), 122);
    assert_eq!(ledger.prune(at(HOUR + 1)).unwrap(), 0);
    assert_eq!(looks(ledger, None, ALWAYS).first().map(|look| look.began), Some(at(HOUR + 30_000)));
    assert_eq!(looks(ledger, None, ALWAYS).len(), 479);
    assert_eq!(ledger.hours(&probe("epr/a"), period(0, 9 * HOUR)).unwrap(), hours);
    assert_eq!(ledger.hours(&probe("epr/b"), period(0, HOUR)).unwrap()[0].outcomes, [0, 0, 1, 0]);
    assert_eq!(ledger.probes().unwrap(), [probe("epr/a"), probe("epr/b")]);
    assert_eq!((ledger.head().unwrap(), ledger.tail().unwrap().newest), (head, Some(at(599 * 30_000 + 42))));
}

fn incidents_stand_as_last_told(ledger: &mut dyn Ledger) {
    use IncidentTurn::{Closed, Opened, Withdrawn};
    fill(ledger, [incident(Opened, "epr", 100, None), incident(Opened, "pacs", 150, None)]);
    fill(ledger, [incident(Closed, "epr", 100, Some(200)), incident(Withdrawn, "pacs", 150, None)]);
    fill(ledger, [incident(Opened, "dns", 50, None)]);
    let within = |from, until| {
        let told = ledger.incidents(period(from, until)).unwrap();
        told.iter().map(|incident| incident.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(within(0, 1000), "dns-outage-50 epr-outage-100");
    assert_eq!(within(0, 100), "dns-outage-50");
    assert_eq!(within(199, 200), "dns-outage-50 epr-outage-100");
    assert_eq!(within(200, 300), "dns-outage-50");
    assert_eq!(within(0, 50), "");
    let epr = ledger.incident(&slug("epr-outage-100")).unwrap().unwrap();
    assert_eq!(epr.until(), Some(at(200)));
    assert!(ledger.incident(&slug("pacs-outage-150")).unwrap().is_none());
}

fn history_begins_with_what_held(ledger: &mut dyn Ledger) {
    use ServiceState::{Down, Up};
    fill(ledger, [service_changed("epr", Up, 10, 10), service_changed("epr", Down, 100, 103)]); // 1, 2
    fill(ledger, [service_changed("pacs", Down, 105, 110), service_changed("epr", Up, 150, 160)]); // 3, 4
    fill(ledger, [service_changed("epr", Down, 140, 190), gap("epr/a", 90, 120), gap("epr/a", 130, 140)]); // 5, 6, 7
    fill(ledger, [planned(1, "a"), planned(90, "b"), declared(500, "w"), Entry::Started { at: at(300) }]); // 8 to 11
    fill(ledger, [Entry::ServiceRemoved { at: at(400), service: slug("epr") }]); // 12
    let of = |whose, from, until| history(ledger, whose, period(from, until));
    let (epr, a) = (slug("epr"), probe("epr/a"));
    assert_eq!(of(Whose::Service(&epr), 20, 100), [1]);
    assert_eq!(of(Whose::Service(&epr), 20, 141), [1, 2, 5]);
    assert_eq!(of(Whose::Service(&epr), 100, 200), [2, 4, 5]);
    assert_eq!(of(Whose::Service(&epr), 145, 200), [5]); // what was said before of the time after 140 no longer holds
    assert_eq!(of(Whose::Service(&epr), 390, 500), [5, 12]);
    assert!(of(Whose::Service(&epr), 0, 5).is_empty());
    assert_eq!(of(Whose::Probe(&a), 119, 130), [6]);
    assert_eq!(of(Whose::Agent, 95, 100), [9, 10, 11]);
}

fn what_people_did_is_found_by_what_it_was_about(ledger: &mut dyn Ledger) {
    use IncidentTurn::{Closed, Opened};
    fill(ledger, [incident(Opened, "epr", 10, None), noted("epr-outage-10", 20), did(20)]); // 1, 2, 3
    fill(ledger, [incident(Opened, "dns", 15, None), noted("dns-outage-15", 25), did(25)]); // 4, 5, 6
    fill(ledger, [told("desk", "epr-outage-10", 30, false), told("pager", "epr-outage-10", 31, false)]); // 7, 8
    fill(ledger, [incident(Closed, "epr", 10, Some(40)), noted("epr-outage-10", 900)]); // 9, 10
    let (epr, desk) = (slug("epr-outage-10"), slug("desk"));
    let of = |whose, from, until| history(ledger, whose, period(from, until));
    assert_eq!(of(Whose::Incident(&epr), 0, 1), [1, 2, 9, 10]);
    assert_eq!(of(Whose::Receiver(&desk), 30, 31), [7]);
    assert!(of(Whose::Receiver(&desk), 31, 50).is_empty());
    assert_eq!(of(Whose::People, 20, 25), [3]);
}

fn states_are_told_by_what_is_believed_now(ledger: &mut dyn Ledger) {
    use State::{Down, Unknown, Up};
    fill(
        ledger,
        [changed("epr/a", Up, 100, 100), changed("epr/a", Down, 200, 203), changed("epr/a", Up, 300, 303)],
    );
    fill(
        ledger,
        [changed("epr/a", Unknown, 250, 400), Entry::ProbeRemoved { at: at(500), probe: probe("epr/a") }],
    );
    let states = ledger.states(&probe("epr/a"), period(0, 1000)).unwrap();
    let ms = [Unknown, Up, State::Degraded, Down].map(|state| states.of(state).as_millis());
    assert_eq!(ms, [250, 100, 0, 50]);
    assert_eq!(ledger.states(&probe("epr/a"), period(210, 240)).unwrap().of(Down).as_millis(), 30);
}

fn a_removed_probe_keeps_its_history(ledger: &mut dyn Ledger) {
    let a = probe("epr/a");
    fill(ledger, [up("epr/a", 10), changed("epr/a", State::Up, 10, 10)]);
    fill(ledger, [Entry::ProbeRemoved { at: at(50), probe: a.clone() }]);
    assert!(ledger.tail().unwrap().probes.is_empty());
    assert_eq!(begans(&looks(ledger, Some(&a), ALWAYS)), [10]);
    assert_eq!(ledger.hours(&a, period(0, HOUR)).unwrap().len(), 1);
    assert_eq!(ledger.probes().unwrap(), std::slice::from_ref(&a));
    fill(ledger, [up("epr/a", 70)]); // it came back
    let tail = ledger.tail().unwrap();
    assert_eq!((tail.probes[&a].looks.len(), &tail.probes[&a].turn), (1, &None));
}

fn the_tail_is_the_fold_of_all(ledger: &mut dyn Ledger) {
    let withdrawn = MaintenanceTurn::Withdrawn { id: slug("w1") };
    let given = [
        planned(1, "a"),
        declared(2, "w1"),
        declared(3, "w2"),
        maintenance(4, withdrawn),
        gap("epr/a", 5, 6),
        up("epr/a", 10),
        gap("epr/b", 5, 6),
        Entry::CutOff { at: at(20), since: at(15) },
        service_changed("epr", ServiceState::Down, 20, 30),
        service_changed("pacs", ServiceState::Down, 20, 30),
        Entry::ServiceRemoved { at: at(31), service: slug("pacs") },
        incident(IncidentTurn::Opened, "epr", 40, None),
        told("duty", "epr-outage-40", 41, false),
        told("desk", "epr-outage-40", 42, false),
        told("duty", "epr-outage-1", 43, false),
        told("duty", "epr-outage-1", 44, true),
        told("desk", "epr-outage-1", 45, true),
        told("duty", "epr-outage-40", 25 * HOUR + 45, true),
    ];
    let mut tail = wardround::entry::Tail::default();
    for entry in &given {
        tail.absorb(entry);
    }
    fill(ledger, given);
    assert_eq!(ledger.tail().unwrap(), tail);
    let known: Vec<_> = tail.told.values().map(|told| (told.at.as_ms(), told.resolved)).collect();
    assert_eq!(known, [(45, true), (42, false), (25 * HOUR + 45, true)]);
}

fn reading_can_break_off(ledger: &mut dyn Ledger) {
    fill(ledger, (0..3).flat_map(|n| [up("epr/a", n), Entry::Started { at: at(n) }]));
    let (mut looks, mut entries) = (0, 0);
    let (all, break_off) = (period(0, 10), ControlFlow::Break(()));
    ledger
        .looks(None, all, &mut |_| {
            looks += 1;
            break_off
        })
        .unwrap();
    ledger
        .entries(Seq(0), &mut |_, _| {
            entries += 1;
            break_off
        })
        .unwrap();
    ledger
        .history(Whose::Agent, all, &mut |_, _| {
            entries += 1;
            break_off
        })
        .unwrap();
    assert_eq!((looks, entries), (1, 2));
}
