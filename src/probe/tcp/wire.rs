//! Which bytes does a text stand for? Pure.

use crate::raw::Refusal;

/// The bytes of a text in which `\r`, `\n`, `\t`, `\0`, `\\` and `\xHH` stand for one byte.
pub(super) fn unescape(text: &str) -> Result<Vec<u8>, Refusal> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        if *first == b'\\' {
            let (byte, after) = escaped(after).ok_or_else(unknown_escape)?;
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    if bytes.is_empty() { Err(nothing()) } else { Ok(bytes) }
}

fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let (letter, rest) = text.split_first()?;
    let byte = match letter {
        b'r' => b'\r',
        b'n' => b'\n',
        b't' => b'\t',
        b'0' => 0,
        b'\\' => b'\\',
        b'x' => {
            let (digits, rest) = rest.split_at_checked(2)?;
            return Some((byte(digits)?, rest));
        }
        _ => return None,
    };
    Some((byte, rest))
}

/// The bytes written as hexadecimal digits, two a byte, with blanks between bytes or not.
pub(super) fn unhex(text: &str) -> Result<Vec<u8>, Refusal> {
    let words = text.split_ascii_whitespace().flat_map(|word| word.as_bytes().chunks(2));
    let bytes: Option<Vec<u8>> = words.map(byte).collect();
    match bytes {
        Some(bytes) if bytes.is_empty() => Err(nothing()),
        Some(bytes) => Ok(bytes),
        None => Err(Refusal::new("these are not bytes in hexadecimal")
            .cure("write two digits a byte, as in \"0b 4d 53 48 1c 0d\"")),
    }
}

fn byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? << 4 | digit(*low)?)
}

fn unknown_escape() -> Refusal {
    Refusal::new("a backslash is followed by what it cannot escape")
        .cure("write \\r, \\n, \\t, \\0, \\xHH, or \\\\ for the backslash itself")
}

fn nothing() -> Refusal {
    Refusal::new("there is nothing to send").cure("write something, or leave this step out")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_stand_for_bytes() {
        assert_eq!(unescape(r"HELO\r\n").unwrap(), b"HELO\r\n");
        assert_eq!(unescape("HELO\r\n").unwrap(), b"HELO\r\n");
        assert_eq!(unescape(r"\x0bMSH|^~\\&\x1C\xff\0\t").unwrap(), b"\x0bMSH|^~\\&\x1c\xff\0\t");
        assert_eq!(unescape("\u{e9}").unwrap(), b"\xc3\xa9");
        for bad in ["", r"\", r"\q", r"\x", r"\x1", r"\xg0", r"\x+1", "\\\u{e9}"] {
            assert!(unescape(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn two_digits_are_a_byte() {
        assert_eq!(unhex("0b 4d53\n48 1C0d").unwrap(), b"\x0bMSH\x1c\r");
        for bad in ["", " ", "0", "0b 4", "0b4", "zz", "0x0b", "+1"] {
            assert!(unhex(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_byte_can_be_sent_either_way(bytes in prop::collection::vec(any::<u8>(), 1..50)) {
            let (mut hex, mut escaped) = (String::new(), String::new());
            for byte in &bytes {
                write!(hex, "{byte:02x}").unwrap();
                write!(escaped, "\\x{byte:02X}").unwrap();
            }
            prop_assert_eq!(&unhex(&hex).unwrap(), &bytes);
            prop_assert_eq!(&unescape(&escaped).unwrap(), &bytes);
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = (unescape(&text), unhex(&text));
        }
    }
}
