//! What is said in a step, with what was taken from the replies before? Pure.

use std::{borrow::Cow, collections::BTreeMap};

use url::form_urlencoded::byte_serialize;

use crate::raw::{Secret, TextPart};

/// A text with places for what was taken.
#[derive(Clone, Debug)]
pub(super) struct Text(pub(super) Vec<TextPart>);

/// What was taken from the replies so far, by name. Does not print: it may let us in.
#[derive(Default)]
pub(super) struct Taken(pub(super) BTreeMap<String, Secret>);

/// How what is filled in is written, so that it stays one value.
#[derive(Clone, Copy)]
pub(super) enum Writing {
    /// As it is.
    Plain,
    /// As a part of a URL.
    Url,
    /// Inside a JSON text.
    Json,
}

impl Text {
    /// Filled in; `None` if something was not taken.
    pub(super) fn fill(&self, taken: &Taken, writing: Writing) -> Option<Secret> {
        let filled: Option<Vec<_>> = self.0.iter().map(|part| taken.stands_for(part, writing)).collect();
        Some(Secret::new(filled?.concat()))
    }

    /// The names that it needs.
    pub(super) fn needs(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            TextPart::Taken(name) => Some(&**name),
            _ => None,
        })
    }

    /// Whether it holds what a URL takes for a folder and not for a value, however it is written: `.` or `..`.
    pub(super) fn climbs(&self, taken: &Taken) -> bool {
        let folder = |name| taken.0.get(name).is_some_and(|value| [".", ".."].contains(&value.expose()));
        self.needs().any(folder)
    }

    /// Whether it is nothing but what was taken, such as a whole URL.
    pub(super) fn is_taken_whole(&self) -> bool {
        matches!(self.0[..], [TextPart::Taken(_)])
    }

    pub(super) fn holds_secret(&self) -> bool {
        self.0.iter().any(|part| matches!(part, TextPart::Secret(_)))
    }
}

impl Taken {
    fn stands_for<'t>(&'t self, part: &'t TextPart, writing: Writing) -> Option<Cow<'t, str>> {
        match part {
            TextPart::Plain(text) => Some(Cow::Borrowed(text)),
            TextPart::Secret(secret) => Some(writing.write(secret.expose())),
            TextPart::Taken(name) => Some(writing.write(self.0.get(name)?.expose())),
        }
    }
}

impl Writing {
    fn write(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            // A space is `%20` wherever it stands in a URL.
            Self::Url => byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20").into(),
            Self::Json => {
                let quoted = serde_json::Value::from(text).to_string();
                quoted[1..quoted.len() - 1].to_owned().into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_stays_one_value() {
        let taken = Taken([("id".to_owned(), Secret::new("a\"b&c d/../é".to_owned()))].into());
        let text = Text(vec![TextPart::Plain("x=".to_owned()), TextPart::Taken("id".to_owned())]);
        let filled = |writing| text.fill(&taken, writing).unwrap().expose().to_owned();
        assert_eq!(filled(Writing::Plain), "x=a\"b&c d/../é");
        assert_eq!(filled(Writing::Url), "x=a%22b%26c%20d%2F..%2F%C3%A9");
        assert_eq!(filled(Writing::Json), "x=a\\\"b&c d/../é");
        assert_eq!(text.fill(&Taken::default(), Writing::Plain), None);
    }
}
