//! What is an application entity called? By its title, which is all that DICOM knows of who speaks to whom.

use std::fmt;

use crate::raw::{Refusal, Writing, written_as_text};

/// How many characters a title may have, and how many bytes it always takes on the wire.
const LONGEST: usize = 16;

/// The title of an application entity (AE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title(String);

impl Title {
    /// Spaces before and after a title mean nothing, and are left out.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let title = text.trim_matches(' ');
        let refusal = |why: &str| Err(Refusal::new(why).cure("write 1 to 16 of A to Z, 0 to 9, `_`, `-`, …"));
        match title {
            "" => refusal("an AE title of nothing but spaces names nobody"),
            _ if title.contains('\\') => refusal("an AE title has no backslash"),
            _ if !title.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                refusal("an AE title has letters of ASCII only")
            }
            _ if title.len() > LONGEST => refusal("an AE title has at most 16 characters"),
            _ => Ok(Self(title.to_owned())),
        }
    }

    /// As it stands in a PDU: filled up with spaces.
    pub(super) fn padded(&self) -> [u8; LONGEST] {
        let mut padded = [b' '; LONGEST];
        padded.iter_mut().zip(self.0.bytes()).for_each(|(place, byte)| *place = byte);
        padded
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_text!(
    Title,
    Writing { wanted: "an AE title", example: "PACS_ARCHIVE", parse: Title::parse },
    { "type": "string", "minLength": 1, "maxLength": 16 }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_short_and_plain() {
        for good in ["A", "PACS", "STORE-SCP_01", "Ward 7", "sixteen_letters_", "  PACS  "] {
            let title = Title::parse(good).unwrap();
            assert_eq!(title.to_string(), good.trim());
            assert_eq!(String::from_utf8(title.padded().to_vec()).unwrap(), format!("{:<16}", good.trim()));
        }
        for bad in ["", "   ", "A\\B", "seventeen_letters", "RÖNTGEN", "A\tB", "A\u{7f}"] {
            assert!(Title::parse(bad).is_err(), "{bad:?}");
        }
    }
}
