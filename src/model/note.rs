//! What did people say of an incident, and what did they change?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, Slug};

/// What somebody wrote beside an incident. It stays there for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// When.
    pub at: Moment,
    /// Beside which incident.
    pub incident: Slug,
    /// Who.
    pub by: String,
    /// What, in plain text; empty only if it acknowledges.
    pub words: String,
    /// Whether it says that somebody sees to it.
    pub acknowledges: bool,
}

/// That somebody changed something over HTTP or by a signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deed {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: By,
    /// What was done, in a line.
    pub what: String,
}

/// Who asks for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct By {
    /// The name that people know.
    pub name: String,
    /// The address from which it was asked; empty if that was no network.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
}

/// What somebody wants to write beside an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// What, in plain text.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    pub words: String,
    /// Whether it says that somebody sees to it.
    #[serde(default)]
    pub acknowledges: bool,
}

impl Remark {
    /// The longest remark, in characters.
    pub const LONGEST: usize = 2000;

    /// The note that is meant; or what is wrong.
    ///
    /// # Errors
    /// It says nothing, too much, or holds characters that are no text.
    pub fn note(self, incident: Slug, by: String, at: Moment) -> Result<Note, String> {
        let words = self.words.replace("\r\n", "\n").trim().to_owned();
        if words.is_empty() && !self.acknowledges {
            return Err("a note says something".into());
        }
        if words.chars().count() > Self::LONGEST {
            return Err(format!("a note has at most {} characters", Self::LONGEST));
        }
        if words.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            return Err("a note is plain text, without control characters".into());
        }
        Ok(Note { at, incident, by, words, acknowledges: self.acknowledges })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(words: &str, acknowledges: bool) -> Result<Note, String> {
        let remark = Remark { words: words.into(), acknowledges };
        remark.note("epr-1".parse().unwrap(), "anna".into(), Moment::from_ms(7))
    }

    #[test]
    fn a_note_says_something_in_plain_text() {
        assert_eq!(note(" the switch\r\nis back \n", false).unwrap().words, "the switch\nis back");
        assert!(note("", true).unwrap().acknowledges);
        for bad in ["", "  \n", "bell\u{7}", "esc\u{1b}[1m", &"x".repeat(2001)] {
            assert!(note(bad, false).is_err(), "{bad:?}");
        }
        assert!(note(&"é".repeat(2000), false).is_ok());
    }
}
