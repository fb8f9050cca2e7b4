//! Which letters are there on paper? Those of Liberation Sans, which is as wide as Arial; a letter that it lacks becomes a box.

use std::sync::LazyLock;

use serde_json::Value;
use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

/// What stands for a letter that the typeface lacks.
const BOX: char = '□';

pub(super) static TYPEFACE: LazyLock<Typeface> = LazyLock::new(Typeface::embedded);

pub(super) struct Typeface {
    pub(super) fonts: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
}

impl Typeface {
    fn embedded() -> Self {
        let files: [&'static [u8]; 2] = [
            include_bytes!("fonts/LiberationSans-Regular.ttf"),
            include_bytes!("fonts/LiberationSans-Bold.ttf"),
        ];
        let fonts: Vec<Font> = files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// Every text in `value`, with a box for each letter that is not there: a PDF with a letter missing would not pass as PDF/UA.
    pub(super) fn spell(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = text.chars().map(|letter| self.letter(letter)).collect(),
            Value::Array(parts) => parts.iter_mut().for_each(|part| self.spell(part)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.spell(field)),
            _ => {}
        }
    }

    fn letter(&self, letter: char) -> char {
        let plain = matches!(letter, ' '..='~' | '\n');
        let turns_the_line = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if plain
            || !turns_the_line && self.fonts.iter().all(|font| font.info().coverage.contains(letter.into()))
        {
            letter
        } else if letter.is_whitespace() {
            ' '
        } else {
            BOX
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spelt(text: &str) -> String {
        let mut value = json!({"names": [text]});
        TYPEFACE.spell(&mut value);
        value["names"][0].as_str().unwrap().to_owned()
    }

    #[test]
    fn letters_that_the_typeface_has_stay() {
        for text in
            ["Ysbyty Gŵyr – “Llŷr” · 99.9 % ≥ ½", "Ελληνικά, Кириллица, עברית", "<b> #x $y$ \\ \"z\"\nnext"]
        {
            assert_eq!(spelt(text), text);
        }
    }

    #[test]
    fn others_become_a_box_or_a_space() {
        assert_eq!(spelt("東京 🏥\u{7}\u{0}\tx\u{a0}y\u{2028}z\u{202e}"), "□□ □□□ x\u{a0}y z□");
    }
}
