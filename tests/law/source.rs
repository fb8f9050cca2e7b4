//! What does a Rust file say, comments and literals left out?

use std::sync::LazyLock;

use regex::Regex;

/// One Rust file: where it is, what it says, and its tokens.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
}

/// One word or sign of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
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

/// Every path that begins with `root`, groups unfolded: `std::{fs, net::IpAddr as Ip}` is `fs` and `net::IpAddr`.
pub(super) fn paths(tokens: &[Token], root: &str) -> Vec<(usize, Vec<String>)> {
    let begins = |at: usize| says(tokens, at, &[root, "::"]) && !(at > 0 && tokens[at - 1].text == "::");
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|&at| begins(at)) {
        unfold(tokens, at + 2, &mut Vec::new(), &mut found);
    }
    found
}

/// Whether the tokens from `at` on are `words`.
pub(super) fn says(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.len() >= at + words.len()
        && words.iter().zip(&tokens[at..]).all(|(word, token)| *word == token.text)
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

/// The index after the item that begins at `at`: after its `;`, or after the brace that closes its body.
pub(super) fn end_of_item(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "}" if depth <= 1 => return index + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return index + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn tokens(text: &str) -> Vec<Token> {
    static LEXER: LazyLock<Regex> = LazyLock::new(|| {
        let skipped = [
            r"//[^\n]*",
            r"(?s:/\*.*?\*/)",
            r#"b?c?r"[^"]*""#,
            r##"b?c?r#"(?s:.*?)"#"##,
            r###"b?c?r##"(?s:.*?)"##"###,
            r####"b?c?r###"(?s:.*?)"###"####,
            r#"[bc]?"(?s:\\.|[^"\\])*""#,
            r"b?'(?:\\(?:u\{[^}]*\}|x[0-9A-Fa-f]{2}|.)|[^\\'])'",
            r"'[A-Za-z_]\w*",
        ];
        let kept = r"(?P<token>(?:r#)?[\p{L}_]\w*|\d[\w.]*|::|\S)";
        Regex::new(&format!("{}|{kept}", skipped.join("|"))).expect("the lexer is a regex")
    });
    let mut line = 1;
    let mut seen = 0;
    let mut found = Vec::new();
    for capture in LEXER.captures_iter(text) {
        let Some(token) = capture.name("token") else { continue };
        line += text[seen..token.start()].matches('\n').count();
        seen = token.start();
        found.push(Token { text: token.as_str().to_owned(), line });
    }
    found
}

mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    fn found(text: &str) -> Vec<String> {
        paths(&tokens(text), "std")
            .into_iter()
            .map(|(line, path)| format!("{line} {}", path.join("::")))
            .collect()
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        let text = r##"a /* b " */ "c // \" {" d // '{'
            '{' e '\'' r#"f " {"# b"g{" '\u{7b}' r"h\" i 'life j"##;
        assert_eq!(words(text), ["a", "d", "e", "i", "j"]);
        assert_eq!(words("x: &'a str = r#type::y;").join(" "), "x : & str = r#type :: y ;");
        assert_eq!(tokens("a \"\n\n\" b")[1].line, 3);
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

    #[test]
    fn tests_are_not_shipped() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { if c {} } }\n#[cfg(test)] use d; fn e() {}";
        let shipped: Vec<_> =
            Source::new("src/x.rs", text).shipped().into_iter().map(|token| token.text).collect();
        assert_eq!(shipped.join(" "), "fn a ( ) { } fn e ( ) { }");
        assert!(Source::new("src/x/tests.rs", "fn a() {}").shipped().is_empty());
    }
}
