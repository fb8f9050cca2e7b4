//! Which message asks? A harmless one of our own making, or a template: encoded once; only its number and its time change
//! from look to look. Pure.

use schemars::JsonSchema;
use serde::Deserialize;

use super::wire::{END, START};
use crate::model::Moment;

/// What stands for the message's own number.
pub(super) const CONTROL_ID: &str = "{control_id}";
/// What stands for the time at which it is made.
pub(super) const TIMESTAMP: &str = "{timestamp}";

/// How letters are written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub(super) enum Charset {
    /// ASCII alone.
    #[default]
    #[serde(rename = "ascii")]
    Ascii,
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1.
    #[serde(rename = "latin-1")]
    Latin1,
}

/// Who speaks, or is spoken to: as it stands in the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) application: String,
    pub(super) facility: String,
}

/// A message with its frame, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Bytes(Vec<u8>),
    ControlId,
    Timestamp,
}

impl Charset {
    /// What MSH-18 says of it (table 0211).
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UNICODE UTF-8",
            Self::Latin1 => "8859/1",
        }
    }

    /// Whether it has this letter.
    pub(super) fn has(self, letter: char) -> bool {
        match self {
            Self::Ascii => letter.is_ascii(),
            Self::Utf8 => true,
            Self::Latin1 => u8::try_from(letter).is_ok(),
        }
    }

    /// The bytes of `text`, or the first letter that has none.
    fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match text.chars().find(|letter| !self.has(*letter)) {
            Some(letter) => Err(letter),
            None if self == Self::Latin1 => {
                Ok(text.chars().filter_map(|letter| u8::try_from(letter).ok()).collect())
            }
            None => Ok(text.as_bytes().to_vec()),
        }
    }

    /// The text of `bytes`; what is no letter becomes one that says so.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Latin1 => bytes.iter().copied().map(char::from).collect(),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// Asks an engine for a note of how it does: network management, of no patient, marked as a test.
pub(super) fn harmless(sending: &Party, receiving: &Party, version: &str, charset: Charset) -> String {
    let parties = [sending, receiving].map(|party| format!("{}|{}", party.application, party.facility));
    let parties = parties.join("|");
    let charset = charset.code();
    format!("MSH|^~\\&|{parties}|{TIMESTAMP}||NMQ^N01|{CONTROL_ID}|T|{version}||||||{charset}\rNST|N\r")
}

impl Question {
    /// The message `text`, whose segments end with carriage returns; or the first letter that the charset has not.
    pub(super) fn of(text: &str, charset: Charset) -> Result<Self, char> {
        let mut pieces = vec![Piece::Bytes(vec![START])];
        let mut rest = text;
        while let Some((at, sign, piece)) = next_place(rest) {
            pieces.push(Piece::Bytes(charset.encode(&rest[..at])?));
            pieces.push(piece);
            rest = &rest[at + sign.len()..];
        }
        pieces.push(Piece::Bytes(charset.encode(rest)?));
        pieces.push(Piece::Bytes(END.to_vec()));
        Ok(Self(pieces))
    }

    /// The bytes that ask, under the number `id`.
    pub(super) fn framed(&self, id: &str, at: Moment) -> Vec<u8> {
        let timestamp = timestamp(at);
        let mut bytes = Vec::new();
        for piece in &self.0 {
            bytes.extend_from_slice(match piece {
                Piece::Bytes(bytes) => bytes,
                Piece::ControlId => id.as_bytes(),
                Piece::Timestamp => timestamp.as_bytes(),
            });
        }
        bytes
    }
}

fn next_place(text: &str) -> Option<(usize, &'static str, Piece)> {
    let places = [(CONTROL_ID, Piece::ControlId), (TIMESTAMP, Piece::Timestamp)];
    let found = places.into_iter().filter_map(|(sign, piece)| Some((text.find(sign)?, sign, piece)));
    found.min_by_key(|(at, ..)| *at)
}

/// As HL7 writes a time, in UTC.
fn timestamp(at: Moment) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_ms()).unwrap_or_default();
    at.strftime("%Y%m%d%H%M%S+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_harmless_message_is_marked_as_a_test_and_names_us() {
        let sending = Party { application: "WARDROUND".into(), facility: "RI".into() };
        let text = harmless(&sending, &Party::default(), "2.4", Charset::Utf8);
        let question = Question::of(&text, Charset::Utf8).unwrap();
        assert_eq!(
            String::from_utf8(question.framed("W1", Moment::from_ms(1_795_000_000_999))).unwrap(),
            "\u{b}MSH|^~\\&|WARDROUND|RI|||20261118110640+0000||NMQ^N01|W1|T|2.4||||||UNICODE UTF-8\rNST|N\r\u{1c}\r"
        );
    }

    #[test]
    fn letters_are_written_in_the_charset_or_refused() {
        let bytes =
            |charset| Question::of("é", charset).map(|question| question.framed("", Moment::default()));
        assert_eq!(bytes(Charset::Ascii), Err('é'));
        assert_eq!(bytes(Charset::Latin1), Ok(b"\x0b\xe9\x1c\r".to_vec()));
        assert_eq!(bytes(Charset::Utf8), Ok(b"\x0b\xc3\xa9\x1c\r".to_vec()));
        assert_eq!(Charset::Latin1.encode("€"), Err('€'));
        assert_eq!(Charset::Latin1.decode(b"\xe9"), "é");
        assert_eq!(Charset::Utf8.decode(b"\xc3\xa9\xff"), "é\u{fffd}");
    }

    #[test]
    fn places_are_filled_wherever_they_stand() {
        let question = Question::of("{timestamp}{control_id}-{control_id}{", Charset::Ascii).unwrap();
        assert_eq!(question.framed("x", Moment::default()), b"\x0b19700101000000+0000x-x{\x1c\r");
    }
}
