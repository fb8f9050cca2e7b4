//! How are the keys of a raw shape handed to serde, the unknown told and the missing made up for?

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};

use super::{
    Key, Node, Problem, Problems, Span,
    de::{Missing, Reader},
    refusal::Refusal,
    words,
};

/// The name of a member that is a shape itself, whose keys stand among the struct's own. YAML merges maps under this name.
const PART: &str = "<<";

/// A map that is read as a struct, and as the part of it if it has one, which may have a part again.
pub(super) struct Map<'de, 'p> {
    span: Span,
    entries: &'de [(Key, Node)],
    /// The keys that belong here, as far as they are known by now.
    known: Vec<&'p str>,
    /// Those of them that unknown keys probably are, misspelt.
    misspelt: Vec<&'p str>,
}

impl<'de, 'p> Map<'de, 'p> {
    /// A map of which the keys `beside` are read by somebody else.
    pub(super) fn of(span: Span, entries: &'de [(Key, Node)], beside: &[&'p str]) -> Self {
        Self { span, entries, known: beside.to_vec(), misspelt: Vec::new() }
    }

    fn node(&self, key: &str) -> Option<&'de Node> {
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    fn tell_unknown(&mut self, problems: &mut Problems) {
        for (key, node) in self.entries {
            if !self.known.contains(&key.text.as_str()) {
                self.misspelt.extend(unknown(key, node, &self.known, problems));
            }
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

/// Reads a map as one struct.
pub(super) struct Shape<'de, 'p, 'm> {
    pub(super) map: &'m mut Map<'de, 'p>,
    pub(super) problems: &'m mut Problems,
}

impl<'de> Deserializer<'de> for Shape<'de, '_, '_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Refusal> {
        Err(Refusal::new("only a struct can be a part of a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let Self { map, problems } = self;
        map.known.extend(fields.iter().filter(|field| **field != PART));
        if !fields.contains(&PART) {
            map.tell_unknown(problems); // for now all that are known were named
        }
        let mut names = fields.to_vec();
        names.sort_by_key(|field| (*field != PART, map.node(field).is_none()));
        visitor.visit_map(Members { map, names: names.into_iter(), name: "", problems })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The members of a struct: its part comes first, keys that were not written come last.
struct Members<'de, 'p, 'm> {
    map: &'m mut Map<'de, 'p>,
    names: std::vec::IntoIter<&'static str>,
    name: &'static str,
    problems: &'m mut Problems,
}

impl<'de> MapAccess<'de> for Members<'de, '_, '_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.name = name;
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let (key, problems) = (self.name, &mut *self.problems);
        match self.map.node(key) {
            _ if key == PART => seed.deserialize(Shape { map: self.map, problems }),
            Some(node) => {
                seed.deserialize(Reader::new(node, problems)).map_err(|refusal| refusal.at(node.span))
            }
            None => {
                let told = self.map.misspelt.contains(&key);
                seed.deserialize(Missing { key, told, span: self.map.span, problems })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde::Deserialize;

    use crate::raw::{Door, Field, Given, Problems};

    #[derive(Debug, Deserialize)]
    struct Letter {
        to: Field<String>,
        #[serde(rename = "<<")]
        cover: Cover,
        #[expect(dead_code, reason = "only read, to see what is told")]
        urgent: Option<Field<bool>>,
    }

    #[derive(Debug, Deserialize)]
    struct Cover {
        colour: Field<String>,
        #[serde(rename = "<<")]
        stamp: Stamp,
    }

    #[derive(Debug, Deserialize)]
    struct Stamp {
        pence: Field<u16>,
    }

    fn read(text: &str) -> Result<(String, String, u16), Problems> {
        Given::default().check(text, |raw: Letter, _: &mut Door<'_>| {
            let Cover { colour, stamp } = raw.cover;
            Some((raw.to.good()?, colour.good()?, stamp.pence.good()?))
        })
    }

    #[test]
    fn the_keys_of_a_part_stand_among_the_structs_own() {
        let right = ("ward 7".to_owned(), "brown".to_owned(), 135);
        assert_eq!(read("{pence: 135, to: ward 7, colour: brown, urgent: true}").unwrap(), right);
    }

    #[test]
    fn a_part_is_told_of_as_the_struct_itself() {
        let wrong = "colur: red\npence: 70000\nurgent: 1\nwax: yes\ncover: {}\n";
        assert_snapshot!(read(wrong).unwrap_err());
    }

    #[test]
    fn nobody_writes_the_name_of_a_part() {
        let told = read("{to: ward 7, colour: red, pence: 1, '<<': {pence: 2}}").unwrap_err().to_string();
        assert!(!told.contains("`<<`,") && !told.is_empty(), "{told}");
    }
}
