//! Does what leaves come in again as it was?

use std::{fs, io::BufReader, path::Path};

use wardround::{
    entry::{Entry, IncidentTurn},
    ledger::{
        Ledger, LedgerError, Sqlite,
        line::{Line, lines},
    },
    model::{Outcome, Period, State},
};

use super::given::*;

/// Enough to have moved on in part, with all that matters in between.
fn begun(dir: &Path) -> Sqlite {
    let mut ledger = Sqlite::open(dir).unwrap().ledger;
    fill(&mut ledger, [planned(1, "a"), planned(2, "b"), up("epr/a", 9_000), planned(3, "a")]);
    fill(
        &mut ledger,
        (0..9_000).map(|n| {
            let given = look("epr/a", n * 30_000, outcome(u8::try_from(n % 40).unwrap()));
            observed(if n % 3 == 0 { detailed(given) } else { given })
        }),
    );
    fill(
        &mut ledger,
        [gap("epr/a", 5, 6), incident(IncidentTurn::Opened, "epr", 100, None), up("pacs/a", 10)],
    );
    fill(
        &mut ledger,
        [Entry::ProbeRemoved { at: at(9), probe: probe("pacs/a") }, changed("epr/a", State::Up, 1, 2)],
    );
    fill(&mut ledger, (0..50).map(|n| up("epr/b", n * 30_000)));
    ledger
}

fn exported(ledger: &Sqlite, looks: Option<Period>) -> String {
    let mut out = Vec::new();
    ledger.export(looks, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_is_imported_is_the_same() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ledger = begun(dir.path());
    let text = exported(&ledger, None);
    let counts = Sqlite::import(other.path(), text.as_bytes()).unwrap();
    assert_eq!((counts.entries, counts.looks), (7, 9_052));
    let mut copy = Sqlite::open(other.path()).unwrap().ledger;
    assert!(exported(&copy, None) == text);
    assert!(copy.verify().unwrap().broken.is_empty());
    assert_eq!(
        (copy.head().unwrap(), copy.tail().unwrap()),
        (ledger.head().unwrap(), ledger.tail().unwrap())
    );
    assert_eq!(looks(&copy, None, ALWAYS), looks(&ledger, None, ALWAYS));
    let hours = ledger.hours(&probe("epr/a"), period(0, i64::MAX)).unwrap();
    fill(&mut copy, (0..20_000).map(|n| up("dns/udp", n))); // all else moves on
    assert_eq!(copy.hours(&probe("epr/a"), period(0, i64::MAX)).unwrap(), hours);
    assert!(matches!(Sqlite::import(dir.path(), text.as_bytes()), Err(LedgerError::InUse { .. })));
    drop(copy);
    let refused = Sqlite::import(other.path(), text.as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("there is a ledger here already"), "{refused}");
}

#[test]
fn part_of_the_looks_with_all_else() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut ledger = begun(dir.path());
    ledger.prune(at(30_000)).unwrap();
    let text = exported(&ledger, Some(period(60_000, 120_000)));
    let counts = Sqlite::import(other.path(), text.as_bytes()).unwrap();
    assert_eq!(counts.looks, 4);
    let copy = Sqlite::read(other.path()).unwrap();
    assert_eq!(begans(&looks(&copy, None, ALWAYS)), [60_000, 60_000, 90_000, 90_000]);
    let hours = |ledger: &Sqlite| ledger.hours(&probe("epr/a"), period(0, i64::MAX)).unwrap();
    assert_eq!(hours(&copy), hours(&ledger));
}

#[test]
fn a_broken_line_is_named_and_nothing_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let text = exported(&begun(dir.path()), Some(period(0, 100_000)));
    let all: Vec<&str> = text.lines().collect();
    let without = |line: usize| [&all[..line], &all[line + 1..]].concat().join("\n");
    let last = all.len();
    for (broken, wanted) in [
        (text.replace("stalled", "capped"), "was altered: it does not have its hash".to_owned()),
        (without(0), "line 1: an export begins with one line that has the key wardround_ledger".into()),
        (without(1), "line 2: its outline is missing".into()),
        (without(2), "line 4: entry 1 is missing: entry 2 stands in its place".into()),
        (without(last - 1), format!("line {last}: the export breaks off")),
        (without(last - 2), "the export has lost lines".into()),
        (text.replacen("\"hour_ms\"", "\"our_ms\"", 1), "no line of an export".into()),
        (
            text.replacen("\"outcome\":\"up\"", "\"outcome\":\"fine\"", 1),
            "outcome \"fine\" is none of".into(),
        ),
        (text.replacen("\"site\":\"a\"", "\"site\":\"c\"", 1), "line 2: this outline was altered".into()),
        (
            text.replace("\"wardround_ledger\":1", "\"wardround_ledger\":2"),
            "line 1: format 2 is not known".into(),
        ),
        (format!("{text}{}", all[2]), format!("line {}: the export has ended", last + 1)),
        ("\u{0}\u{1}".into(), "line 1: ".into()),
        (String::new(), "line 1: the export breaks off".into()),
    ] {
        let other = tempfile::tempdir().unwrap();
        let told = Sqlite::import(other.path(), broken.as_bytes()).unwrap_err().to_string();
        assert!(told.contains(&wanted), "{wanted}: {told}");
        assert!(!other.path().join("ledger.sqlite").exists() && !other.path().join("importing").exists());
        Sqlite::import(other.path(), text.as_bytes()).unwrap();
    }
    assert!(fs::read_dir(dir.path()).unwrap().count() > 0);
}

#[test]
fn a_bare_look_is_a_line_too() {
    let text = r#"{"service":"epr","probe":"a","began_ms":1000,"ended_ms":1250,"outcome":"down","fault":"timeout_wait",
        "words":"no reply","interval_ms":30000}"#
        .replace('\n', "");
    let (number, line) = lines(BufReader::new(text.as_bytes())).next().unwrap().unwrap();
    let Line::Look(look) = line else { panic!("{line:?}") };
    assert_eq!((number, look.due, look.seen.outcome.fault_label()), (1, at(1000), Some("timeout_wait")));
    assert_eq!(look.seen.timeline.total().as_millis(), 250);
    let up = text.replace(r#""down","fault":"timeout_wait""#, r#""up""#);
    let Line::Look(look) = lines(up.as_bytes()).next().unwrap().unwrap().1 else { panic!("no look") };
    assert_eq!(look.seen.outcome, Outcome::Up);
}
