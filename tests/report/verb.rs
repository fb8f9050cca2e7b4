//! What does `wardround report` tell, and what does it do with what it cannot use?

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;
use wardround::ledger::{Ledger, Sqlite};

use super::hospital::Watch;

/// Two days of two services, one of which was down for a while and had planned work.
fn remembered() -> TempDir {
    let mut watch = Watch::of(&["epr/web", "pacs/web"], "2026-10-05T12:00");
    watch.promises(99.5);
    watch.announce("upgrade", "2026-10-06T02:00", "2026-10-06T03:00");
    watch.ill("epr/web", "2026-10-06T10:00", "2026-10-06T10:20");
    watch.ill("pacs/web", "2026-10-06T10:05", "2026-10-06T10:06");
    watch.pass("2026-10-07T01:00");
    kept(&watch)
}

fn kept(watch: &Watch) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Sqlite::open(folder.path()).unwrap().ledger;
    ledger.append(watch.entries()).unwrap();
    folder
}

fn report(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
    command.arg("report").args(arguments).env("WARDROUND_DATA", data).output().unwrap()
}

/// What it prints, if it succeeds.
fn told(data: &Path, arguments: &[&str]) -> String {
    let output = report(data, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it says is wrong.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output = report(data, arguments);
    assert!(!output.status.success() && output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_summary_and_the_stretches_behind_it() {
    let data = remembered();
    insta::assert_snapshot!("summary", told(data.path(), &["--period", "2026-10-06"]));
    insta::assert_snapshot!("explained", told(data.path(), &["--period", "2026-10-06", "--explain", "epr"]));
}

#[test]
fn every_form_is_a_file_and_each_says_the_same() {
    let (data, folder) = (remembered(), tempfile::tempdir().unwrap());
    let output = folder.path().join("board/2026");
    let arguments =
        ["--period", "2026-10-06", "--format", "md,csv,json", "--output", output.to_str().unwrap()];
    assert_eq!(told(data.path(), &arguments).lines().count(), 3);
    let read = |ending: &str| {
        fs::read_to_string(output.join(format!("wardround-ward-2026-10-06.{ending}"))).unwrap()
    };
    let json: serde_json::Value = serde_json::from_str(&read("json")).unwrap();
    let epr = &json["sites"][0]["services"][0];
    assert_eq!(
        (epr["tally"]["down"].as_f64(), epr["tally"]["maintenance"].as_f64()),
        (Some(1200.0), Some(3600.0))
    );
    let parts = epr["tally"].as_object().unwrap().values().map(|part| part.as_f64().unwrap());
    assert!((parts.sum::<f64>() - 86_400.0).abs() < 0.000_1);
    assert!(read("csv").contains("ward,epr,contractual,,down,1200.000,s\n"));
    assert!(read("md").contains("| 20 m |"), "{}", read("md"));
}

#[test]
fn what_its_owner_says_stands_at_the_front() {
    let data = remembered();
    let notes = data.path().join("notes.md");
    fs::write(&notes, "We moved the data centre.\n").unwrap();
    let text = told(data.path(), &["--period", "2026-10-06", "--notes", notes.to_str().unwrap()]);
    assert!(text.find("We moved").unwrap() < text.find("| service").unwrap());
}

#[test]
fn what_cannot_be_told_is_refused_in_words() {
    let data = remembered();
    let nowhere = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["--period", "2026-13"][..], "`2026-13` is no period"),
        (&["--period", "2026-09"], "the ledger begins at 2026-10-05 12:00:00 BST"),
        (&["--period", "2027-01"], "has not begun by what is remembered"),
        (
            &["--period", "2026-10", "--explain", "gone"],
            "no service `gone` was watched in October 2026; there were epr, pacs",
        ),
        (&["--period", "2026-10", "--format", "md,csv"], "--output"),
        (&["--period", "2026-10", "--notes", "/nowhere/notes"], "/nowhere/notes: the notes cannot be read"),
    ] {
        let said = refused(data.path(), arguments);
        assert!(said.contains(words), "{said}");
    }
    assert!(refused(nowhere.path(), &["--period", "2026-10"]).contains("no ledger here"));
    drop(Sqlite::open(nowhere.path()).unwrap());
    assert!(refused(nowhere.path(), &["--period", "2026-10"]).contains("nothing is remembered yet"));
}

#[test]
fn a_damaged_ledger_is_named() {
    let data = remembered();
    let file = data.path().join("ledger.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes[100..half].fill(0x5a);
    fs::write(&file, bytes).unwrap();
    let said = refused(data.path(), &["--period", "2026-10-06"]);
    assert!(said.contains("ledger.sqlite"), "{said}");
}

/// No room for the new file: the old one stays.
#[test]
fn a_full_disk_leaves_the_old_file() {
    let services: Vec<String> = (0..60).map(|n| format!("service-{n}/web")).collect();
    let services: Vec<&str> = services.iter().map(String::as_str).collect();
    let mut watch = Watch::of(&services, "2026-10-06T00:00");
    watch.pass("2026-10-06T01:00");
    let (data, output) = (kept(&watch), tempfile::tempdir().unwrap());
    let file = output.path().join("wardround-ward-2026-10-06.json");
    fs::write(&file, "the old one").unwrap();
    let line = format!(
        "trap '' XFSZ; ulimit -f 256; exec \"$0\" report --period 2026-10-06 --format json --output '{}'",
        output.path().display()
    );
    let mut command = Command::new("sh");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_wardround")]).env("WARDROUND_DATA", data.path());
    let said = command.output().unwrap();
    assert!(!said.status.success());
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(words.contains("it cannot be written") && words.contains("2026-10-06.json"), "{words}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "the old one");
    assert_eq!(fs::read_dir(output.path()).unwrap().count(), 1, "nothing is left beside it");
}
