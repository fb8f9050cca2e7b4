//! What do `status` and `incidents` tell of what is remembered?

use std::{
    process::{Command, Output},
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;
use wardround::{
    entry::{Entry, Told},
    ledger::{Ledger, Sqlite},
    model::{Impact, Maintenance, Note, Outline, Period, When},
    round::{Event, Schedule},
};

use crate::round::{
    ward::{MINUTE, SECOND, START, Ward, begun, plan},
    world::World,
};

/// A patient record that depends on names, an image archive, and a gateway to know whether this site is cut off.
fn ward() -> World<Ward> {
    let probes = [
        ("epr/sign-in", Impact::Outage, false),
        ("epr/search", Impact::Partial, false),
        ("names/lookup", Impact::Outage, false),
        ("pacs/viewer", Impact::Outage, false),
        ("site/gateway", Impact::None, true),
    ];
    let Schedule { outline, maintenance, .. } = plan(&probes, &[("epr", "names")]);
    let receivers = vec!["duty".parse().unwrap()];
    let outline = Arc::new(Outline { zone: "Europe/London".into(), receivers, ..Outline::clone(&outline) });
    let work = Maintenance {
        id: "pacs-upgrade".parse().unwrap(),
        services: vec!["pacs".parse().unwrap()],
        when: When::Once(Period::new(START + 90 * SECOND, START + Duration::from_hours(200_000))),
        reason: "new viewer".into(),
        declared_by: "imaging team".into(),
        declared_at: None,
        by_hand: false,
    };
    let maintenance = [maintenance, vec![work]].concat();
    begun(Schedule { outline, maintenance, ..plan(&probes, &[("epr", "names")]) })
}

/// What is ill from now on, for so long.
fn ill(world: &mut World<Ward>, ill: &[&'static str], span: Duration) {
    world.witness.ill = ill.iter().copied().collect();
    world.pass(span);
}

/// A folder with a ledger of what was remembered; while the second is held, an agent seems to run.
fn kept(world: &World<Ward>) -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Sqlite::open(folder.path()).unwrap().ledger;
    let entries: Vec<Arc<Entry>> = world.witness.entries.iter().cloned().map(Arc::new).collect();
    ledger.append(&entries).unwrap();
    (folder, ledger)
}

fn ask(folder: &TempDir, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
    command.args(words).env("WARDROUND_DATA", folder.path()).output().unwrap()
}

fn told(folder: &TempDir, words: &[&str]) -> String {
    let Output { status, stdout, stderr } = ask(folder, words);
    assert!(status.success(), "{words:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// How it refuses: its words and its exit code.
fn refused(folder: &TempDir, words: &[&str]) -> String {
    let output = ask(folder, words);
    let folder = folder.path().to_str().unwrap();
    let words = String::from_utf8(output.stderr).unwrap().replace(folder, "DATA");
    format!("{words}exit code {}", output.status.code().unwrap())
}

/// What depends on the time of the test stands as `…`.
fn show(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"(\d+ [dhms] )+ago", "… ago");
    settings.add_filter("ago  +", "ago  ");
    settings.add_filter("LAST LOOK +", "LAST LOOK  ");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Names failed first, and the record with them.
fn in_mid_outage() -> World<Ward> {
    let mut world = ward();
    ill(&mut world, &[], 10 * MINUTE);
    ill(&mut world, &["names/lookup"], MINUTE);
    ill(&mut world, &["names/lookup", "epr/sign-in", "epr/search"], 3 * MINUTE);
    world
}

#[test]
fn an_open_incident_is_told_first_with_what_may_have_caused_it() {
    let (folder, ledger) = kept(&in_mid_outage());
    drop(ledger);
    show("outage", &told(&folder, &["status"]));
    show("outage as JSON", &told(&folder, &["status", "--json"]));
    show("incidents", &told(&folder, &["incidents", "--period", "2026-09"]));
    show("incidents as JSON", &told(&folder, &["incidents", "--period", "2026-09", "--json"]));
}

#[test]
fn a_running_agent_is_told_apart_from_one_that_has_ended() {
    let mut world = ward();
    ill(&mut world, &[], 10 * MINUTE);
    let (folder, ledger) = kept(&world);
    assert!(told(&folder, &["status"]).starts_with("ward, 20"));
    drop(ledger);
    assert!(told(&folder, &["status"]).starts_with("ward: NO AGENT IS RUNNING."));
}

#[test]
fn one_incident_is_told_in_full() {
    let mut world = in_mid_outage();
    ill(&mut world, &[], 5 * MINUTE);
    let (folder, mut ledger) = kept(&world);
    let list = told(&folder, &["incidents", "--period", "2026-09-20..2026-09-30"]);
    let id = list.split_whitespace().find(|word| word.starts_with("epr-outage")).unwrap();
    let at = ledger.incident(&id.parse().unwrap()).unwrap().unwrap().since().unwrap() + MINUTE;
    let (words, by) = ("network team called,\nswitch 7 is dead".to_owned(), "anna".to_owned());
    let note = Note { at, incident: id.parse().unwrap(), by, words, acknowledges: true };
    let duty = Told {
        at: at - SECOND,
        receiver: "duty".parse().unwrap(),
        alert: note.incident.clone(),
        resolved: false,
    };
    ledger.append(&[Arc::new(Entry::Told(duty)), Arc::new(Entry::Note(note))]).unwrap();
    drop(ledger);
    show("one incident", &told(&folder, &["incidents", id]));
    let json: serde_json::Value = serde_json::from_str(&told(&folder, &["incidents", id, "--json"])).unwrap();
    assert_eq!(json["id"], id);
    assert_eq!((&json["notes"][0]["by"], &json["told"][0]["receiver"]), (&"anna".into(), &"duty".into()));
    assert!(
        json["looks"].as_array().unwrap().len() > 10
            && json["at_most_ms"].as_u64() > json["lasted_ms"].as_u64()
    );
}

#[test]
fn a_site_that_is_cut_off_says_so_before_anything_else() {
    let mut world = ward();
    ill(&mut world, &[], 10 * MINUTE);
    ill(
        &mut world,
        &["site/gateway", "names/lookup", "epr/sign-in", "epr/search", "pacs/viewer"],
        3 * MINUTE,
    );
    let (folder, _) = kept(&world);
    show("cut off", &told(&folder, &["status"]));
}

#[test]
fn what_was_never_looked_at_says_so() {
    let (folder, _) = kept(&ward());
    let status = told(&folder, &["status"]);
    show("not looked at yet", &status);
    let list = told(&folder, &["maintenance", "list"]);
    assert!(list.starts_with("MAINTENANCE now pacs-upgrade on pacs: ") && status.ends_with(&list), "{list}");
    assert_eq!(
        told(&folder, &["incidents", "--period", "2026-09-21"]),
        "No incident from 2026-09-21 00:00:00 BST to 2026-09-22 00:00:00 BST.\n"
    );
}

#[test]
fn looks_that_were_missed_are_why_it_is_unknown() {
    let mut world = ward();
    ill(&mut world, &[], 10 * MINUTE);
    world.stall(MINUTE);
    world.tell(Event::Due);
    let (folder, _) = kept(&world);
    show("missed", &told(&folder, &["status"]));
}

#[test]
fn what_cannot_be_told_says_why_and_what_to_do() {
    let (folder, _) = kept(&ward());
    let empty = tempfile::tempdir().unwrap();
    let refusals = [
        refused(&empty, &["status"]),
        refused(&empty, &["incidents", "--json"]),
        refused(&folder, &["incidents", "epr-outage-20260921t141320"]),
        refused(&folder, &["incidents", "Not a name"]),
        refused(&folder, &["incidents", "--period", "2026-13"]),
        refused(&folder, &["incidents", "--last", "long"]),
        refused(&folder, &["incidents", "--period", "2026-09", "--last", "7d"]),
    ];
    show("refusals", &refusals.join("\n\n"));
}
