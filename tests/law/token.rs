//! What are the words and signs of a Rust file, comments and literals left out?

use std::sync::LazyLock;

use regex::Regex;

/// One word or sign of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

/// The words and signs of `text`, each with its line.
pub(super) fn tokens(text: &str) -> Vec<Token> {
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

/// Whether the tokens from `at` on are `words`.
pub(super) fn says(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.len() >= at + words.len()
        && words.iter().zip(&tokens[at..]).all(|(word, token)| *word == token.text)
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

mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        let text = r##"a /* b " */ "c // \" {" d // '{'
            '{' e '\'' r#"f " {"# b"g{" '\u{7b}' r"h\" i 'life j"##;
        assert_eq!(words(text), ["a", "d", "e", "i", "j"]);
        assert_eq!(words("x: &'a str = r#type::y;").join(" "), "x : & str = r#type :: y ;");
        assert_eq!(tokens("a \"\n\n\" b")[1].line, 3);
    }
}
