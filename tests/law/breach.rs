//! What is told when a law is broken?

use std::fmt;

/// One place where a law is broken, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Breach {
    path: String,
    line: usize,
    cure: String,
}

impl Breach {
    pub(super) fn new(path: &str, line: usize, cure: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, cure: cure.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.cure)
    }
}

/// Fails with every breach, one a line.
#[track_caller]
pub(super) fn assert_kept(breaches: impl IntoIterator<Item = Breach>) {
    let told: Vec<String> = breaches.into_iter().map(|breach| breach.to_string()).collect();
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

#[test]
fn a_breach_names_file_line_and_cure() {
    assert_eq!(Breach::new("src/a.rs", 7, "split it").to_string(), "src/a.rs:7: split it");
}

#[test]
#[should_panic(expected = "src/a.rs:7: split it")]
fn one_breach_fails() {
    assert_kept([Breach::new("src/a.rs", 7, "split it")]);
}
