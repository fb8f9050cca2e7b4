//! How do other protocols agree to begin TLS? What we say, and what comes back, read from its beginning. Pure.

use std::net::IpAddr;

use crate::probe::Reading;

/// An SMTP reply: its code, and the text of each of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SmtpReply {
    pub(super) code: u16,
    pub(super) lines: Vec<Vec<u8>>,
}

impl SmtpReply {
    /// Whether one of the lines names this extension.
    pub(super) fn offers(&self, keyword: &[u8]) -> bool {
        let first = |line: &[u8]| line.split(|byte| *byte == b' ').next().unwrap_or_default().to_vec();
        self.lines.iter().any(|line| first(line).eq_ignore_ascii_case(keyword))
    }

    /// The code and the last line, as they came.
    pub(super) fn said(&self) -> Vec<u8> {
        [self.code.to_string().as_bytes(), b" ", self.lines.last().map_or(&[], Vec::as_slice)].concat()
    }
}

/// The greeting by which we ask what a mail server can do; by our address, since we have no name that it could look up.
pub(super) fn ehlo(own: IpAddr) -> Vec<u8> {
    match own {
        IpAddr::V4(ip) => format!("EHLO [{ip}]\r\n"),
        IpAddr::V6(ip) => format!("EHLO [IPv6:{ip}]\r\n"),
    }
    .into_bytes()
}

/// Reads an SMTP reply (RFC 5321, 4.2): lines of three digits, the last one with a space after them.
pub(super) fn smtp_reply(bytes: &[u8]) -> Reading<SmtpReply> {
    let (mut lines, mut used) = (Vec::new(), 0);
    while let Some((line, length)) = line(&bytes[used..]) {
        used += length;
        let Some((code, last, text)) = smtp_line(line) else { return Reading::Strange };
        lines.push(text.to_vec());
        if last {
            return Reading::Whole(SmtpReply { code, lines }, used);
        }
    }
    if could_begin(&bytes[used..], |byte, at| at > 2 || byte.is_ascii_digit()) {
        Reading::Partial
    } else {
        Reading::Strange
    }
}

fn smtp_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let code = std::str::from_utf8(digits).ok()?.parse().ok().filter(|code| (200..600).contains(code))?;
    match rest {
        [] => Some((code, true, rest)),
        [b' ', text @ ..] => Some((code, true, text)),
        [b'-', text @ ..] => Some((code, false, text)),
        _ => None,
    }
}

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
        let begins = could_begin(bytes, |byte, at| at > 0 || byte == b'*' || byte == b'w');
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

/// The first line without its end, and its length with it.
fn line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = &bytes[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

/// Whether what came of a line so far can still become one.
fn could_begin(bytes: &[u8], fits: impl Fn(u8, usize) -> bool) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| fits(*byte, at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EHLO: &[u8] = b"250-mail.example\r\n250-SIZE 1000\r\n250-starttls\r\n250 HELP\r\n";
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
    fn smtp_is_read_to_its_last_line() {
        let reply = holds(smtp_reply, EHLO);
        assert_eq!((reply.code, reply.lines.len()), (250, 4));
        assert!(reply.offers(b"STARTTLS") && reply.offers(b"size") && !reply.offers(b"START"));
        assert_eq!(reply.said(), b"250 HELP");
        assert_eq!(holds(smtp_reply, b"220\n").lines, [b""]);
        for strange in [&b"SSH-2.0-OpenSSH\r\n"[..], b"HTTP", b"99 hello\r\n", b"220x\r\n", b"999 \r\n"] {
            assert_eq!(smtp_reply(strange), Reading::Strange);
        }
    }

    #[test]
    fn ehlo_gives_our_address() {
        assert_eq!(ehlo("10.1.2.3".parse().unwrap()), b"EHLO [10.1.2.3]\r\n");
        assert_eq!(ehlo("::1".parse().unwrap()), b"EHLO [IPv6:::1]\r\n");
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
            let smtp = [&EHLO[..cut.min(EHLO.len())], &bytes].concat();
            for bytes in [&bytes, &ldap, &smtp] {
                let _ = (smtp_reply(bytes), imap_line(bytes), ldap_result(bytes), postgres_answer(bytes));
            }
        }
    }
}
