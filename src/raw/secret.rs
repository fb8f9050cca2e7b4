//! Where is a secret to be found, and who may see it? Nobody but the look that sends it.

use std::{fmt, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::{Brief, Field, de::name, several::BriefVisitor};

/// A password, a token, a key. Prints as `***`, is wiped when dropped, and is equal to another of the same text.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a text in.
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// The text itself: for the wire, and for nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

/// Where a secret is: `${env:NAME}` or `{file: path}`. [`Door::secret`](super::Door::secret) fetches it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretSource(pub(super) Source);

/// Where the hash of a password is: plain, `${env:NAME}` or `{file: path}`. [`Door::hash`](super::Door::hash) fetches it.
/// It may stand in the file, and is shown as little as a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HashSource(pub(super) Source);

/// A text that may hold secrets, such as a header: plain, with `${env:NAME}` anywhere in it, or `{file: path}`.
/// [`Door::text`](super::Door::text) fetches them.
#[derive(Clone, PartialEq, Eq)]
pub struct TextSource(pub(super) Source);

impl TextSource {
    /// Whether the text comes from outside, in part or in whole.
    pub fn holds_secret(&self) -> bool {
        match &self.0 {
            Brief::Brief(text) => {
                pieces(text).is_ok_and(|pieces| pieces.iter().any(|p| matches!(p, Piece::Variable(_))))
            }
            Brief::Full(_) => true,
        }
    }
}

/// A part of a text of which some parts are known only later: [`Door::parts`](super::Door::parts).
#[derive(Clone, Debug)]
pub enum TextPart {
    /// As it was written.
    Plain(String),
    /// What came from outside.
    Secret(Secret),
    /// `${take:NAME}`: what will have been taken from a reply by then.
    Taken(String),
}

/// What was written.
pub(super) type Source = Brief<String, FileSource>;

/// A file that holds the text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct FileSource {
    /// The path, relative to the file in which it is written. A line break at the end of the text is not part of it.
    pub(super) file: Field<String>,
}

/// A text cut at its references to environment variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Plain(&'a str),
    Variable(&'a str),
    Taken(&'a str),
}

/// The pieces of `text`; `Err` with what stands between the braces if that is no reference.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, &str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let (inside, after) = after.split_once('}').ok_or(after)?;
        let (from, name) = inside.split_once(':').filter(|(_, name)| is_variable(name)).ok_or(inside)?;
        pieces.push(Piece::Plain(before));
        pieces.push(match from {
            "env" => Piece::Variable(name),
            "take" => Piece::Taken(name),
            _ => return Err(inside),
        });
        rest = after;
    }
    pieces.push(Piece::Plain(rest));
    pieces.retain(|piece| *piece != Piece::Plain(""));
    Ok(pieces)
}

fn is_variable(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

macro_rules! written_as_source {
    ($type:ident, $name:expr, $title:literal, $schema:tt) => {
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($type), "(***)"))
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_newtype_struct($name, BriefVisitor(PhantomData)).map(Self)
            }
        }

        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let file = FileSource::json_schema(generator);
                json_schema!({ "title": $title, "anyOf": [$schema, file] })
            }
        }
    };
}

written_as_source!(SecretSource, name::SECRET, "`${env:NAME}` or `{file: path}`", { "type": "string", "pattern": "^\\$\\{env:[A-Za-z_][A-Za-z0-9_]*\\}$" });
written_as_source!(HashSource, name::SECRET, "`$argon2id$…`, `${env:NAME}` or `{file: path}`", { "type": "string", "pattern": "^\\$(argon2|\\{env:)" });
written_as_source!(TextSource, name::BRIEF, "text, perhaps with `${env:NAME}` in it, or `{file: path}`", { "type": "string" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_cut_out() {
        assert_eq!(pieces("plain"), Ok(vec![Piece::Plain("plain")]));
        assert_eq!(
            pieces("Key ${env:A_1}!"),
            Ok(vec![Piece::Plain("Key "), Piece::Variable("A_1"), Piece::Plain("!")])
        );
        assert_eq!(pieces("/${take:id}"), Ok(vec![Piece::Plain("/"), Piece::Taken("id")]));
        assert_eq!(
            (pieces("${HOME}"), pieces("${env:9}"), pieces("a${env:B")),
            (Err("HOME"), Err("env:9"), Err("env:B"))
        );
    }

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("hunter2".to_owned());
        let source = SecretSource(Brief::Brief("hunter2".to_owned()));
        assert_eq!(format!("{secret:?} {source:?}"), "*** SecretSource(***)");
        assert_eq!(secret.expose(), "hunter2");
    }
}
