//! Is what was told remembered, whenever the process is killed?

use std::{collections::BTreeSet, thread};

use serde_json::Value;
use wardround::entry::Entry;

use super::{
    book::Book,
    ward::{MS, Ward, files},
};
use crate::round::chance::Chance;

/// The states and incidents that were told: of whom, which, since when.
type Told = BTreeSet<[String; 3]>;

#[test]
fn a_hundred_kills_cost_nothing_that_was_told() {
    let wards: Vec<_> = (1..=4).map(|seed| thread::spawn(move || kill_again_and_again(seed, 25))).collect();
    for (ward, seed) in wards.into_iter().zip(1..) {
        assert!(ward.join().is_ok(), "seed {seed}");
    }
}

fn kill_again_and_again(seed: u64, times: u64) {
    let (mut ward, mut chance) = (Ward::new(), Chance(seed));
    let (mut told, mut looked) = (Told::new(), 0);
    for time in 0..times {
        let running = ward.start();
        let lasts = if time % 8 == 7 { 1_500 } else { chance.below(500) };
        thread::sleep(MS(lasts / 2));
        if chance.once_in(2) {
            ward.flaps.shut();
        } else {
            ward.flaps.reopen();
        }
        thread::sleep(MS(lasts / 2));
        running.kill();
        let log = ward.log();
        told.extend(log.lines().filter_map(turn));
        looked += log.lines().filter(|line| line.contains("\"looked\"")).count();
        let Some(book) = Book::read_if_begun(&ward.data) else {
            assert!(told.is_empty() && looked == 0, "time {time}: told, and there is no ledger");
            continue;
        };
        let kept: Told = book.chained.iter().filter_map(kept).collect();
        let missing: Vec<_> = told.difference(&kept).collect();
        assert!(missing.is_empty(), "time {time}: told and not remembered: {missing:?}");
        assert!(
            book.looks.len() >= looked,
            "time {time}: {looked} looks told, {} remembered",
            book.looks.len()
        );
    }
    assert!(told.len() as u64 > times / 5, "hardly anything was told: {told:?}");
    assert!(looked > 10, "{looked}");
    let damaged: Vec<_> = files(&ward.data).into_iter().filter(|name| name.contains("damaged")).collect();
    assert!(damaged.is_empty(), "{damaged:?}");
}

/// What one line of the log told of a state or an incident.
fn turn(line: &str) -> Option<[String; 3]> {
    let line: Value = serde_json::from_str(line).ok()?;
    let field = |name: &str| line["fields"][name].as_str().map(str::to_owned);
    match field("message")?.as_str() {
        "service changed" => Some([field("service")?, field("to")?, field("since")?]),
        "incident" => Some([field("incident")?, field("what")?, String::new()]),
        "probe changed" => Some([field("probe")?, field("to")?, field("since")?]),
        _ => None,
    }
}

fn kept(entry: &Entry) -> Option<[String; 3]> {
    match entry {
        Entry::Changed(turn) => {
            Some([turn.probe.to_string(), turn.to.label().to_owned(), turn.since.to_string()])
        }
        Entry::ServiceChanged(turn) => {
            Some([turn.service.to_string(), turn.to.label().to_owned(), turn.since.to_string()])
        }
        Entry::Incident(news) => {
            Some([news.incident.id.to_string(), format!("{:?}", news.what), String::new()])
        }
        _ => None,
    }
}

#[test]
fn a_kill_costs_at_most_the_last_second_of_looks() {
    let ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    thread::sleep(MS(2_500));
    let killed = wardround::engine::wall();
    running.kill();
    let book = Book::read(&ward.data);
    let newest = book.looks.iter().map(|look| look.ended).max().unwrap();
    let lost = killed.since(newest);
    // A second, an interval, and what a busy machine needs.
    assert!(lost < MS(1_000 + 200 + 1_000), "{lost:?}");
}
