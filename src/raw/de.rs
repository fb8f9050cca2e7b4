//! How does a tree become a raw shape? A serde deserializer that tells what is wrong and reads on.

use serde::{
    Deserializer,
    de::{IntoDeserializer, Visitor},
    forward_to_deserialize_any,
};

use super::{
    Node, Problems, Span, Value,
    access::{Enumeration, Fields, Items},
    field::OneField,
    refusal::Refusal,
    shape::{Map, Shape},
};

/// The names under which our own wrappers ask for more than serde's data model holds.
pub(super) mod name {
    pub(in crate::raw) const FIELD: &str = "wardround::raw::Field";
    pub(in crate::raw) const KEY: &str = "wardround::raw::Key";
    pub(in crate::raw) const LIST: &str = "wardround::raw::OneOrMany";
    pub(in crate::raw) const SECRET: &str = "wardround::raw::SecretSource";
    pub(in crate::raw) const BRIEF: &str = "wardround::raw::Brief";
}

/// Reads one node; what goes wrong inside a [`Field`](super::Field) is noted and does not end the reading.
pub(super) struct Reader<'de, 'p> {
    pub(super) node: &'de Node,
    pub(super) problems: &'p mut Problems,
    /// Keys that are read by somebody else, if this is a map.
    pub(super) beside: &'p [&'p str],
}

impl<'de, 'p> Reader<'de, 'p> {
    pub(super) fn new(node: &'de Node, problems: &'p mut Problems) -> Self {
        Self { node, problems, beside: &[] }
    }

    fn refuse(&self, wanted: &str) -> Refusal {
        Refusal::kind(wanted, &self.node.value).at(self.node.span)
    }
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let span = self.node.span;
        let read = match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Int(number) => whole(*number, visitor),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Str(text) => visitor.visit_borrowed_str(text),
            Value::Seq(items) => visitor.visit_seq(Items { items: items.iter(), problems: self.problems }),
            Value::Map(entries) => visitor.visit_map(Fields::all(entries, self.problems)),
        };
        read.map_err(|refusal| refusal.at(span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        wrapper: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        if wrapper == name::SECRET && self.problems.hide_clear(self.node) && !self.node.is_text() {
            return Err(Refusal::clear().at(self.node.span));
        }
        let one = std::slice::from_ref(self.node);
        match (wrapper, &self.node.value) {
            (name::FIELD, _) => visitor.visit_seq(OneField::of(self.node, self.problems)),
            (name::LIST, Value::Seq(items)) => {
                visitor.visit_seq(Items { items: items.iter(), problems: self.problems })
            }
            (name::LIST, _) => visitor.visit_seq(Items { items: one.iter(), problems: self.problems }),
            (name::BRIEF | name::SECRET, Value::Map(_)) => visitor.visit_some(self),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match &self.node.value {
            Value::Map(entries) => {
                let map = &mut Map::of(self.node.span, entries, self.beside);
                Shape { map, problems: self.problems }.deserialize_struct(name, fields, visitor)
            }
            _ => Err(self.refuse("a map (`key: value`)")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let span = self.node.span;
        match &self.node.value {
            Value::Str(text) if variants.contains(&text.as_str()) || !self.problems.hides(span) => {
                visitor.visit_enum(text.as_str().into_deserializer())
            }
            Value::Map(entries) if entries.len() == 1 => {
                visitor.visit_enum(Enumeration { entry: &entries[0], problems: self.problems })
            }
            Value::Map(entries) => {
                let wanted = format!("exactly one of {}", super::words::listed(variants));
                Err(Refusal::new(format!("expected {wanted}, found {} keys", entries.len())))
            }
            _ => Err(self.refuse(&format!("one of {}", super::words::listed(variants)))),
        }
        .map_err(|refusal: Refusal| refusal.at(span))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

fn whole<'de, V: Visitor<'de>>(number: i128, visitor: V) -> Result<V::Value, Refusal> {
    match (u64::try_from(number), i64::try_from(number)) {
        (Ok(number), _) => visitor.visit_u64(number),
        (_, Ok(number)) => visitor.visit_i64(number),
        _ => visitor.visit_i128(number),
    }
}

/// What is handed to a field of which nothing was written.
pub(super) struct Missing<'p> {
    pub(super) key: &'static str,
    /// Whether an unknown key was told that is probably this one, misspelt.
    pub(super) told: bool,
    pub(super) span: Span,
    pub(super) problems: &'p mut Problems,
}

impl<'de> Deserializer<'de> for Missing<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Refusal> {
        Err(Refusal::missing(self.key).at(self.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        wrapper: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let refusal = Refusal::missing(self.key).at(self.span);
        if wrapper != name::FIELD {
            return Err(refusal);
        }
        if !self.told {
            self.problems.push(refusal.into_problem());
        }
        visitor.visit_seq(OneField::absent(self.span, self.problems))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
