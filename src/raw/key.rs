//! What is an entry called, and where does its name stand?

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, SeqAccess, Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};

use super::{Key, Span, de::name, field::Place, refusal::Refusal};

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(name::KEY, KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Key, A::Error> {
        let span = parts.next_element()?.unwrap_or_default();
        Ok(Key { span, text: parts.next_element()?.unwrap_or_default() })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        String::deserialize(deserializer).map(|text| Key { span: Span::default(), text })
    }
}

/// The name of an entry: text, and its place if a [`Key`] asks for it.
pub(super) struct KeyReader<'de>(pub(super) &'de Key);

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(&self.0.text)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        wrapper: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match wrapper {
            name::KEY => visitor.visit_seq(Parts(Some(self.0.span), Some(&self.0.text))),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// First the place of a key, then its text.
struct Parts<'de>(Option<Span>, Option<&'de str>);

impl<'de> SeqAccess<'de> for Parts<'de> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        match self.0.take() {
            Some(span) => seed.deserialize(Place(span)).map(Some),
            None => {
                self.1.take().map(|text| seed.deserialize(BorrowedStrDeserializer::new(text))).transpose()
            }
        }
    }
}
