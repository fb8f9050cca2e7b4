//! Who is it that speaks another protocol than was asked for? Told by the first bytes, where they are plain enough.

/// A protocol, known by how it begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stranger {
    sign: &'static [u8],
    /// What it is called.
    pub(crate) name: &'static str,
    /// What to say of it besides where TLS was wanted.
    pub(crate) beside_tls: &'static str,
}

const STRANGERS: [Stranger; 15] = [
    known(b"HTTP/", "HTTP", " without TLS"),
    known(b"SSH-", "SSH", ""),
    known(b"220 ", "SMTP or FTP", ", which want STARTTLS first"),
    known(b"220-", "SMTP or FTP", ", which want STARTTLS first"),
    known(b"* OK", "IMAP", ", which wants STARTTLS first"),
    known(b"+OK", "POP3", ", which wants STARTTLS first"),
    known(b"RFB ", "VNC", ""),
    known(b"\x0bMSH", "HL7 over MLLP", ""),
    known(b"MSH|", "HL7 without MLLP's frame", ""),
    known(b"\x03\0\0\0\0\x04", "DICOM", ""),
    known(b"\x03\0", "RDP", ""),
    known(b"\x07\0\0", "DICOM", ""),
    known(b"\x15\x03", "TLS", ""),
    known(b"\x16\x03", "TLS", ""),
    known(b"<", "HTML or XML", ""),
];

const fn known(sign: &'static [u8], name: &'static str, beside_tls: &'static str) -> Stranger {
    Stranger { sign, name, beside_tls }
}

/// Whose first bytes these are.
pub(crate) fn stranger(first: &[u8]) -> Option<Stranger> {
    let known = STRANGERS.into_iter().find(|stranger| first.starts_with(stranger.sign));
    known.or_else(|| is_mysql(first).then_some(MYSQL))
}

const MYSQL: Stranger = known(b"", "MySQL", "");

/// The first packet (its length, and its number) of protocol 10, or of an error: as to a host that it does not know.
fn is_mysql(first: &[u8]) -> bool {
    matches!(first, [_, _, 0, 0, 0x0a, b'0'..=b'9', ..] | [_, _, 0, 0, 0xff, ..])
}
