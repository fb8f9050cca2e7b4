//! What does a search filter ask for? Read as RFC 4515 writes it, written as RFC 4511 sends it. Pure.

use crate::{
    probe::ber::{OCTETS, SEQUENCE, wrapped},
    raw::Refusal,
};

const AND: u8 = 0xa0;
const OR: u8 = 0xa1;
const NOT: u8 = 0xa2;
const EQUAL: u8 = 0xa3;
const SUBSTRINGS: u8 = 0xa4;
const PRESENT: u8 = 0x87;
/// Where a piece of a value stands: at its beginning, anywhere, at its end.
const INITIAL: u8 = 0x80;
const ANY: u8 = 0x81;
const FINAL: u8 = 0x82;
/// How deep filters may stand within filters.
const DEEPEST: usize = 20;

/// What every entry has.
pub(super) const EVERYTHING: &str = "(objectClass=*)";

/// The filter that `text` writes, as it is sent.
pub(super) fn encoded(text: &str) -> Result<Vec<u8>, Refusal> {
    let mut rest = text.trim();
    let filter = filter(&mut rest, DEEPEST)?;
    if rest.is_empty() { Ok(filter) } else { Err(refusal(&format!("`{rest}` stands behind its end"))) }
}

fn refusal(why: &str) -> Refusal {
    Refusal::new(format!("this is no filter: {why}"))
        .cure("write one like (objectClass=person), (&(objectClass=user)(cn=ward*)) or (!(mail=*))")
}

fn filter(rest: &mut &str, deeper: usize) -> Result<Vec<u8>, Refusal> {
    let Some(deeper) = deeper.checked_sub(1) else { return Err(refusal("it is too deep")) };
    *rest = rest.strip_prefix('(').ok_or_else(|| refusal("an opening bracket is missing"))?;
    let filter = match rest.as_bytes().first() {
        Some(b'&') => list(AND, rest, deeper)?,
        Some(b'|') => list(OR, rest, deeper)?,
        Some(b'!') => {
            *rest = &rest[1..];
            wrapped(NOT, &[&self::filter(rest, deeper)?])
        }
        _ => item(rest)?,
    };
    *rest = rest.strip_prefix(')').ok_or_else(|| refusal("a closing bracket is missing"))?;
    Ok(filter)
}

fn list(tag: u8, rest: &mut &str, deeper: usize) -> Result<Vec<u8>, Refusal> {
    *rest = &rest[1..];
    let mut all = Vec::new();
    while rest.starts_with('(') {
        all.extend(filter(rest, deeper)?);
    }
    if all.is_empty() {
        Err(refusal("`&` and `|` want filters behind them"))
    } else {
        Ok(wrapped(tag, &[&all]))
    }
}

