//! Which paths does a Rust file name?

use super::token::{Token, says};

/// Every path that begins with `root`, groups unfolded: `std::{fs, net::IpAddr as Ip}` is `fs` and `net::IpAddr`.
pub(super) fn paths(tokens: &[Token], root: &str) -> Vec<(usize, Vec<String>)> {
    let begins = |at: usize| says(tokens, at, &[root, "::"]) && !(at > 0 && tokens[at - 1].text == "::");
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|&at| begins(at)) {
        unfold(tokens, at + 2, &mut Vec::new(), &mut found);
    }
    found
}

fn unfold(
    tokens: &[Token],
    at: usize,
    stem: &mut Vec<String>,
    found: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    match tokens.get(at) {
        Some(open) if open.text == "{" => unfold_group(tokens, at + 1, stem, found),
        Some(name) if is_name(&name.text) => {
            stem.push(name.text.clone());
            let after = if says(tokens, at + 1, &["::"]) {
                unfold(tokens, at + 2, stem, found)
            } else {
                found.push((name.line, stem.clone()));
                at + 1
            };
            stem.pop();
            after
        }
        other => {
            found.extend(other.map(|token| (token.line, stem.clone())));
            at + 1
        }
    }
}

fn unfold_group(
    tokens: &[Token],
    mut at: usize,
    stem: &mut Vec<String>,
    found: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    while let Some(token) = tokens.get(at).filter(|token| token.text != "}") {
        at = match token.text.as_str() {
            "," => at + 1,
            "as" => at + 2,
            _ => unfold(tokens, at, stem, found),
        };
    }
    at + 1
}

fn is_name(text: &str) -> bool {
    text == "*" || text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

mod tests {
    use super::*;
    use crate::law::token::tokens;

    fn found(text: &str) -> Vec<String> {
        paths(&tokens(text), "std")
            .into_iter()
            .map(|(line, path)| format!("{line} {}", path.join("::")))
            .collect()
    }

    #[test]
    fn paths_are_unfolded() {
        assert_eq!(found("use std::fs;"), ["1 fs"]);
        assert_eq!(
            found("use std::{fs::{self, File}, net::*,\n io as i};"),
            ["1 fs::self", "1 fs::File", "1 net::*", "2 io"]
        );
        assert_eq!(found("let x = std::mem::take::<u8>(y);"), ["1 mem::take"]);
        assert_eq!(found("core::std::fs; my_std::fs"), Vec::<String>::new());
    }
}
