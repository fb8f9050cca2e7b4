//! What do the files in `alerts/` say?

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};

/// The folder of the rules.
pub(super) const RULES: &str = "alerts";
/// The folder of their tests.
pub(super) const TESTS: &str = "alerts/tests";

/// One rule.
#[derive(Deserialize)]
pub(super) struct Rule {
    pub(super) alert: Option<String>,
    pub(super) record: Option<String>,
    pub(super) expr: String,
    #[serde(rename = "for", default)]
    pub(super) hold: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Groups {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    rules: Vec<Rule>,
}

/// What is expected of an alert at a moment.
#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) alertname: String,
    #[serde(default)]
    pub(super) exp_alerts: Vec<Fired>,
}

/// One alert that is to fire.
#[derive(Deserialize)]
pub(super) struct Fired {
    pub(super) exp_labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Cases {
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    #[serde(default)]
    alert_rule_test: Vec<Case>,
}

/// Every rule, file by file.
pub(super) fn rules() -> Vec<Rule> {
    let groups = paths(RULES).into_iter().flat_map(|file| read::<Groups>(&file).groups);
    groups.flat_map(|group| group.rules).collect()
}

/// Every alerting rule with its name.
pub(super) fn alerts() -> Vec<(String, Rule)> {
    rules().into_iter().filter_map(|rule| Some((rule.alert.clone()?, rule))).collect()
}

/// Every case of an alert that is tested.
pub(super) fn cases() -> Vec<Case> {
    let tests = paths(TESTS).into_iter().flat_map(|file| read::<Cases>(&file).tests);
    tests.flat_map(|test| test.alert_rule_test).collect()
}

/// The files of rules, or of their tests, in `folder`.
pub(super) fn paths(folder: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(path(folder)).unwrap().map(|file| file.unwrap().path());
    let mut found: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "yaml")).collect();
    found.sort();
    found
}

pub(super) fn path(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn read<T: DeserializeOwned>(file: &Path) -> T {
    let text = fs::read_to_string(file).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}
