//! What is wrong with a text that is no YAML, in words for whoever wrote it?

use std::ops::Range;

use serde_yaml::Error;

use super::{Problem, Problems, Span, words};

/// What the library says (a part of it), what that means, and what to write instead.
const WORDS: &[(&[&str], &str, &str)] = &[
    (&["tab"], "a tab stands where only spaces may", "indent with spaces"),
    (&["mapping values are"], "a second `: ` on a line makes no sense", "put text that holds `: ` in quotes"),
    (&["expected ',' or"], OPEN_BRACKET, "close it, or put a comma before this"),
    (&["parsing a flow"], OPEN_BRACKET, "close it"),
    (&["quoted scalar", "unclosed quote"], "a quotation mark before this is not closed", "close it"),
    (&["expected key", "indentation"], "this line and those above it do not line up", SAME_COLUMN),
    (&["simple key"], "there is no `: ` after this key", "write `key: value`, with a space after the colon"),
    (
        &["unknown anchor"],
        "no `&name` stands before this `*name`",
        "write the anchor, or put the text in quotes",
    ),
    (
        &["merge value"],
        "`<<` takes in a map, and this is none",
        "write `<<: *name`, with `&name` at a map above",
    ),
    (&["multiple"], "a second document begins here", "leave out the line `---`, or make two files"),
    (&["recursion limit", "Depth"], "this is nested too deeply", "write it with fewer levels"),
    (
        &["udget", "limit exceeded"],
        "this is too much, perhaps because of `*name`",
        "write less, or several files",
    ),
    (
        &["unexpected character"],
        "this character has no place in YAML",
        "leave it out, or put the text in quotes",
    ),
];

const OPEN_BRACKET: &str = "a bracket before this is not closed";
const SAME_COLUMN: &str = "begin all keys of one map in the same column";

/// Tells what is wrong with the text of `file`.
pub(super) fn tell(problems: &mut Problems, file: u32, text: &str, why: &Error) {
    let why = why.without_snippet();
    let words = why.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let place = why.location().map(|at| place(text, at.line(), at.column()));
    if let Some(secret) = place.and_then(|at| secret(text, at)) {
        problems.hide(Span::new(file, secret.start, secret.end));
    }
    let place = place.map(|at| Span::new(file, at, at + 1));
    problems.push(match WORDS.iter().find(|(parts, _, _)| parts.iter().any(|part| words.contains(part))) {
        Some((_, message, cure)) => Problem::new(place, *message).cure(*cure),
        None => Problem::new(place, format!("this is not YAML: {words}")),
    });
}

/// The byte at a line and a column, both counted from one, the latter in characters.
fn place(text: &str, line: u64, column: u64) -> usize {
    let nth = |count: u64| usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = text.split_inclusive('\n').take(nth(line)).map(str::len).sum();
    let within = text[start..].char_indices().nth(nth(column)).map_or(text.len() - start, |(at, _)| at);
    start + within
}

/// What may be a secret in the line of `at`: all behind the colon of a key that sounds like one. There is no tree to
/// tell it exactly.
fn secret(text: &str, at: usize) -> Option<Range<usize>> {
    let begin = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let word = words::secret_in(&text[begin..end])?;
    let colon = text[begin + word..end].find(':')?;
    Some(begin + word + colon + 1..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_shows_no_secret() {
        let text = "site: a\nlogin: {user: u, \"password\": hunter2: x}\n";
        let mut problems = Problems::default();
        let file = problems.file("text", text);
        assert_eq!(crate::raw::yaml::read(&mut problems, file), None);
        let told = problems.to_string();
        assert!(
            told.contains("2 | login: {user: u, \"password\":***") && !told.contains("hunter2"),
            "{told}"
        );
    }
}
