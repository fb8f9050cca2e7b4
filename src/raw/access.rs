//! How are the items of a list and the entries of a map handed to serde, one by one?

use serde::{
    Deserializer,
    de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
};

use super::{Key, Node, Problems, Value, de::Reader, key::KeyReader, refusal::Refusal};

/// The items of a list.
pub(super) struct Items<'de, 'p> {
    pub(super) items: std::slice::Iter<'de, Node>,
    pub(super) problems: &'p mut Problems,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let Some(node) = self.items.next() else { return Ok(None) };
        seed.deserialize(Reader::new(node, self.problems)).map(Some).map_err(|refusal| refusal.at(node.span))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a map.
pub(super) struct Fields<'de, 'p> {
    entries: std::slice::Iter<'de, (Key, Node)>,
    value: Option<&'de Node>,
    problems: &'p mut Problems,
}

impl<'de, 'p> Fields<'de, 'p> {
    pub(super) fn all(entries: &'de [(Key, Node)], problems: &'p mut Problems) -> Self {
        Self { entries: entries.iter(), value: None, problems }
    }
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some((key, node)) = self.entries.next() else { return Ok(None) };
        self.value = Some(node);
        seed.deserialize(KeyReader(key)).map(Some).map_err(|refusal| refusal.at(key.span))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let node = self.value.take().ok_or_else(|| Refusal::new("no value"))?;
        seed.deserialize(Reader::new(node, self.problems)).map_err(|refusal| refusal.at(node.span))
    }
}

/// An enum written as a map of one entry: the key says which, the value carries what belongs to it.
pub(super) struct Enumeration<'de, 'p> {
    pub(super) entry: &'de (Key, Node),
    pub(super) problems: &'p mut Problems,
}

impl<'de, 'p> EnumAccess<'de> for Enumeration<'de, 'p> {
    type Error = Refusal;
    type Variant = Reader<'de, 'p>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reader<'de, 'p>), Refusal> {
        let (key, node) = self.entry;
        let variant = seed.deserialize(KeyReader(key)).map_err(|refusal| refusal.at(key.span))?;
        Ok((variant, Reader::new(node, self.problems)))
    }
}

impl<'de> VariantAccess<'de> for Reader<'de, '_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        match self.node.value {
            Value::Null => Ok(()),
            _ => Err(Refusal::new("nothing belongs here").at(self.node.span)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        let span = self.node.span;
        seed.deserialize(self).map_err(|refusal| refusal.at(span))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_struct("", fields, visitor)
    }
}
