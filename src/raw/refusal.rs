//! In which words does serde's complaint reach a person?

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

use super::{Problem, Span, Value, words};

/// Why a value was refused. As text its first line says what is wrong, the second what to write instead: so a value's
/// own `Deserialize` can tell both through [`serde::de::Error::custom`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    span: Option<Span>,
    message: String,
    cure: Option<String>,
}

impl Refusal {
    /// `message` is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { span: None, message: message.into(), cure: None }
    }

    /// With what to write instead.
    #[must_use]
    pub fn cure(self, cure: impl Into<String>) -> Self {
        Self { cure: Some(cure.into()), ..self }
    }

    /// At `span`, unless a more exact place is known already.
    pub(super) fn at(self, span: Span) -> Self {
        Self { span: self.span.or(Some(span)), ..self }
    }

    /// A value of the wrong kind.
    pub(super) fn kind(wanted: &str, found: &Value) -> Self {
        Self::mismatch(wanted, found.kind())
    }

    fn mismatch(wanted: &str, found: &str) -> Self {
        let refusal = Self::new(format!("expected {wanted}, found {found}"));
        let cure = match (wanted, found) {
            (_, "nothing") => "write a value, or leave the key out",
            (map, "a list") if map.starts_with("a map") => "write its keys without `-` before them",
            (map, "text") if map.starts_with("a map") => "write its keys below it, or as {key: value}",
            ("text", "a number" | "true or false") => "put it in quotes",
            ("true or false", _) => "write `true` or `false`",
            _ => return refusal,
        };
        refusal.cure(cure)
    }

    /// A secret that anybody could read.
    pub(super) fn clear() -> Self {
        Self::new("a secret is written in clear").cure("write \"${env:NAME}\" or {file: path} instead")
    }

    pub(super) fn missing(key: &str) -> Self {
        Self::new(format!("the key `{key}` is missing")).cure(format!("add `{key}: …`"))
    }

    pub(super) fn into_problem(self) -> Problem {
        let problem = Problem::new(self.span, self.message);
        match self.cure {
            Some(cure) => problem.cure(cure),
            None => problem,
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.cure.iter().try_for_each(|cure| write!(f, "\n{cure}"))
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: Display>(words: T) -> Self {
        let words = words.to_string();
        match words.split_once('\n') {
            Some((message, cure)) => Self::new(message).cure(cure),
            None if words == "invalid IP address syntax" => {
                Self::new("this is no IP address").cure("write it like \"10.1.2.3\" or \"2001:db8::1\"")
            }
            None => Self::new(words),
        }
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::mismatch(&words::plain(&wanted.to_string()), &words::found(&found))
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::new(format!("expected {}, found {}", words::plain(&wanted.to_string()), words::exact(&found)))
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("`{variant}` is not known here")).cure(words::advice(variant, known))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::missing(field)
    }
}
