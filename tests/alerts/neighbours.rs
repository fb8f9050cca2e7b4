//! Does Prometheus take the rules, and do they fire when they should?

use std::process::{Command, Output};

use super::rules::{RULES, TESTS, path, paths};

fn run(promtool: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        promtool.output().expect("promtool is in the Debian package prometheus");
    let words = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(status.success(), "{words}");
    words
}

#[test]
fn promtool_finds_nothing_to_mend_in_the_rules() {
    let arguments = ["check", "rules", "--lint=all", "--lint-fatal"];
    run(Command::new("promtool").args(arguments).args(paths(RULES)));
}

#[test]
fn the_rules_fire_when_they_should_and_only_then() {
    let words =
        run(Command::new("promtool").args(["test", "rules"]).args(paths(TESTS)).current_dir(path(TESTS)));
    assert!(!words.contains("FAILED"), "{words}");
}
