//! Do those who know no Wardround get on with it: feedparser, and schemathesis, which tries whatever the document allows and forbids?

use std::{fs, process::Command};

use super::hospital::Hospital;
use crate::neighbours::{
    agent::Agent,
    python::{python, run},
};

const FEEDPARSER: &[&str] = &["feedparser==6.0.14", "feedparser-sgmllib==2.1.0"];

const SCHEMATHESIS: &[&str] = &[
    "schemathesis==4.32.5",
    "anyio==4.16.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "click==8.5.1",
    "graphql-core==3.3.2",
    "harfile==0.6.0",
    "hypothesis==6.170.15",
    "hypothesis-graphql==0.13.5",
    "idna==3.20",
    "iniconfig==2.3.1",
    "jsonschema_rs==0.60.3",
    "markdown-it-py==4.3.0",
    "MarkupSafe==3.0.4",
    "mdurl==0.1.2",
    "packaging==26.3",
    "pluggy==1.7.0",
    "Pygments==2.21.0",
    "pyrate-limiter==4.5.1",
    "pytest==9.2.0",
    "PyYAML==6.0.3",
    "requests==2.34.2",
    "rich==15.0.0",
    "sortedcontainers==2.4.0",
    "typing_extensions==4.16.0",
    "urllib3==2.8.0",
    "Werkzeug==3.1.9",
];

/// Prints what a feed reader makes of a feed.
const READ: &str = "
import sys, feedparser
feed = feedparser.parse(sys.argv[1])
assert not feed.bozo, feed.bozo_exception
print(feed.version, feed.feed.title, sep=' | ')
for entry in feed.entries:
    print(entry.id, entry.title, entry.link.split('/', 3)[3], entry.get('updated', entry.published), sep=' | ')
    print(entry.summary)
";

/// What is understood and cannot be done may be refused, though its shape is right.
const SETTINGS: &str = "
parameters = { \"path.service\" = \"epr\", \"path.probe\" = \"door\" }
[checks]
positive_data_acceptance.expected-statuses = [\"2xx\", \"401\", \"403\", \"404\", \"409\", \"422\"]
";

#[test]
fn a_feed_reader_reads_what_happened() {
    let (hospital, python) = (Hospital::open(), python("feedparser-6.0.14", FEEDPARSER));
    let read = |path: &str| {
        let at = format!("http://{}{path}", hospital.address());
        run(Command::new(&python).args(["-c", READ, &at]), "feedparser")
    };
    insta::assert_snapshot!("read as atom", read("/feed.atom"));
    insta::assert_snapshot!("read as rss", read("/feed.rss"));
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_fault() {
    let python = python("schemathesis-4.32.5", SCHEMATHESIS);
    let agent = Agent::start(
        "site: ward\nserve: {per_client: {requests: 100000}}\ndefaults: {interval: 1s, timeout: 500ms}\nservices:\n  epr:\n    tier: gold\n    probes:\n      \
         door: {tcp: {address: '127.0.0.1:9'}}\n",
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("settings.toml"), SETTINGS).unwrap();
    let document = format!("http://{}/api/v1/openapi.json", agent.at);
    let said = run(
        Command::new(python)
            .current_dir(folder.path())
            .args(["-m", "schemathesis.cli", "--config-file", "settings.toml", "run", &document])
            .args(["--checks", "all", "--max-examples", "25", "--seed", "7", "--no-color"]),
        "schemathesis",
    );
    assert!(said.contains("✅ Stateful") && !said.contains('❌'), "{said}");
}
