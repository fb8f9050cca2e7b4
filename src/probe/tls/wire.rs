//! How do other protocols agree to begin TLS? What we say, and what comes back, read from its beginning. Pure.

use crate::probe::{Reading, reading::line};

/// What an IMAP server said in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ImapLine {
    /// `* OK …`, `* PREAUTH …`, …: said unasked, with its first word.
    Untagged(Vec<u8>),
    /// The answer to our command: whether it is OK.
    Tagged(bool, Vec<u8>),
}

/// The command by which TLS is asked for, and its tag.
pub(super) const IMAP_STARTTLS: &[u8] = b"w1 STARTTLS\r\n";

/// Reads one line of IMAP (RFC 9051).
pub(super) fn imap_line(bytes: &[u8]) -> Reading<ImapLine> {
    let Some((line, length)) = line(bytes) else {
        let begins = bytes.first().is_none_or(|byte| matches!(byte, b'*' | b'w'));
        return if begins { Reading::Partial } else { Reading::Strange };
    };
    if let Some(said) = line.strip_prefix(b"* ") {
        return Reading::Whole(ImapLine::Untagged(said.to_vec()), length);
    }
    match line.strip_prefix(b"w1 ") {
        Some(said) => Reading::Whole(ImapLine::Tagged(begins_with(said, b"OK"), said.to_vec()), length),
        None => Reading::Strange,
    }
}

/// Whether the first word is this one, in whatever case.
pub(super) fn begins_with(said: &[u8], word: &[u8]) -> bool {
    said.split(|byte| *byte == b' ').next().is_some_and(|first| first.eq_ignore_ascii_case(word))
}

/// The extended request for TLS (RFC 4511, 4.14), as message 1.
pub(super) const LDAP_STARTTLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// How an LDAP server answered: its result code, 0 being success, and what it says besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LdapResult {
    pub(super) code: u8,
    pub(super) message: Vec<u8>,
}

/// Reads an `ExtendedResponse`.
pub(super) fn ldap_result(bytes: &[u8]) -> Reading<LdapResult> {
    const SEQUENCE: u8 = 0x30;
    match bytes.first() {
        None => return Reading::Partial,
        Some(&SEQUENCE) => {}
        Some(_) => return Reading::Strange,
    }
    match element(bytes) {
        Reading::Whole((_, content), length) => match extended_response(content) {
            Some(result) => Reading::Whole(result, length),
            None => Reading::Broken("this is no answer to an extended request".to_owned()),
        },
        Reading::Partial => Reading::Partial,
        Reading::Large(length) => Reading::Large(length),
        _ => Reading::Strange,
    }
}

fn extended_response(message: &[u8]) -> Option<LdapResult> {
    const EXTENDED_RESPONSE: u8 = 0x78;
    const ENUMERATED: u8 = 0x0a;
    let mut rest = message;
    next(&mut rest)?;
    let (kind, mut response) = next(&mut rest)?;
    (kind == EXTENDED_RESPONSE).then_some(())?;
    let (kind, code) = next(&mut response)?;
    let [code] = code else { return None };
    (kind == ENUMERATED).then_some(())?;
    next(&mut response)?;
    let (_, message) = next(&mut response)?;
    Some(LdapResult { code: *code, message: message.to_vec() })
}

fn next<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let Reading::Whole(element, length) = element(rest) else { return None };
    *rest = &rest[length..];
    Some(element)
}

/// One BER element with a tag of one byte: the tag and the content.
fn element(bytes: &[u8]) -> Reading<(u8, &[u8])> {
    let (header, size) = match bytes {
        [_, size @ 0..=0x7f, ..] => (2, usize::from(*size)),
        [_, 0x81, size, ..] => (3, usize::from(*size)),
        [_, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        [_, 0x84, 0, 0, high, low, ..] => (6, usize::from(u16::from_be_bytes([*high, *low]))),
        [_, 0x84, a, b, c, d, ..] => return Reading::Large(u32::from_be_bytes([*a, *b, *c, *d]).into()),
        [_, 0x81 | 0x82 | 0x84, ..] | [_] | [] => return Reading::Partial,
        _ => return Reading::Strange,
    };
    match bytes.get(header..header + size) {
        Some(content) => Reading::Whole((bytes[0], content), header + size),
        None => Reading::Partial,
    }
}

/// The request for TLS of PostgreSQL's protocol.
pub(super) const POSTGRES_STARTTLS: &[u8] = &[0, 0, 0, 8, 4, 210, 22, 47];

/// Reads PostgreSQL's answer: one byte, whether it goes on in TLS.
pub(super) fn postgres_answer(bytes: &[u8]) -> Reading<bool> {
    match bytes.first() {
        None => Reading::Partial,
        Some(b'S') => Reading::Whole(true, 1),
        Some(b'N') => Reading::Whole(false, 1),
        Some(_) => Reading::Strange,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LDAP: &[u8] = b"\x30\x0f\x02\x01\x01\x78\x0a\x0a\x01\x34\x04\x00\x04\x03no!";

    /// Every cut of a whole reply is partial, and what follows it is left alone.
    fn holds<T: Clone + PartialEq + std::fmt::Debug>(read: fn(&[u8]) -> Reading<T>, whole: &[u8]) -> T {
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut]), Reading::Partial, "cut at {cut}");
        }
        let Reading::Whole(value, length) = read(&[whole, b"more"].concat()) else { panic!("not whole") };
        assert_eq!(length, whole.len());
        value
    }

    #[test]
    fn imap_answers_are_told_from_what_is_said_unasked() {
        assert_eq!(holds(imap_line, b"* OK ready\r\n"), ImapLine::Untagged(b"OK ready".to_vec()));
        assert_eq!(holds(imap_line, b"w1 OK now\r\n"), ImapLine::Tagged(true, b"OK now".to_vec()));
        assert_eq!(holds(imap_line, b"w1 BAD no\r\n"), ImapLine::Tagged(false, b"BAD no".to_vec()));
        assert_eq!(imap_line(b"220 mail\r\n"), Reading::Strange);
        assert_eq!(imap_line(b"2"), Reading::Strange);
    }

    #[test]
    fn ldap_results_are_read_however_their_length_is_written() {
        let refused = LdapResult { code: 0x34, message: b"no!".to_vec() };
        assert_eq!(holds(ldap_result, LDAP), refused);
        let long = [&[0x30, 0x84, 0, 0, 0, 15][..], &LDAP[2..]].concat();
        assert_eq!(holds(ldap_result, &long), refused);
        assert_eq!(ldap_result(b"HTTP"), Reading::Strange);
        assert_eq!(ldap_result(b"\x30\x88aaaaaaaa"), Reading::Strange);
        assert_eq!(ldap_result(b"\x30\x84\xff\xff\xff\xff"), Reading::Large(u32::MAX.into()));
        assert!(matches!(ldap_result(b"\x30\x03\x02\x01\x01"), Reading::Broken(_)));
        let Reading::Whole((_, request), _) = element(LDAP_STARTTLS) else { panic!("our request is broken") };
        assert_eq!(request.len(), LDAP_STARTTLS.len() - 2);
    }

    #[test]
    fn postgres_says_yes_or_no_by_one_byte() {
        assert!(holds(postgres_answer, b"S") && !holds(postgres_answer, b"N"));
        assert_eq!(postgres_answer(b"E"), Reading::Strange);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, cut in 0_usize..60) {
            let ldap = [&LDAP[..cut.min(LDAP.len())], &bytes].concat();
            for bytes in [&bytes, &ldap] {
                let _ = (imap_line(bytes), ldap_result(bytes), postgres_answer(bytes));
            }
        }
    }
}
