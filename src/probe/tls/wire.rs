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

    #[test]
    fn imap_answers_are_told_from_what_is_said_unasked() {
        assert_eq!(
            Reading::assert_whole(imap_line, b"* OK ready\r\n"),
            ImapLine::Untagged(b"OK ready".to_vec())
        );
        assert_eq!(
            Reading::assert_whole(imap_line, b"w1 OK now\r\n"),
            ImapLine::Tagged(true, b"OK now".to_vec())
        );
        assert_eq!(
            Reading::assert_whole(imap_line, b"w1 BAD no\r\n"),
            ImapLine::Tagged(false, b"BAD no".to_vec())
        );
        assert_eq!(imap_line(b"220 mail\r\n"), Reading::Strange);
        assert_eq!(imap_line(b"2"), Reading::Strange);
    }

    #[test]
    fn postgres_says_yes_or_no_by_one_byte() {
        assert!(
            Reading::assert_whole(postgres_answer, b"S") && !Reading::assert_whole(postgres_answer, b"N")
        );
        assert_eq!(postgres_answer(b"E"), Reading::Strange);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_and_stay_so(bytes: Vec<u8>) {
            Reading::assert_steady(imap_line, &bytes);
            Reading::assert_steady(postgres_answer, &bytes);
        }
    }
}
