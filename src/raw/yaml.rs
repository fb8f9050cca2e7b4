//! How does text become a tree? The one place that knows the YAML library.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_yaml::{Location, Spanned, options::DuplicateKeyPolicy};

use super::{Key, Node, Problem, Problems, Span, Value, broken, words};

/// Reads the text of `file`. What is no YAML at all, and keys written twice, are told; `None` if there is no tree.
pub fn read(problems: &mut Problems, file: u32) -> Option<Node> {
    let text = problems.text(file);
    match serde_yaml::from_str_with_options::<Spanned<Parsed>>(&text, limits()) {
        Ok(parsed) => Some(Planter { file, problems }.plant(parsed, None)),
        Err(why) => {
            broken::tell(problems, file, &text, &why);
            None
        }
    }
}

/// Generous for tens of thousands of probes, tight for a bomb.
fn limits() -> serde_yaml::Options {
    serde_yaml::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        budget: serde_yaml::budget! {
            max_depth: 24,
            max_events: 8_000_000,
            max_nodes: 4_000_000,
            max_aliases: 100_000,
            max_merge_keys: 100_000,
            max_recorded_anchor_events: 100_000,
            enforce_alias_anchor_ratio: false,
        },
    }
}

/// A value as the library hands it over.
enum Parsed {
    Scalar(Value),
    Seq(Vec<Spanned<Parsed>>),
    Map(Vec<(Spanned<String>, Spanned<Parsed>)>),
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ParsedVisitor)
    }
}

struct ParsedVisitor;

impl<'de> Visitor<'de> for ParsedVisitor {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Bool(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Int(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Int(number.into())))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Int(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Float(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Str(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Value::Str(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Parsed, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Parsed::Seq(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = map.next_entry()? {
            all.push(entry);
        }
        Ok(Parsed::Map(all))
    }
}

/// Turns what the library read into nodes of ours.
struct Planter<'p> {
    file: u32,
    problems: &'p mut Problems,
}

impl Planter<'_> {
    fn plant(&mut self, parsed: Spanned<Parsed>, key: Option<Span>) -> Node {
        let own = span(self.file, parsed.defined);
        let span = key.unwrap_or(own);
        match parsed.value {
            Parsed::Scalar(Value::Null) => Node { span, value: Value::Null },
            Parsed::Scalar(value) => {
                if matches!(&value, Value::Str(text) if words::has_password(text)) {
                    self.problems.hide(own);
                }
                Node { span: own, value }
            }
            Parsed::Seq(items) => Node {
                span,
                value: Value::Seq(items.into_iter().map(|item| self.plant(item, None)).collect()),
            },
            Parsed::Map(entries) => Node { span, value: Value::Map(self.entries(entries)) },
        }
    }

    fn entries(&mut self, entries: Vec<(Spanned<String>, Spanned<Parsed>)>) -> Vec<(Key, Node)> {
        let mut seen = HashMap::with_capacity(entries.len());
        let mut kept = Vec::with_capacity(entries.len());
        for (name, parsed) in entries {
            let key = Key { span: span(self.file, name.defined), text: name.value };
            let node = self.plant(parsed, Some(key.span));
            self.hide_secret(&key, &node);
            if let Some(first) = seen.insert(key.text.clone(), key.span) {
                self.twice(&key, first);
            } else {
                kept.push((key, node));
            }
        }
        kept
    }

    fn twice(&mut self, key: &Key, first: Span) {
        let problem = Problem::new(key.span, format!("the key `{}` is written twice", key.text));
        self.problems.push(problem.cure("keep one of the two").beside(first, "it was written here first"));
    }

    /// What stands in clear where a secret belongs is wrong, and must not be shown when that is told.
    fn hide_secret(&mut self, key: &Key, node: &Node) {
        if words::is_secret(&key.text) && node.entries().is_none() {
            self.problems.hide_clear(node);
        }
    }
}

fn span(file: u32, at: Location) -> Span {
    let start = at.span().byte_offset().unwrap_or_default();
    let end = start + at.span().byte_len().unwrap_or_default();
    let whole = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    Span::new(file, whole(start), whole(end))
}
