//! Does Prometheus take the rules, and do they fire when they should?

use std::{
    net::SocketAddr,
    process::{Command, Output},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::rules::{RULES, TESTS, path, paths};
use crate::{
    metrics::form::full,
    neighbours::{hasty::prometheus, started::free_address},
    serve::{Face, request},
};

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

/// Every rule, as Prometheus has it: none before it is ready.
fn loaded(at: SocketAddr) -> Vec<Value> {
    let (_, _, body) = request(at, "GET /api/v1/rules", "");
    let told = serde_json::from_str::<Value>(&body).unwrap_or_default();
    let groups = told["data"]["groups"].as_array().into_iter().flatten();
    groups.flat_map(|group| group["rules"].as_array().unwrap().clone()).collect()
}

/// The names of the alerts that fire.
fn firing(rules: &[Value]) -> Vec<&str> {
    let firing = rules.iter().filter(|rule| rule["state"] == "firing");
    firing.map(|rule| rule["name"].as_str().unwrap()).collect()
}

/// What is to fire with what [`full`] serves: its service suffers from another's outage.
const FIRING: [&str; 2] = ["WardroundServiceAffected", "WardroundWatchdog"];

#[test]
fn prometheus_evaluates_them_over_what_we_serve() {
    let (face, at) = (Face::open(full(), Some(Ok(()))), free_address());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _prometheus = runtime.block_on(prometheus(&[face.at], at));
    let known = |rules: &Vec<Value>| rules.iter().all(|rule| rule["health"] != "unknown");
    let mut rules = loaded(at);
    for _ in 0..300 {
        if known(&rules) && FIRING.iter().all(|name| firing(&rules).contains(name)) {
            break;
        }
        thread::sleep(Duration::from_millis(100));
        rules = loaded(at);
    }
    assert_eq!(rules.len(), super::rules::rules().len());
    for rule in &rules {
        assert_eq!((&rule["health"], &rule["lastError"]), (&"ok".into(), &Value::Null), "{rule}");
    }
    let fired = firing(&rules);
    assert!(FIRING.iter().all(|name| fired.contains(name)), "{fired:?}");
}
