//! Can looks of another monitor be taken in, and what would have been told under another policy?

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use tempfile::TempDir;

const START: i64 = 1_790_000_000_000;

/// A folder with a configuration and bare looks.
struct Desk(TempDir);

impl Desk {
    fn new(confirm: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.configure(confirm);
        desk
    }

    fn configure(&self, confirm: &str) {
        let probe =
            |name: &str| format!("  {name}:\n    probes:\n      port: {{tcp: {{address: '127.0.0.1:1'}}}}\n");
        let head =
            format!("site: ward\ndefaults: {{interval: 1m, timeout: 5s, confirm: {confirm}}}\nservices:\n");
        fs::write(self.path("probes.yaml"), head + &probe("epr") + &probe("pacs")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn wardround(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_wardround"))
            .args(words)
            .env("WARDROUND_CONFIG", self.path("probes.yaml"))
            .env("WARDROUND_DATA", self.path("data"))
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    fn import(&self, looks: &str) -> Output {
        fs::write(self.path("looks.jsonl"), looks).unwrap();
        self.wardround(&["ledger", "import", "--config", "probes.yaml", "looks.jsonl"])
    }

    fn said(&self, words: &[&str]) -> String {
        let output = self.wardround(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn look(service: &str, second: i64, outcome: &str) -> String {
    let (began, ended) = (START + second * 1000, START + second * 1000 + 40);
    let fault = if outcome == "down" { r#","fault":"connection_refused","words":"refused""# } else { "" };
    format!(
        r#"{{"service":"{service}","probe":"port","began_ms":{began},"ended_ms":{ended},"outcome":"{outcome}","interval_ms":60000,"timeout_ms":5000{fault}}}"#
    ) + "\n"
}

/// Two hours of two services; the EPR is down for three looks in a row, and for twelve later on.
fn looks() -> String {
    let mut text = String::new();
    for minute in 0..120 {
        let down = (20..23).contains(&minute) || (60..72).contains(&minute);
        let outcome = if down { "down" } else { "up" };
        write!(text, "{}{}", look("epr", minute * 60, outcome), look("pacs", minute * 60 + 7, "up")).unwrap();
    }
    text
}

const PERIOD: [&str; 2] = ["--period", "2026-09-21"];

#[test]
fn bare_looks_become_incidents_and_other_policies_other_incidents() {
    let desk = Desk::new("{failures: 2}");
    let imported = desk.import(&looks());
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    assert!(desk.said(&["ledger", "verify"]).starts_with("whole"));
    let list = desk.said(&[&["incidents"], &PERIOD[..]].concat());
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(list.contains("3 m (at least 2 m, at most 4 m)"), "{list}");
    assert!(list.contains("12 m (at least 11 m, at most 13 m)"), "{list}");
    let again = desk.said(&[&["replay"], &PERIOD[..]].concat());
    assert!(again.contains("240 looks"), "{again}");
    let row = |text: &str, kind: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(kind)).unwrap().to_owned();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row(&again, "outage"), ["2", "2"], "{again}");
    desk.configure("{failures: 5}");
    let calmer = desk.said(&[&["replay"], &PERIOD[..]].concat());
    assert_eq!(row(&calmer, "outage"), ["1", "2"], "{calmer}");
    assert!(calmer.contains("4 m"), "the fifth bad look comes four minutes after the first: {calmer}");
}

#[test]
fn a_file_that_is_not_right_in_every_line_leaves_nothing_behind() {
    let desk = Desk::new("{failures: 2}");
    let refused = |looks: &str, words: &str| {
        let output = desk.import(looks);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
        assert!(!desk.path("data").exists());
    };
    let (first, second) = (look("epr", 0, "up"), look("epr", 60, "up"));
    refused(&format!("{second}{first}"), "line 2: this look began before the one above it");
    refused(&format!("{first}{}", look("ris", 60, "up")), "line 2: the plan has no probe `ris/port`");
    refused(&format!("{first}{}", look("epr", 60, "fine")), "line 2");
    refused(&format!("{first}{{\"began_ms\": 1"), "line 2");
    refused("", "there is no look in it");
}

#[test]
fn a_hole_in_the_looks_is_unknown() {
    let desk = Desk::new("{failures: 2}");
    let hole: String = looks()
        .lines()
        .filter(|line| !line.contains("epr"))
        .fold(String::new(), |all, line| all + line + "\n");
    let text = format!("{}{hole}{}", look("epr", 0, "up"), look("epr", 119 * 60 + 30, "up"));
    let imported = desk.import(&text);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let exported = desk.said(&["ledger", "export"]);
    assert_eq!(exported.matches(r#""reason":"not_running""#).count(), 1, "{exported}");
    assert!(exported.contains(r#""to":"unknown""#));
}
