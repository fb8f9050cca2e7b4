//! Does Grafana know every key of the dashboards? Its types come from `PyPI`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use crate::neighbours::python::{python, words};

/// Grafana 11.6's types. The number before it is the generator's.
const TYPES: &str = "grafana-foundation-sdk==1769699379!11.6.0";

static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| python("grafana-11.6.0", &[TYPES]));

/// What Grafana loses of the dashboards at `paths`.
fn lost(paths: &[PathBuf]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dashboards/round_trip.py");
    words(&Command::new(&*PYTHON).arg(script).args(paths).output().unwrap()).trim().to_owned()
}

#[test]
fn grafana_knows_every_key() {
    let paths: Vec<_> = super::shipped::paths().collect();
    assert_eq!(paths.len(), 7, "as many dashboards as ship");
    assert_eq!(lost(&paths), "", "keys that Grafana 11.6 does not know, or reads as something else");
}

#[test]
fn a_key_that_grafana_does_not_know_is_caught() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("a.json");
    let panel = r#"{"type": "timeseries", "title": "a", "targets": [], "options": {"legend": {"colour": 1, "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []}}}"#;
    fs::write(&path, format!(r#"{{"uid": "a", "panels": [{panel}], "tagged": true}}"#)).unwrap();
    let told = lost(&[path]);
    let lines: Vec<_> = told.lines().map(|line| line.split_once(".json").unwrap().1).collect();
    assert_eq!(lines, [".panels[0].options.legend.colour: 1, then None", ".tagged: True, then None"]);
}
