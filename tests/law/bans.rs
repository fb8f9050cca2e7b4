//! Is anything left half done, or hushed up?

use super::{Breach, Source, assert_kept, says, tree};

/// Code that may not stand, and the cure.
const BANNED: [(&[&str], &str); 5] = [
    (&["todo", "!"], "finish it, or leave it out"),
    (&["unimplemented", "!"], "finish it, or leave it out"),
    (&["#", "[", "ignore"], "a test that does not run proves nothing: mend it, or take it out"),
    (
        &["#", "[", "allow", "("],
        "write `#[expect(lint, reason = \"…\")]`, which tells when it is needed no more",
    ),
    (
        &["#", "!", "[", "allow", "("],
        "write `#![expect(lint, reason = \"…\")]`, which tells when it is needed no more",
    ),
];

fn breaches(source: &Source) -> Vec<Breach> {
    let stands = |at: usize| {
        BANNED.iter().find(|(code, _)| says(&source.tokens, at, code)).map(|(_, cure)| (at, *cure))
    };
    let found = (0..source.tokens.len()).filter_map(stands);
    found.map(|(at, cure)| Breach::new(&source.path, source.tokens[at].line, cure)).collect()
}

#[test]
fn nothing_is_left_half_done() {
    assert_kept(tree::SOURCES.iter().flat_map(breaches));
}

#[test]
fn what_is_half_done_is_caught() {
    let caught = |text: &str| breaches(&Source::new("tests/a.rs", text)).len();
    for text in [
        "todo!()",
        "unimplemented!()",
        "#[ignore = \"slow\"]",
        "#[ignore]",
        "#[allow(dead_code)]",
        "#![allow(x)]",
    ] {
        assert_eq!(caught(text), 1, "{text}");
    }
    assert_eq!(caught("// todo!() #[ignore]\n\"todo!()\"; let ignore = allow(b);"), 0);
}
