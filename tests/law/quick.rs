//! Does every test that needs a real neighbour say so? `./test quick` leaves those out by their module's name.

use std::sync::LazyLock;

use regex::Regex;

use super::{Breach, Source, assert_kept, tree};

const CURE: &str =
    "this test needs a real neighbour: move it to a module `neighbours`, which `./test quick` leaves out";

static STARTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"\b(new|run)\("(chromium|nginx|node|npm|knotd|kdig|unbound|prometheus|promtool|prometheus-alertmanager|amtool|prometheus-blackbox-exporter|ip)""#,
    )
    .expect("a pattern of ours is a regex")
});

fn breaches(source: &Source) -> Vec<Breach> {
    // `./test quick` leaves out every benchmark.
    if source.path.contains("neighbours") || source.path.starts_with("benches/") {
        return Vec::new();
    }
    let lines = source.text.lines().zip(1..).filter(|(line, _)| STARTED.is_match(line));
    lines.map(|(_, number)| Breach::new(&source.path, number, CURE)).collect()
}

#[test]
fn no_quick_test_needs_a_real_server() {
    assert_kept(tree::SOURCES.iter().flat_map(breaches));
}

#[test]
fn a_test_in_the_wrong_place_is_caught() {
    let text = format!("Command::new({:?})", "nginx");
    assert_eq!(breaches(&Source::new("tests/http.rs", text.as_str())).len(), 1);
    assert_eq!(breaches(&Source::new("src/probe/http/tests.rs", text.as_str())).len(), 1);
    assert!(breaches(&Source::new("tests/neighbours/nginx.rs", text.as_str())).is_empty());
    assert!(breaches(&Source::new("tests/http/neighbours.rs", text.as_str())).is_empty());
    assert!(breaches(&Source::new("benches/http.rs", text)).is_empty());
}
