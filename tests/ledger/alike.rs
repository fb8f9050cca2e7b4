//! Whatever is remembered, the ledger on disk says the same as the simplest one.

use proptest::prelude::*;
use wardround::{
    entry::{Entry, IncidentTurn, MaintenanceTurn},
    ledger::{Ledger, Memory, Sqlite, Whose},
    model::{ServiceState, State},
};

use super::given::*;

const PROBES: [&str; 4] = ["epr/a", "epr/b", "pacs/a", "dns/udp"];

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    // Clocks step, so times come in any order, and often twice.
    proptest::collection::vec((0..15_u8, 0..4_usize, 0..200_i64, any::<u8>()).prop_map(entry), 0..120)
}

fn entry((kind, which, step, more): (u8, usize, i64, u8)) -> Entry {
    let (id, when) = (PROBES[which], step * 60_000);
    let service = id.split_once('/').unwrap().0;
    let until = (more % 2 == 0).then_some(when + i64::from(more) * 5_000);
    match kind {
        0..5 => observed(look(id, when, outcome(more))),
        5 => observed(detailed(look(id, when, outcome(more)))),
        6 => changed(id, State::ALL[usize::from(more % 4)], when, when + 1),
        7 => service_changed(service, ServiceState::ALL[usize::from(more % 6)], when, when + 1),
        8 => gap(id, when, when + i64::from(more)),
        9 if more % 4 == 0 => Entry::ServiceRemoved { at: at(when), service: slug(service) },
        9 => Entry::ProbeRemoved { at: at(when), probe: probe(id) },
        10 => incident(IncidentTurn::Closed, service, when, until),
        11 => incident(turn(more), service, when, None),
        12 => declared_or_not(when, service, more),
        13 => told(if more % 2 == 0 { "duty" } else { "desk" }, service, when * 40, more % 3 == 0),
        14 if more % 4 == 0 => noted(service, when),
        14 if more % 4 == 1 => did(when),
        _ if more % 3 == 0 => planned(when, service),
        _ if more % 3 == 1 => Entry::CutOff { at: at(when), since: at(when - 5) },
        _ => Entry::Rejoined { at: at(when), since: at(when - 5) },
    }
}

fn turn(more: u8) -> IncidentTurn {
    if more.is_multiple_of(3) { IncidentTurn::Withdrawn } else { IncidentTurn::Opened }
}

fn declared_or_not(when: i64, id: &str, more: u8) -> Entry {
    if more.is_multiple_of(2) {
        return declared(when, id);
    }
    maintenance(when, MaintenanceTurn::Withdrawn { id: slug(id) })
}

fn assert_alike(a: &dyn Ledger, b: &dyn Ledger) {
    assert_eq!(a.head().unwrap(), b.head().unwrap());
    assert_eq!(a.tail().unwrap(), b.tail().unwrap());
    assert_eq!(a.probes().unwrap(), b.probes().unwrap());
    assert_eq!(chained(a, 3), chained(b, 3));
    assert_eq!(looks(a, None, ALWAYS), looks(b, None, ALWAYS));
    assert_eq!(history(a, Whose::Agent, period(1, 9)), history(b, Whose::Agent, period(1, 9)));
    let epr = slug("epr");
    for whose in [Whose::Incident(&epr), Whose::People, Whose::Receiver(&slug("desk"))] {
        let told = |ledger| history(ledger, whose, period(60_000, 6_000_000));
        assert_eq!(told(a), told(b));
    }
    for (from, until) in [(0, 12_000_000), (3_600_000, 7_200_000), (6_000_000, 6_060_000)] {
        let (times, within) = ((from, until), period(from, until));
        assert_eq!(a.incidents(within).unwrap(), b.incidents(within).unwrap());
        for id in PROBES.map(probe) {
            assert_eq!(looks(a, Some(&id), times), looks(b, Some(&id), times));
            assert_eq!(a.hours(&id, within).unwrap(), b.hours(&id, within).unwrap());
            assert_eq!(a.states(&id, within).unwrap(), b.states(&id, within).unwrap());
            for whose in [Whose::Probe(&id), Whose::Service(&id.service)] {
                assert_eq!(history(a, whose, within), history(b, whose, within));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn random_entries(batches in proptest::collection::vec(entries(), 1..4), prune in 0..12_000_000_i64) {
        let dir = tempfile::tempdir().unwrap();
        let (mut memory, mut sqlite) = (Memory::default(), Sqlite::open(dir.path()).unwrap().ledger);
        for batch in batches {
            fill(&mut memory, batch.clone());
            fill(&mut sqlite, batch);
            assert_alike(&memory, &sqlite);
        }
        prop_assert_eq!(memory.prune(at(prune)).unwrap(), sqlite.prune(at(prune)).unwrap());
        assert_alike(&memory, &sqlite);
        drop(sqlite);
        assert_alike(&memory, &Sqlite::read(dir.path()).unwrap());
        assert_alike(&memory, &Sqlite::open(dir.path()).unwrap().ledger);
    }
}

/// More looks than may wait, so that they move on several times, with a clock that steps back among them.
#[test]
fn looks_that_have_moved_on_are_still_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (mut memory, mut sqlite) = (Memory::default(), Sqlite::open(dir.path()).unwrap().ledger);
    for batch in 0..7 {
        let began = |n: i64| (batch * 3_000 + n) % 11_000 * 500 - i64::from(n == 0) * 900_000;
        let each = |n: i64| {
            let given = look(
                PROBES[usize::try_from(n % 3).unwrap()],
                began(n),
                outcome(u8::try_from(n % 50).unwrap()),
            );
            observed(if n % 7 == 0 { detailed(given) } else { given })
        };
        let batch: Vec<Entry> = (0..3_000).map(each).chain([gap("epr/b", 5, 6)]).collect();
        fill(&mut memory, batch.clone());
        fill(&mut sqlite, batch);
    }
    assert_alike(&memory, &sqlite);
    assert_eq!(memory.prune(at(2_000_000)).unwrap(), sqlite.prune(at(2_000_000)).unwrap());
    assert_alike(&memory, &sqlite);
}
