//! Does `alerts/alertmanager.yml` wake the right person, once, with words that can be read?

use std::{collections::BTreeSet, fs, path::Path};

use regex::Regex;

pub(crate) mod neighbours;

/// What `pattern` captures in `text`.
fn found(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The names of the alerts that have a rule.
fn rules() -> BTreeSet<String> {
    let files = ["alerts", "agent", "promises"].map(|name| text(&format!("alerts/wardround-{name}.yaml")));
    found(r"- alert: (\w+)", &files.concat())
}

#[test]
fn every_alert_that_is_spoken_of_has_a_rule_and_every_rule_is_spoken_of() {
    let names = |path| found(r"\b(Wardround[A-Z]\w+)", &text(path));
    assert_eq!(names("docs/alerts.md"), rules());
    for path in ["alerts/alertmanager.yml", "alerts/templates/wardround.tmpl"] {
        assert_eq!(names(path).difference(&rules()).collect::<Vec<_>>(), Vec::<&String>::new(), "{path}");
    }
}
