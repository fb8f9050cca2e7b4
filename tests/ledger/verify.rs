//! Is it found, whatever is altered or lost?

use std::{fs, path::Path, process::Command};

use wardround::ledger::{Ledger, LedgerError, Sqlite};

use super::given::*;

fn begun(dir: &Path) -> Sqlite {
    let mut ledger = Sqlite::open(dir).unwrap().ledger;
    fill(&mut ledger, [planned(1, "a")]);
    fill(&mut ledger, (0..20).flat_map(|n| [up("epr/a", n * 1000), gap("epr/a", n, n + 1)]));
    ledger
}

/// What is found broken once `sql` has been at the database.
fn broken(sql: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    drop(begun(dir.path()));
    let connection = rusqlite::Connection::open(dir.path().join("ledger.sqlite")).unwrap();
    connection.execute_batch(sql).unwrap();
    Sqlite::read(dir.path()).unwrap().verify().unwrap().broken
}

#[test]
fn a_whole_one_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = begun(dir.path());
    let verdict = ledger.verify().unwrap();
    assert_eq!((verdict.entries, verdict.looks, verdict.broken.len()), (21, 20, 0));
    assert_eq!(verdict.head, ledger.head().unwrap());
}

#[test]
fn what_is_altered_or_lost_is_named() {
    let swapped = "CREATE TABLE a AS SELECT * FROM entry WHERE seq IN (7, 8);
        UPDATE entry SET (body, hash) = (SELECT body, hash FROM a WHERE a.seq = 15 - entry.seq) WHERE seq IN (7, 8);";
    for (sql, wanted) in [
        ("UPDATE entry SET body = replace(body, 'stalled', 'capped') WHERE seq = 9", "entry 9 was altered"),
        ("UPDATE entry SET hash = zeroblob(32) WHERE seq = 9", "entry 9 was altered"),
        ("UPDATE entry SET body = x'00ff' WHERE seq = 9", "Invalid column type"),
        ("UPDATE entry SET since = since + 60000 WHERE seq = 9", "entry 9 is filed in the wrong place"),
        ("DELETE FROM entry WHERE seq = 9", "entry 9 is missing: entry 10 stands in its place"),
        ("DELETE FROM entry WHERE seq = 1", "entry 1 is missing"),
        (
            "DELETE FROM entry WHERE seq = 21",
            "entries are missing at the end: 21 were written, the chain has 20",
        ),
        ("UPDATE plan SET outline = replace(outline, '\"a\"', '\"b\"')", "the outline"),
        (swapped, "entry 7 was altered"),
        ("UPDATE ends SET hash = zeroblob(32)", "entries are missing at the end"),
    ] {
        let told = broken(sql);
        assert!(told.first().is_some_and(|first| first.contains(wanted)), "{sql}: {told:?}");
    }
}

#[test]
fn a_day_that_is_not_the_sum_of_its_hours_is_named() {
    let another = "(SELECT body FROM hour WHERE hour = 0)";
    for (sql, wanted) in [
        (
            format!("UPDATE day SET body = {another} WHERE day = 86400000"),
            "epr/a: the day from 1970-01-02T00:00:00.000Z",
        ),
        (
            "UPDATE hour SET body = (SELECT body FROM day) WHERE hour = 90000000".into(),
            "epr/a: the day from 1970-01-02T00:00:00.000Z",
        ),
        ("DELETE FROM day WHERE day = 0".into(), "epr/a: the day from 1970-01-01T00:00:00.000Z"),
        ("DELETE FROM hour WHERE hour >= 172800000".into(), "there is a day that has no hours"),
        ("UPDATE day SET body = x'ff' WHERE day = 0".into(), "is not the sum of its hours"),
        ("UPDATE hour SET body = x'ff' WHERE hour = 0".into(), "an hour cannot be read"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fill(&mut Sqlite::open(dir.path()).unwrap().ledger, (0..9_000).map(|n| up("epr/a", n * 20_000)));
        let connection = rusqlite::Connection::open(dir.path().join("ledger.sqlite")).unwrap();
        assert!(connection.execute(&sql, []).unwrap() > 0, "{sql}");
        let told = Sqlite::read(dir.path()).unwrap().verify().unwrap().broken;
        assert!(told.len() == 1 && told[0].contains(wanted), "{sql}: {told:?}");
    }
}

#[test]
fn a_backup_is_a_ledger_and_overwrites_nothing() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let writer = begun(dir.path());
    let copy = other.path().join("ledger.sqlite");
    Sqlite::read(dir.path()).unwrap().backup(&copy).unwrap();
    let backup = Sqlite::read(other.path()).unwrap();
    assert_eq!(backup.verify().unwrap().head, writer.head().unwrap());
    assert_eq!(looks(&backup, None, ALWAYS), looks(&writer, None, ALWAYS));
    let refused = writer.backup(&copy).unwrap_err();
    assert!(matches!(refused, LedgerError::File { .. }), "{refused}");
    assert!(refused.to_string().ends_with("there is a file already: give another name"), "{refused}");
}

#[test]
fn the_verb_says_so_by_its_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let wardround = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
        let output = command.arg("ledger").args(words).env("WARDROUND_DATA", dir.path()).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), told.replace(&dir.path().display().to_string(), "DIR"))
    };
    let (code, told) = wardround(&["verify"]);
    assert!(code == 1 && told.starts_with("DIR: no ledger here"), "{told}");
    assert!(wardround(&["prune"]).1.starts_with("DIR: no ledger here"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    drop(begun(dir.path()));
    let (code, told) = wardround(&["verify"]);
    assert!(
        code == 0 && told.starts_with("whole: 21 entries in the chain, 20 looks, 0 hours\nhead 21 "),
        "{told}"
    );
    let (code, told) = wardround(&["csv", "looks", "--until", "1970-01-01T00:00:02Z"]);
    assert!(code == 0 && told.lines().count() == 3, "{told}");
    assert!(
        told.contains("\nepr,a,due,1970-01-01T00:00:01.000Z,1970-01-01T00:00:01.042Z,up,,42.123\n"),
        "{told}"
    );
    assert!(wardround(&["csv", "hours"]).1.contains("\nepr,a,1970-01-01T00:00:00.000Z,20,0,0,0,"));
    assert!(wardround(&["csv", "incidents"]).1.starts_with("incident,service,kind,since,"));
    let (code, told) = wardround(&["prune", "--keep", "1h"]);
    assert!(code == 0 && told.starts_with("20 looks that began before"), "{told}");
    assert_eq!(wardround(&["prune", "--keep", "soon"]).0, 2);
    let connection = rusqlite::Connection::open(dir.path().join("ledger.sqlite")).unwrap();
    connection.execute_batch("DELETE FROM entry WHERE seq = 9").unwrap();
    let (code, told) = wardround(&["verify"]);
    assert!(code == 1 && told.starts_with("BROKEN: entry 9 is missing"), "{told}");
}
