//! Does every module say which question it answers?

use super::{Breach, Source, assert_kept, tree};

const CURE: &str = "begin the file with `//!` and one sentence: the question that this module answers";

fn breach(source: &Source) -> Option<Breach> {
    let opening = source.text.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap_or("");
    let says_something = opening.split_whitespace().count() >= 3;
    (!says_something).then(|| Breach::new(&source.path, 1, CURE))
}

#[test]
fn every_module_opens_with_a_sentence() {
    assert_kept(tree::SOURCES.iter().filter_map(breach));
}

#[test]
fn a_silent_module_is_caught() {
    for text in ["", "use a;\n//! Late to say.", "//!\n", "//! Names.", "// Which name is this?"] {
        assert!(breach(&Source::new("src/a.rs", text)).is_some(), "{text}");
    }
    assert!(breach(&Source::new("src/a.rs", "//! Which name is this?")).is_none());
}
