//! What if the machine sleeps? A stopped process stands for it.

use std::thread::sleep;

use rustix::process::Signal;
use wardround::{entry::Entry, model::State};

use super::{
    book::Book,
    ward::{INTERVAL, MS, Ward},
};

#[test]
fn a_sleep_is_one_gap_a_probe_and_belief_begins_anew_without_a_burst() {
    let ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    running.signal(Signal::STOP);
    sleep(MS(7_000));
    let before = Book::read(&ward.data).looks.len();
    running.signal(Signal::CONT);
    let woke = wardround::engine::wall();
    sleep(MS(2_000));
    running.until_it_sees();
    assert_eq!(running.value("wardround_ledger_up"), Some(1.0), "the ledger kept nobody waiting");
    assert_eq!(running.value("wardround_ledger_failures_total"), Some(0.0));
    assert!(running.stop().success());
    let book = Book::read(&ward.data);
    for service in ["epr", "pacs"] {
        let gaps: Vec<_> = book.gaps(service).into_iter().filter(|gap| gap.missed > 10).collect();
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert!((30..=60).contains(&gaps[0].missed), "{gaps:?}");
        book.has_every_due(service);
        let turns: Vec<_> = book
            .chained
            .iter()
            .filter_map(|entry| match entry {
                Entry::Changed(turn) if turn.probe.service.as_str() == service => Some(turn.to),
                _ => None,
            })
            .collect();
        assert_eq!(turns, [State::Up, State::Unknown, State::Up]);
        let soon =
            book.looks(service).filter(|look| look.began >= woke && look.began < woke + MS(1_000)).count();
        assert!(soon <= 7, "{soon} looks in the first second, one each {INTERVAL:?}");
    }
    assert!(book.looks.len() > before);
    assert!(!ward.log().contains("the ledger fails"), "{}", ward.log());
}
