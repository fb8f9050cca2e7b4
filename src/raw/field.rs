//! What is one key's value: good, bad, and where?

use std::{fmt, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    Node, Problems, Span,
    de::{Reader, name},
    refusal::Refusal,
};

/// A value and its place. A value that could not be read, or a required one that is missing, was told already and is
/// bad; since a reading with problems is refused as a whole, whoever meets a bad field may go on with anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<T> {
    span: Span,
    value: Option<T>,
}

impl<T> Field<T> {
    /// `value`, written at `span`.
    pub fn new(span: Span, value: T) -> Self {
        Self { span, value: Some(value) }
    }

    /// Where it was written; if it is missing, where its map was.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The value, unless it is bad.
    pub fn good(self) -> Option<T> {
        self.value
    }

    /// The value, unless it is bad.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(name::FIELD, FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Field<T>, A::Error> {
        let span = parts.next_element()?.unwrap_or_default();
        Ok(Field { span, value: parts.next_element()? })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field<T>, D::Error> {
        T::deserialize(deserializer).map(|value| Field::new(Span::default(), value))
    }
}

impl<T: JsonSchema> JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A field: first its place, then its value, unless that is missing or bad.
pub(super) struct OneField<'de, 'p> {
    span: Option<Span>,
    place: Span,
    node: Option<&'de Node>,
    problems: &'p mut Problems,
}

impl<'de, 'p> OneField<'de, 'p> {
    pub(super) fn of(node: &'de Node, problems: &'p mut Problems) -> Self {
        Self { span: Some(node.span), place: node.span, node: Some(node), problems }
    }

    pub(super) fn absent(span: Span, problems: &'p mut Problems) -> Self {
        Self { span: Some(span), place: span, node: None, problems }
    }
}

impl<'de> SeqAccess<'de> for OneField<'de, '_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        if let Some(span) = self.span.take() {
            return seed.deserialize(Place(span)).map(Some);
        }
        let Some(node) = self.node.take() else { return Ok(None) };
        match seed.deserialize(Reader::new(node, self.problems)) {
            Ok(value) => Ok(Some(value)),
            Err(refusal) => {
                self.problems.push(refusal.at(self.place).into_problem());
                Ok(None)
            }
        }
    }
}

/// A place, as the field asks for it.
pub(super) struct Place(pub(super) Span);

impl<'de> Deserializer<'de> for Place {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_seq(self.0.parts())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
