//! How are a stranger's bytes shown to a person? As text where they are text, escaped where not, and never at length.

use std::fmt::Write as _;

/// At most `most` characters of what `bytes` say: control characters and what is not UTF-8 escaped, and `…` in place of
/// the rest.
pub(crate) fn printable(bytes: &[u8], most: usize) -> String {
    let mut shown = String::with_capacity(bytes.len().min(most));
    // A character takes at most four bytes: what lies further is cut off anyway.
    let near = &bytes[..bytes.len().min(most.saturating_mul(4).saturating_add(4))];
    let mut room = most;
    for chunk in near.utf8_chunks() {
        for c in chunk.valid().chars() {
            if !fits(&mut room, &mut shown) {
                return shown;
            }
            push(&mut shown, c);
        }
        for byte in chunk.invalid() {
            if !fits(&mut room, &mut shown) {
                return shown;
            }
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Takes one character's place, or ends the text.
fn fits(room: &mut usize, shown: &mut String) -> bool {
    let fits = *room > 0;
    if fits {
        *room -= 1;
    } else {
        shown.push('…');
    }
    fits
}

fn push(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c if c.is_control() || is_invisible(c) => shown.extend(c.escape_unicode()),
        c => shown.push(c),
    }
}

/// Characters that change what stands around them: directions, joiners, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_stays_text_and_the_rest_is_escaped() {
        assert_eq!(printable("220 médecine\r\n".as_bytes(), 80), "220 médecine\\r\\n");
        assert_eq!(printable(b"\x0bMSH\x1c\xff\0", 80), "\\u{b}MSH\\u{1c}\\xff\\u{0}");
        assert_eq!(printable("a\u{202e}b".as_bytes(), 80), "a\\u{202e}b");
        assert_eq!(printable(b"", 80), "");
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(printable(b"abcdef", 6), "abcdef");
        assert_eq!(printable(b"abcdef", 5), "abcde…");
        assert_eq!(printable(&vec![0xff; 1 << 20], 2), "\\xff\\xff…");
    }

    proptest! {
        #[test]
        fn any_bytes_are_shown_plainly(bytes: Vec<u8>, most in 0_usize..50) {
            let shown = printable(&bytes, most);
            prop_assert!(!shown.chars().any(char::is_control));
            prop_assert!(shown.chars().count() <= most * 10 + 1);
        }
    }
}
