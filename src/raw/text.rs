//! Which values are written as one text, and how is a bad one told?

use std::fmt::{self, Display};

use serde::{
    Deserializer,
    de::{Error, Unexpected, Visitor},
};

use super::Refusal;
use crate::model::{Endpoint, Host, NhsNumber, Slug};

/// How one type is written as text.
pub(crate) struct Writing<T> {
    /// What it is, for a person.
    pub(crate) wanted: &'static str,
    /// One that is right. Where that is `true`, truth is written as text is.
    pub(crate) example: &'static str,
    /// The only door.
    pub(crate) parse: fn(&str) -> Result<T, Refusal>,
}

impl<T> Writing<T> {
    pub(crate) fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn number<E: Error>(&self, number: impl Display) -> E {
        let text = number.to_string();
        let refusal = Refusal::new(format!("expected {}, found the number {text}", self.wanted));
        E::custom(match (self.parse)(&text) {
            Ok(_) => refusal.cure(format!("put it in quotes: \"{text}\"")),
            Err(_) => refusal.cure(format!("write it like \"{}\"", self.example)),
        })
    }
}

impl<T> Visitor<'_> for Writing<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<T, E> {
        match self.example {
            "true" => self.visit_str(&truth.to_string()),
            _ => Err(E::invalid_type(Unexpected::Bool(truth), &self)),
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Err(self.number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Err(self.number(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Err(self.number(number))
    }
}

/// Makes a type that is written as text readable from a file, and tells the schema of it.
macro_rules! written_as_text {
    ($type:ty, $writing:expr, $schema:tt) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $writing.read(deserializer)
            }
        }

        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema = schemars::json_schema!($schema);
                let writing: $crate::raw::Writing<$type> = $writing;
                schema.insert("title".to_owned(), writing.wanted.into());
                schema
            }
        }
    };
}
pub(crate) use written_as_text;

written_as_text!(
    Slug,
    Writing {
        wanted: "a name",
        example: "epr",
        parse: |text| {
            let refusal = |why| Refusal::new(format!("{why}"));
            text.parse().map_err(|why| match Slug::nearest(text) {
                Some(near) => refusal(why).cure(format!("write `{near}`")),
                None => refusal(why),
            })
        },
    },
    { "type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,99}$" }
);

written_as_text!(
    NhsNumber,
    Writing {
        wanted: "a number that passes the check of NHS numbers",
        example: "999 000 0018",
        parse: |text| {
            NhsNumber::parse(text).ok_or_else(|| {
                Refusal::new("this does not pass the check of NHS numbers").cure("leave it out: only one that passes is refused elsewhere")
            })
        },
    },
    { "type": "string", "examples": ["999 000 0018"] }
);

written_as_text!(
    Endpoint,
    Writing {
        wanted: "a host and a port",
        example: "epr.example.nhs.uk:443",
        parse: |text| {
            text.parse().map_err(|why| {
                Refusal::new(format!("`{text}` is no host and port: {why}"))
                    .cure("write it like \"epr.example.nhs.uk:443\", \"10.1.2.3:104\" or \"[2001:db8::1]:636\"")
            })
        },
    },
    { "type": "string", "pattern": "^.+:[0-9]{1,5}$|\\{target\\}", "examples": ["epr.example.nhs.uk:443", "[2001:db8::1]:636"] }
);

written_as_text!(
    Host,
    Writing {
        wanted: "a host name or an address",
        example: "epr.example.nhs.uk",
        parse: |text| {
            text.parse().map_err(|_| {
                Refusal::new(format!("`{text}` is neither a host name nor an address"))
                    .cure("write it like \"epr.example.nhs.uk\", \"10.1.2.3\" or \"2001:db8::1\"")
            })
        },
    },
    { "type": "string", "examples": ["epr.example.nhs.uk", "10.1.2.3"] }
);
