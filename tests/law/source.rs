//! What is one Rust file: where it is, what it says, and what of it is shipped?

use super::token::{Token, end_of_item, says, tokens};

/// One Rust file: where it is, what it says, and its tokens.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
}

impl Source {
    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        Self { tokens: tokens(&text), path, text }
    }

    /// The tokens that are shipped: without what stands behind `#[cfg(test)]`, and none of a file of tests.
    pub(super) fn shipped(&self) -> Vec<Token> {
        let of_tests = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        if of_tests || !self.path.starts_with("src/") { Vec::new() } else { without_tests(&self.tokens) }
    }
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if says(tokens, at, &MARK) {
            at = end_of_item(tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

#[test]
fn tests_are_not_shipped() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { if c {} } }\n#[cfg(test)] use d; fn e() {}";
    let shipped: Vec<_> =
        Source::new("src/x.rs", text).shipped().into_iter().map(|token| token.text).collect();
    assert_eq!(shipped.join(" "), "fn a ( ) { } fn e ( ) { }");
    assert!(Source::new("src/x/tests.rs", "fn a() {}").shipped().is_empty());
}
