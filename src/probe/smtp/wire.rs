//! How is SMTP spoken (RFC 5321)? What we say, and what comes back, read from its beginning. Pure.

use std::net::IpAddr;

use crate::probe::{Reading, reading::line};

/// An SMTP reply: its code, and the text of each of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Reply {
    pub(in crate::probe) code: u16,
    pub(in crate::probe) lines: Vec<Vec<u8>>,
}

impl Reply {
    /// Whether one of the lines names this extension.
    pub(in crate::probe) fn offers(&self, keyword: &[u8]) -> bool {
        let first = |line: &[u8]| line.split(|byte| *byte == b' ').next().unwrap_or_default().to_vec();
        self.lines.iter().any(|line| first(line).eq_ignore_ascii_case(keyword))
    }

    /// The ways of logging in that are offered; `AUTH=` is how they were written once.
    pub(super) fn mechanisms(&self) -> Vec<String> {
        let of = |line: &Vec<u8>| {
            let (name, rest) = line.split_at_checked(5)?;
            let is_auth = name.eq_ignore_ascii_case(b"AUTH ") || name.eq_ignore_ascii_case(b"AUTH=");
            is_auth.then(|| String::from_utf8_lossy(rest).to_ascii_uppercase())
        };
        let lines = self.lines.iter().filter_map(of);
        lines.flat_map(|line| line.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// The code and the last line, as they came.
    pub(in crate::probe) fn said(&self) -> Vec<u8> {
        [self.code.to_string().as_bytes(), b" ", self.lines.last().map_or(&[], Vec::as_slice)].concat()
    }
}

/// The greeting by which we ask what a mail server can do; by our address, since we have no name that it could look up.
pub(in crate::probe) fn ehlo(own: IpAddr) -> Vec<u8> {
    match own {
        IpAddr::V4(ip) => format!("EHLO [{ip}]\r\n"),
        IpAddr::V6(ip) => format!("EHLO [IPv6:{ip}]\r\n"),
    }
    .into_bytes()
}

/// Reads an SMTP reply (RFC 5321, 4.2): lines of three digits, the last one with a space after them.
pub(in crate::probe) fn reply(bytes: &[u8]) -> Reading<Reply> {
    let (mut lines, mut used) = (Vec::new(), 0);
    while let Some((line, length)) = line(&bytes[used..]) {
        used += length;
        let Some((code, last, text)) = smtp_line(line) else { return Reading::Strange };
        lines.push(text.to_vec());
        if last {
            return Reading::Whole(Reply { code, lines }, used);
        }
    }
    let begins = bytes[used..].iter().take(3).all(u8::is_ascii_digit);
    if begins { Reading::Partial } else { Reading::Strange }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EHLO: &[u8] = b"250-mail.example\r\n250-SIZE 1000\r\n250-starttls\r\n250 HELP\r\n";

    #[test]
    fn smtp_is_read_to_its_last_line() {
        let told = Reading::assert_whole(reply, EHLO);
        assert_eq!((told.code, told.lines.len()), (250, 4));
        assert!(told.offers(b"STARTTLS") && told.offers(b"size") && !told.offers(b"START"));
        assert_eq!(told.said(), b"250 HELP");
        assert_eq!(Reading::assert_whole(reply, b"220\n").lines, [b""]);
        for strange in [&b"SSH-2.0-OpenSSH\r\n"[..], b"HTTP", b"99 hello\r\n", b"220x\r\n", b"999 \r\n"] {
            assert_eq!(reply(strange), Reading::Strange);
        }
    }

    #[test]
    fn ehlo_gives_our_address() {
        assert_eq!(ehlo("10.1.2.3".parse().unwrap()), b"EHLO [10.1.2.3]\r\n");
        assert_eq!(ehlo("::1".parse().unwrap()), b"EHLO [IPv6:::1]\r\n");
    }

    #[test]
    fn ways_of_logging_in_are_told() {
        let told = |text: &[u8]| Reading::assert_whole(reply, text).mechanisms();
        assert_eq!(
            told(b"250-mail\r\n250-auth plain LOGIN\r\n250 AUTH=NTLM\r\n"),
            ["PLAIN", "LOGIN", "NTLM"]
        );
        assert_eq!(told(b"250-mail\r\n250 AUTHENTIC X\r\n"), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, cut in 0_usize..60) {
            let begun = [&EHLO[..cut.min(EHLO.len())], &bytes].concat();
            for bytes in [bytes, begun] {
                if let Reading::Whole(reply, _) = reply(&bytes) {
                    let _ = (reply.mechanisms(), reply.said(), reply.offers(b"X"));
                }
            }
        }
    }
}
