//! What was written? A tree of values, each with its place.

use super::Span;

/// One value of a file, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its place; for a map, a list or nothing at all under a key: the place of that key.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A value as YAML knows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing (`~`, or nothing after the colon).
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(String),
    /// A list.
    Seq(Vec<Node>),
    /// A map. Keys are unique: a second one of the same name was told and left out.
    Map(Vec<(Key, Node)>),
}

/// The name of an entry of a map, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its place.
    pub span: Span,
    /// What it says.
    pub text: String,
}

impl Node {
    /// The entries, if this is a map.
    pub fn entries(&self) -> Option<&[(Key, Self)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether this is text.
    pub fn is_text(&self) -> bool {
        matches!(self.value, Value::Str(_))
    }

    /// The value under `key`, if this is a map that has it.
    pub fn member(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    /// The items, if this is a list.
    pub fn items(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }
}

impl Value {
    /// What kind of value it is, in words for a person.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Str(_) => "text",
            Self::Seq(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}
