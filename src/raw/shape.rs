//! How are the keys of a raw shape handed to serde, the unknown told and the missing made up for?

use serde::de::{DeserializeSeed, MapAccess, value::BorrowedStrDeserializer};

use super::{
    Key, Node, Problem, Problems, Span,
    de::{Missing, Reader},
    refusal::Refusal,
    words,
};

/// The entries of a struct: unknown keys are told and passed over, keys that were not written come last.
pub(super) struct Struct<'de, 'p> {
    span: Span,
    written: std::vec::IntoIter<(&'static str, &'de Node)>,
    missing: std::vec::IntoIter<&'static str>,
    misspelt: Vec<&'p str>,
    value: Option<(&'static str, Option<&'de Node>)>,
    problems: &'p mut Problems,
}

impl<'de, 'p> Struct<'de, 'p> {
    pub(super) fn of(
        span: Span,
        entries: &'de [(Key, Node)],
        fields: &'static [&'static str],
        beside: &'p [&'p str],
        problems: &'p mut Problems,
    ) -> Self {
        let (mut written, mut misspelt) = (Vec::with_capacity(entries.len()), Vec::new());
        for (key, node) in entries {
            match fields.iter().find(|field| **field == key.text) {
                Some(field) => written.push((*field, node)),
                None if beside.contains(&key.text.as_str()) => {}
                None => misspelt.extend(unknown(key, node, &[fields, beside].concat(), problems)),
            }
        }
        let is_missing = |field: &&&str| !written.iter().any(|(name, _)| name == *field);
        let missing: Vec<_> = fields.iter().filter(is_missing).copied().collect();
        Self {
            span,
            written: written.into_iter(),
            missing: missing.into_iter(),
            misspelt,
            value: None,
            problems,
        }
    }
}

/// Tells an unknown key; returns the one that was probably meant.
fn unknown<'a>(key: &Key, node: &Node, known: &[&'a str], problems: &mut Problems) -> Option<&'a str> {
    let meant = words::nearest(&key.text, known);
    if meant.is_none_or(words::is_secret) {
        problems.hide_all(node); // a secret under a wrong key is still a secret
    }
    let problem = Problem::new(key.span, format!("unknown key `{}`", key.text));
    problems.push(problem.cure(words::advice(&key.text, known)));
    meant
}

impl<'de> MapAccess<'de> for Struct<'de, '_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let written = self.written.next().map(|(field, node)| (field, Some(node)));
        self.value = written.or_else(|| self.missing.next().map(|field| (field, None)));
        let Some((field, _)) = self.value else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(field)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        match self.value.take() {
            Some((_, Some(node))) => {
                seed.deserialize(Reader::new(node, self.problems)).map_err(|refusal| refusal.at(node.span))
            }
            Some((key, None)) => {
                let told = self.misspelt.contains(&key);
                seed.deserialize(Missing { key, told, span: self.span, problems: self.problems })
            }
            None => Err(Refusal::new("no value")),
        }
    }
}