fn item(rest: &mut &str) -> Result<Vec<u8>, Refusal> {
    let end = rest.find(['(', ')']).unwrap_or(rest.len());
    let (text, after) = rest.split_at(end);
    *rest = after;
    let (name, value) = text.split_once('=').ok_or_else(|| refusal("an equals sign is missing"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ';');
    if name.is_empty() || !name.chars().all(plain) {
        return Err(refusal(&format!("`{name}` is no name of an attribute; only `=` can compare here")));
    }
    let pieces = value.split('*').map(unescaped).collect::<Result<Vec<_>, _>>()?;
    Ok(match pieces.as_slice() {
        [_, ..] if value.contains('*') && pieces.iter().all(Vec::is_empty) => {
            wrapped(PRESENT, &[name.as_bytes()])
        }
        [value] => compared(EQUAL, name, &wrapped(OCTETS, &[value])),
        [first, any @ .., last] => compared(SUBSTRINGS, name, &substrings(first, any, last)),
        [] => return Err(refusal("a value is missing")),
    })
}

fn compared(tag: u8, name: &str, value: &[u8]) -> Vec<u8> {
    wrapped(tag, &[&wrapped(OCTETS, &[name.as_bytes()]), value])
}

fn substrings(first: &[u8], any: &[Vec<u8>], last: &[u8]) -> Vec<u8> {
    let any = any.iter().map(|piece| (ANY, piece.as_slice()));
    let all = [(INITIAL, first)].into_iter().chain(any).chain([(FINAL, last)]);
    let all = all.filter(|(_, piece)| !piece.is_empty()).map(|(tag, piece)| wrapped(tag, &[piece]));
    wrapped(SEQUENCE, &[&all.collect::<Vec<_>>().concat()])
}

/// A value in which a backslash and two digits stand for a byte.
fn unescaped(text: &str) -> Result<Vec<u8>, Refusal> {
    let mut parts = text.split('\\');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let digits = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(digits.ok_or_else(|| refusal("a backslash wants two hexadecimal digits behind it"))?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Ok(bytes)
}

/// What is read as a filter is one filter, which stays within its place in a search.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    let Some(filter) = str::from_utf8(bytes).ok().and_then(|text| encoded(text).ok()) else { return };
    let mut rest = &filter[..];
    assert_filter(&mut rest, DEEPEST);
    assert!(rest.is_empty(), "{filter:x?}");
}

/// Takes one filter out of `rest`.
#[cfg(any(test, fuzzing))]
fn assert_filter(rest: &mut &[u8], deeper: usize) {
    use crate::probe::ber::{next, take};
    assert!(deeper > 0, "it is too deep");
    let (tag, mut inner) = next(rest).unwrap_or_default();
    match tag {
        AND | OR | NOT => {
            assert!(!inner.is_empty());
            while !inner.is_empty() {
                assert_filter(&mut inner, deeper - 1);
            }
        }
        PRESENT => assert!(!std::mem::take(&mut inner).is_empty()),
        EQUAL => assert!(take(&mut inner, OCTETS).is_some() && take(&mut inner, OCTETS).is_some()),
        SUBSTRINGS => {
            assert!(take(&mut inner, OCTETS).is_some());
            let mut pieces = take(&mut inner, SEQUENCE).unwrap_or_default();
            assert!(!pieces.is_empty());
            while let Some((INITIAL | ANY | FINAL, piece)) = next(&mut pieces) {
                assert!(!piece.is_empty());
            }
            assert!(pieces.is_empty());
        }
        _ => panic!("the tag {tag:x}"),
    }
    assert!(inner.is_empty(), "{inner:x?} is left over");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn filters_are_written_as_the_standard_says() {
        assert_eq!(encoded(EVERYTHING).unwrap(), b"\x87\x0bobjectClass");
        assert_eq!(encoded("(cn=Ward)").unwrap(), b"\xa3\x0a\x04\x02cn\x04\x04Ward");
        assert_eq!(encoded("(cn=\\2aé)").unwrap(), b"\xa3\x09\x04\x02cn\x04\x03*\xc3\xa9");
        assert_eq!(encoded("(cn=a*b*c)").unwrap(), b"\xa4\x0f\x04\x02cn\x30\x09\x80\x01a\x81\x01b\x82\x01c");
        assert_eq!(encoded("(cn=*b*)").unwrap(), b"\xa4\x09\x04\x02cn\x30\x03\x81\x01b");
        assert_eq!(encoded("(&(a=*)(!(b=*)))").unwrap(), b"\xa0\x08\x87\x01a\xa2\x03\x87\x01b");
        assert_eq!(encoded("(|(a=*)(b=*))").unwrap(), b"\xa1\x06\x87\x01a\x87\x01b");
    }

    #[test]
    fn what_is_no_filter_is_told() {
        let deep = "(!".repeat(30) + "(a=*)" + &")".repeat(30);
        for (text, words) in [
            ("cn=a", "an opening bracket"),
            ("(cn=a", "a closing bracket"),
            ("(cn=a))", "stands behind its end"),
            ("(cn)", "an equals sign"),
            ("(&)", "want filters"),
            ("(age>=3)", "`age>` is no name"),
            ("(=3)", "`` is no name"),
            ("(a=\\2)", "two hexadecimal digits"),
            ("(a=\\é)", "two hexadecimal digits"),
            (&deep, "too deep"),
        ] {
            let told = encoded(text).unwrap_err().to_string();
            assert!(told.contains(words), "{text}: {told}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[()&|!=*\\\\a0é]{0,40}") {
            fuzz(text.as_bytes());
        }
    }
}
