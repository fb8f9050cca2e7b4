//! Who may read a clock?

use super::{Breach, Source, assert_kept, says, tree};

/// The clock of the engine, and the stopwatch of the looks.
const READERS: [&str; 2] = ["src/engine/clock.rs", "src/probe/dial/stopwatch.rs"];
const CURE: &str = "only engine/clock.rs and probe/dial/stopwatch.rs read a clock: take `now` as an argument";

fn breaches(source: &Source) -> Vec<Breach> {
    if READERS.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let shipped = source.shipped();
    let reads = |at: &usize| says(&shipped, *at, &["::", "now"]);
    (0..shipped.len()).filter(reads).map(|at| Breach::new(&source.path, shipped[at].line, CURE)).collect()
}

#[test]
fn two_files_read_a_clock() {
    assert_kept(tree::SOURCES.iter().flat_map(breaches));
}

#[test]
fn any_now_is_caught_under_any_name() {
    let caught = |path: &str, text: &str| breaches(&Source::new(path, text)).len();
    for text in [
        "Instant::now()",
        "use std::time::SystemTime as T;\nT::now()",
        "jiff::Timestamp::now()",
        "map(Zoned::now)",
    ] {
        assert_eq!(caught("src/serve/mod.rs", text), 1, "{text}");
        assert_eq!(caught("src/engine/clock.rs", text), 0, "{text}");
        assert_eq!(caught("tests/engine.rs", text), 0, "{text}");
    }
    assert_eq!(caught("src/serve/mod.rs", "#[cfg(test)] mod tests { fn a() { Instant::now(); } }"), 0);
    assert_eq!(caught("src/serve/mod.rs", "// Instant::now()\nclock.now()"), 0);
}
