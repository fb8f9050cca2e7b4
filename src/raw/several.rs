//! How is "one or many", "any names" or "in brief or in full" written?

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::{Field, Key, de::name};

/// One value, or a list of them. An empty list is read; refuse it where it makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<Field<T>>);

impl<T> OneOrMany<T> {
    /// The values that are not bad.
    pub fn good(self) -> Vec<T> {
        self.0.into_iter().filter_map(Field::good).collect()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(name::LIST, ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = OneOrMany<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OneOrMany<T>, A::Error> {
        let mut all = Vec::with_capacity(items.size_hint().unwrap_or_default());
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(OneOrMany(all))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A map with names of the writer's choice, in the order in which they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(Key, Field<T>)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map (`name: value`)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = map.next_entry()? {
            all.push(entry);
        }
        Ok(Entries(all))
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<String, T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

/// A value in brief (a text, a number, a list), or the same written out as a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brief<B, F> {
    /// In brief.
    Brief(B),
    /// Written out.
    Full(F),
}

impl<'de, B: Deserialize<'de>, F: Deserialize<'de>> Deserialize<'de> for Brief<B, F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(name::BRIEF, BriefVisitor(PhantomData))
    }
}

pub(super) struct BriefVisitor<B, F>(pub(super) PhantomData<(B, F)>);

impl<'de, B: Deserialize<'de>, F: Deserialize<'de>> Visitor<'de> for BriefVisitor<B, F> {
    type Value = Brief<B, F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a map")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Brief<B, F>, D::Error> {
        B::deserialize(deserializer).map(Brief::Brief)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Brief<B, F>, D::Error> {
        F::deserialize(deserializer).map(Brief::Full)
    }
}

impl<B: JsonSchema, F: JsonSchema> JsonSchema for Brief<B, F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}_or_{}", B::schema_name(), F::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (brief, full) = (generator.subschema_for::<B>(), generator.subschema_for::<F>());
        json_schema!({ "anyOf": [brief, full] })
    }
}
