//! How is a value written in BER, and where does one end? As much of it as LDAP needs: tags of one byte, definite lengths.

use super::Reading;

/// Values in their order.
pub(crate) const SEQUENCE: u8 = 0x30;
/// Truth.
pub(crate) const BOOLEAN: u8 = 0x01;
/// A whole number.
pub(crate) const INTEGER: u8 = 0x02;
/// Text, or any bytes.
pub(crate) const OCTETS: u8 = 0x04;
/// One of a list of numbers.
pub(crate) const ENUMERATED: u8 = 0x0a;

/// The element that `bytes` begin with: its tag and its content, which has no more than `most` bytes.
pub(crate) fn element(bytes: &[u8], most: usize) -> Reading<(u8, &[u8])> {
    let [tag, rest @ ..] = bytes else { return Reading::Partial };
    let (size, header) = match rest {
        [] => return Reading::Partial,
        [size @ 0..=0x7f, ..] => (u64::from(*size), 2),
        [form @ 0x81..=0x84, digits @ ..] => {
            let count = usize::from(form & 0x7f);
            let Some(digits) = digits.get(..count) else { return Reading::Partial };
            (digits.iter().fold(0, |size, digit| size << 8 | u64::from(*digit)), 2 + count)
        }
        _ => return Reading::Strange,
    };
    let Some(size) = usize::try_from(size).ok().filter(|size| *size <= most) else {
        return Reading::Large(size);
    };
    match bytes.get(header..header + size) {
        Some(content) => Reading::Whole((*tag, content), header + size),
        None => Reading::Partial,
    }
}

/// Takes the next element out of the content of another; `None` if there is no whole one.
pub(crate) fn next<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let Reading::Whole(element, length) = element(rest, rest.len()) else { return None };
    *rest = &rest[length..];
    Some(element)
}

/// The same, of one that has this tag.
pub(crate) fn take<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    next(rest).filter(|(got, _)| *got == tag).map(|(_, content)| content)
}

/// Takes the next element, a number that is not negative.
pub(crate) fn number(rest: &mut &[u8], tag: u8) -> Option<u32> {
    let digits = take(rest, tag)?;
    let in_bounds = (1..=5).contains(&digits.len()) && digits[0] < 0x80;
    let value = digits.iter().fold(0, |value: u64, digit| value << 8 | u64::from(*digit));
    in_bounds.then(|| u32::try_from(value).ok()).flatten()
}

/// An element with this content, in parts.
pub(crate) fn wrapped(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let digits = content.len().to_be_bytes();
    let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
    let form = 0x80 | u8::try_from(digits.len()).unwrap_or_default();
    match u8::try_from(content.len()) {
        Ok(short @ 0..=0x7f) => [&[tag, short], &content[..]].concat(),
        _ => [&[tag, form], digits, &content].concat(),
    }
}

/// A number.
pub(crate) fn numeral(tag: u8, number: u32) -> Vec<u8> {
    let digits = u64::from(number).to_be_bytes();
    // One zero stays before a digit that would read as a sign.
    let blank = digits.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    wrapped(tag, &[&digits[blank..]])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_read_in_every_definite_form() {
        for head in
            [&b"\x04\x02"[..], b"\x04\x81\x02", b"\x04\x82\0\x02", b"\x04\x83\0\0\x02", b"\x04\x84\0\0\0\x02"]
        {
            let whole = [head, b"ab"].concat();
            for cut in 0..whole.len() {
                assert_eq!(element(&whole[..cut], 9), Reading::Partial, "{head:?} cut at {cut}");
            }
            assert_eq!(
                element(&[&whole[..], b"more"].concat(), 9),
                Reading::Whole((OCTETS, &b"ab"[..]), whole.len())
            );
        }
        for strange in [b"\x30\x80", b"\x30\x85", b"\x30\xff"] {
            assert_eq!(element(strange, 9), Reading::Strange);
        }
        assert_eq!(element(b"\x30\x84\xff\xff\xff\xff", 9), Reading::Large(u32::MAX.into()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(tag in 1_u8..0x80, content in prop::collection::vec(any::<u8>(), 0..700)) {
            let written = wrapped(tag, &[&content]);
            prop_assert_eq!(element(&written, 700), Reading::Whole((tag, &content[..]), written.len()));
        }

        #[test]
        fn numbers_too(value: u32) {
            let written = numeral(INTEGER, value);
            prop_assert_eq!(number(&mut &written[..], INTEGER), Some(value));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, most in 0_usize..300) {
            let _ = element(&bytes, most);
            let _ = (next(&mut &bytes[..]), number(&mut &bytes[..], INTEGER));
        }
    }
}
