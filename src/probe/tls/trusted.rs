//! Must a chain be trusted, or may it be any?

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use crate::raw::Refusal;

/// Whether a chain must be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trusted {
    Yes,
    Any,
}

impl<'de> Deserialize<'de> for Trusted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TrustedVisitor)
    }
}

struct TrustedVisitor;

impl TrustedVisitor {
    fn refuse<E: Error>() -> E {
        E::custom(Refusal::new("a chain must be trusted, or it may be any").cure("write `true` or `any`"))
    }
}

impl Visitor<'_> for TrustedVisitor {
    type Value = Trusted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true` or `any`")
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Trusted, E> {
        if truth { Ok(Trusted::Yes) } else { Err(Self::refuse()) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Trusted, E> {
        if text == "any" { Ok(Trusted::Any) } else { Err(Self::refuse()) }
    }
}

impl JsonSchema for Trusted {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Trusted".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": [true, "any"] })
    }
}
