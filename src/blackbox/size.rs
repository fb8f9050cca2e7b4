//! How large is `10MB`? As Go's units say it: every unit is a power of 1,024.

use super::{draft::Pen, file::Text};
use crate::raw::Field;

/// The units, the longer first where one is the end of another.
const UNITS: [(&str, u64); 9] = [
    ("KIB", 1 << 10),
    ("MIB", 1 << 20),
    ("GIB", 1 << 30),
    ("KB", 1 << 10),
    ("MB", 1 << 20),
    ("GB", 1 << 30),
    ("TB", 1 << 40),
    ("B", 1),
    ("", 1),
];

/// The bytes that are written; `None` for no limit.
pub(super) fn read(field: &Field<Text>, pen: &mut Pen) -> Option<u64> {
    let written = field.get()?;
    match parse(&written.0) {
        Some(bytes) => (bytes > 0).then_some(bytes),
        None => pen.cannot(field.span(), "this is no size: write it like 10MB"),
    }
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_uppercase();
    let (number, unit) = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)))?;
    let digits = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
    number.parse::<u64>().ok().filter(|_| digits)?.checked_mul(*unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_1024() {
        for (text, bytes) in [
            ("10MB", Some(10 << 20)),
            ("1KiB", Some(1024)),
            ("512B", Some(512)),
            ("7", Some(7)),
            ("0", Some(0)),
        ] {
            assert_eq!(parse(text), bytes, "{text}");
        }
        for bad in ["", "MB", "-1B", "1.5MB", "1 MB", "99999999999GB", "ten"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
