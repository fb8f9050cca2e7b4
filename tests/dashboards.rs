//! Do the dashboards keep to what is agreed of every panel, and are the files what the code writes?

mod laws;
mod neighbours;
mod sheet;

use std::fs;

use wardround::dashboards::{self, Dashboard};

fn path(uid: &str) -> String {
    format!("{}/dashboards/{uid}.json", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_files_are_what_the_code_writes() {
    let all = dashboards::all();
    for dashboard in &all {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(path(dashboard.uid()), dashboard.text()).unwrap();
        }
        let written = fs::read_to_string(path(dashboard.uid())).unwrap_or_default();
        assert!(
            written == dashboard.text(),
            "dashboards/{}.json is out of step: UPDATE_DOCS=1 cargo test",
            dashboard.uid()
        );
    }
    let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/dashboards")).unwrap();
    let files =
        folder.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "json"));
    assert_eq!(
        files.count(),
        all.len(),
        "a dashboard was renamed: its links and bookmarks would lead nowhere"
    );
}

/// Bookmarks, alerts and links know them by these.
#[test]
fn their_names_never_change() {
    let uids: Vec<_> = dashboards::all().iter().map(Dashboard::uid).collect();
    assert_eq!(uids, UIDS);
}

const UIDS: [&str; 7] = [
    "wardround-overview",
    "wardround-service",
    "wardround-probe",
    "wardround-latency",
    "wardround-objectives",
    "wardround-certificates",
    "wardround-agent",
];
