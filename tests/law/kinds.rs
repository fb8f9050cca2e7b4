//! Is every kind shown and told? One without an example and a section is one that nobody can use.

use serde_json::Value;
use wardround::probe::Kind;

use super::{Breach, assert_kept, tree};

const EXAMPLES: &str = "probes.yaml";
const SECTIONS: &str = "docs/kinds.md";

fn breaches(kinds: &[&str], examples: &str, sections: &str) -> Vec<Breach> {
    let shown = shown(examples);
    let unshown = kinds.iter().filter(|kind| !shown.iter().any(|name| name == *kind));
    let unshown = unshown.map(|kind| Breach::new(EXAMPLES, 1, format!("add a probe that shows `{kind}:`")));
    let untold = kinds.iter().filter(|kind| !sections.lines().any(|line| line == heading(kind)));
    let untold =
        untold.map(|kind| Breach::new(SECTIONS, 1, format!("add a section headed \"{}\"", heading(kind))));
    unshown.chain(untold).collect()
}

fn heading(kind: &str) -> String {
    format!("## `{kind}`")
}

/// Every key of every probe of a configuration.
fn shown(examples: &str) -> Vec<String> {
    let plan: Value = serde_yaml::from_str(examples).expect("probes.yaml is YAML");
    let probes = entries(&plan["services"]).flat_map(|(_, service)| entries(&service["probes"]));
    probes.flat_map(|(_, probe)| entries(probe)).map(|(key, _)| key.clone()).collect()
}

fn entries(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object().into_iter().flatten()
}

#[test]
fn every_kind_is_shown_and_told() {
    assert_kept(breaches(Kind::NAMES, tree::text(EXAMPLES), tree::text(SECTIONS)));
}

#[test]
fn a_kind_that_is_hidden_is_caught() {
    let examples = "services: {epr: {probes: {login: {http: {url: a}}}}} # ntp: {}";
    let sections = "# Kinds\n## `http`\nLike `ntp`.";
    let told: Vec<_> =
        breaches(&["http", "ntp"], examples, sections).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "probes.yaml:1: add a probe that shows `ntp:`",
            "docs/kinds.md:1: add a section headed \"## `ntp`\""
        ]
    );
}
