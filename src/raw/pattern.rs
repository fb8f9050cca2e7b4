//! How is a regular expression written, and how large may it grow?

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use regex::{Regex, RegexBuilder, bytes};

use super::{
    Refusal,
    text::{Writing, written_as_text},
};

/// What a compiled expression may take: plenty for a body check, too little to hurt.
const SIZE_LIMIT: usize = 1 << 20;

/// A regular expression, compiled. Probes that write the same one share it.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Regex>);

/// A regular expression over bytes that need not be UTF-8, compiled. Probes that write the same one share it.
#[derive(Clone, Debug)]
pub struct BytePattern(Arc<bytes::Regex>);

/// Every compiled expression that somebody still holds, by its text.
type Shared<T> = Mutex<Option<HashMap<String, Weak<T>>>>;

static TEXT: Shared<Regex> = Mutex::new(None);
static BYTES: Shared<bytes::Regex> = Mutex::new(None);

impl Pattern {
    /// Whether it matches anywhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// `template` with what its groups matched first in `text` in the place of `$1`, `${1}` and `${name}`.
    pub fn expand(&self, text: &str, template: &str) -> String {
        let mut filled = String::new();
        if let Some(groups) = self.0.captures(text) {
            groups.expand(template, &mut filled);
        }
        filled
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        shared(&TEXT, text, |text| RegexBuilder::new(text).size_limit(SIZE_LIMIT).build()).map(Self)
    }
}

impl BytePattern {
    /// Whether it matches anywhere in `bytes`.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        self.0.is_match(bytes)
    }

    /// The end of the first match in `bytes`.
    pub fn end_of_match(&self, bytes: &[u8]) -> Option<usize> {
        self.0.find(bytes).map(|found| found.end())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        shared(&BYTES, text, |text| bytes::RegexBuilder::new(text).size_limit(SIZE_LIMIT).build()).map(Self)
    }
}

fn shared<T>(
    known: &Shared<T>,
    text: &str,
    compile: impl FnOnce(&str) -> Result<T, regex::Error>,
) -> Result<Arc<T>, Refusal> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(pattern) = known.get(text).and_then(Weak::upgrade) {
        return Ok(pattern);
    }
    let pattern = Arc::new(compile(text).map_err(|why| refuse(text, &why))?);
    known.retain(|_, held| held.strong_count() > 0);
    known.insert(text.to_owned(), Arc::downgrade(&pattern));
    Ok(pattern)
}

/// The reason stands in the last line of what regex says, after a picture of the place.
fn refuse(text: &str, why: &regex::Error) -> Refusal {
    let words = why.to_string();
    let reason = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let short: String = text.chars().take(60).collect();
    Refusal::new(format!("`{short}` is no regular expression: {reason}"))
        .cure("put a backslash before . * + ? ( ) [ ] { } ^ $ | where the character itself is meant")
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl PartialEq for BytePattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for BytePattern {}

written_as_text!(
    Pattern,
    Writing { wanted: "a regular expression", example: "^Sign in", parse: Pattern::parse },
    { "type": "string", "format": "regex" }
);

written_as_text!(
    BytePattern,
    Writing { wanted: "a regular expression", example: "^220 ", parse: BytePattern::parse },
    { "type": "string", "format": "regex" }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_once_and_bounded() {
        let (one, two) = (Pattern::parse("a+").unwrap(), Pattern::parse("a+").unwrap());
        assert!(Arc::ptr_eq(&one.0, &two.0));
        assert!(one.is_match("caat") && !one.is_match("c"));
        assert_eq!(BytePattern::parse("(?-u)\\xff\\r").unwrap().end_of_match(b"\x00\xff\r\n"), Some(3));
        let greeting = Pattern::parse("^SSH-(?P<version>[0-9.]+)-(.*)").unwrap();
        assert_eq!(greeting.expand("SSH-2.0-x", "${version}/$2 $$1 $9"), "2.0/x $1 ");
        assert_eq!(greeting.expand("HTTP/1.1", "${version}"), "");
        let words = |text| Pattern::parse(text).unwrap_err().to_string();
        assert!(words("Sign (in").starts_with("`Sign (in` is no regular expression: unclosed group"));
        assert!(words("(a{999}){999}").contains("size limit"));
    }
}
