//! What is said in the clear when TLS begins? A hello of ours that offers old ciphers too, and what comes back; no
//! cryptography. Pure.

use super::suites::OFFERED;

/// What a server agreed to, in the clear as it is up to TLS 1.2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// The version, as on the wire.
    pub(super) version: u16,
    /// The cipher suite, as on the wire.
    pub(super) cipher: u16,
    /// The certificates as DER, the server's own first.
    pub(super) chain: Vec<Vec<u8>>,
    /// The stapled OCSP reply.
    pub(super) staple: Vec<u8>,
}

/// How far the reading of a reply has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// There is more to come.
    Partial,
    /// All that is in the clear was read, or what follows is not to be understood.
    Ended,
}

const RECORD_MOST: usize = (1 << 14) + 2048;

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const CERTIFICATE_STATUS: u8 = 22;

/// The version and the cipher suite of the server's hello with which `first` begins, as on the wire.
pub(super) fn agreed(first: &[u8]) -> Option<(u16, u16)> {
    let mut record = Bytes(first);
    (record.u8()? == HANDSHAKE).then_some(())?;
    record.take(4)?;
    (record.u8()? == SERVER_HELLO).then_some(())?;
    record.take(3)?;
    server_hello(record)
}

/// Whether `first` begins like a TLS record.
pub(super) fn is_tls(first: &[u8]) -> bool {
    matches!(first, [20..=23, 3, ..] | [20..=23])
}

/// Reads a reply from its beginning. What was understood is told however the rest looks.
pub(super) fn read(reply: &[u8]) -> (Option<Offer>, Progress) {
    let (messages, progress) = messages(reply);
    let mut offer = None;
    let mut rest = Bytes(&messages);
    loop {
        let Some((kind, body)) = rest.message() else { return (offer, progress) };
        match (kind, &mut offer) {
            (SERVER_HELLO, None) => match server_hello(Bytes(body)) {
                Some((version, cipher)) => offer = Some(Offer { version, cipher, ..Offer::default() }),
                None => return (None, Progress::Ended),
            },
            (CERTIFICATE, Some(offer)) => offer.chain = Bytes(body).certificates().unwrap_or_default(),
            (CERTIFICATE_STATUS, Some(offer)) => offer.staple = Bytes(body).staple().unwrap_or_default(),
            _ => return (offer, Progress::Ended),
        }
    }
}

/// The handshake messages in all whole records.
fn messages(reply: &[u8]) -> (Vec<u8>, Progress) {
    let (mut messages, mut rest) = (Vec::new(), Bytes(reply));
    loop {
        let strange = !rest.0.is_empty() && !is_tls(rest.0);
        if strange || rest.0.first() == Some(&ALERT) {
            return (messages, Progress::Ended);
        }
        match rest.record() {
            Some((HANDSHAKE, body)) if body.len() <= RECORD_MOST => messages.extend_from_slice(body),
            Some(_) => return (messages, Progress::Ended),
            None => return (messages, Progress::Partial),
        }
    }
}

/// TLS 1.3 wears the number of TLS 1.2 here, and is known by its cipher suites.
fn server_hello(mut hello: Bytes<'_>) -> Option<(u16, u16)> {
    let version = hello.u16()?;
    hello.take(32)?;
    hello.sized8()?;
    let cipher = hello.u16()?;
    Some(if cipher >> 8 == 0x13 { (0x0304, cipher) } else { (version, cipher) })
}

/// What is left to read.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, width: usize) -> Option<usize> {
        Some(self.take(width)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|byte| byte[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
    }

    fn sized8(&mut self) -> Option<&'a [u8]> {
        let size = self.number(1)?;
        self.take(size)
    }

    fn sized24(&mut self) -> Option<&'a [u8]> {
        let size = self.number(3)?;
        self.take(size)
    }

    fn record(&mut self) -> Option<(u8, &'a [u8])> {
        let kind = self.u8()?;
        self.take(2)?;
        let size = self.number(2)?;
        Some((kind, self.take(size)?))
    }

    fn message(&mut self) -> Option<(u8, &'a [u8])> {
        Some((self.u8()?, self.sized24()?))
    }

    fn certificates(mut self) -> Option<Vec<Vec<u8>>> {
        let (mut all, mut list) = (Vec::new(), Bytes(self.sized24()?));
        while let Some(certificate) = list.sized24() {
            all.push(certificate.to_vec());
        }
        Some(all)
    }

    fn staple(mut self) -> Option<Vec<u8>> {
        self.take(1)?;
        self.sized24().map(<[u8]>::to_vec)
    }
}

/// A client's hello that offers up to TLS 1.2 and every cipher that a server might still know.
pub(super) fn client_hello(name: Option<&str>, random: [u8; 32]) -> Vec<u8> {
    let ciphers: Vec<u8> = OFFERED.iter().flat_map(|cipher| cipher.to_be_bytes()).collect();
    let body =
        [&[3, 3][..], &random, &[0], &sized(2, &ciphers), &[1, 0], &sized(2, &extensions(name))].concat();
    let message = [&[1][..], &sized(3, &body)].concat();
    // The oldest servers look at the record's version first and know no later one.
    [&[HANDSHAKE, 3, 1][..], &sized(2, &message)].concat()
}

fn extensions(name: Option<&str>) -> Vec<u8> {
    let groups = [0, 29, 0, 23, 0, 24, 0, 25];
    let signatures = [4, 3, 5, 3, 6, 3, 8, 7, 8, 4, 8, 5, 8, 6, 4, 1, 5, 1, 6, 1, 2, 3, 2, 1, 4, 2, 2, 2];
    let name = name.map(|name| sized(2, &[&[0][..], &sized(2, name.as_bytes())].concat()));
    [
        name.map_or(Vec::new(), |name| extension(0, &name)),
        extension(5, &[1, 0, 0, 0, 0]),
        extension(10, &sized(2, &groups)),
        extension(11, &[1, 0]),
        extension(13, &sized(2, &signatures)),
    ]
    .concat()
}

fn extension(kind: u8, content: &[u8]) -> Vec<u8> {
    [&[0, kind][..], &sized(2, content)].concat()
}

/// `content` after its length in `width` bytes.
fn sized(width: usize, content: &[u8]) -> Vec<u8> {
    [&content.len().to_be_bytes()[size_of::<usize>() - width..], content].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(kind: u8, content: &[u8]) -> Vec<u8> {
        [&[kind, 3, 1][..], &sized(2, content)].concat()
    }

    fn message(kind: u8, content: &[u8]) -> Vec<u8> {
        [&[kind][..], &sized(3, content)].concat()
    }

    fn reply() -> Vec<u8> {
        let hello = [&[3, 1][..], &[7; 32], &sized(1, &[9; 32]), &[0, 0x2f, 0]].concat();
        let list = [sized(3, b"own"), sized(3, b"issuer")].concat();
        let messages = [
            message(SERVER_HELLO, &hello),
            message(CERTIFICATE, &sized(3, &list)),
            message(CERTIFICATE_STATUS, &[&[1][..], &sized(3, b"staple")].concat()),
            message(14, &[]),
        ]
        .concat();
        // Records cut where they like, the first of them within the hello.
        messages.chunks(40).flat_map(|part| record(HANDSHAKE, part)).collect()
    }

    fn whole() -> Offer {
        let chain = vec![b"own".to_vec(), b"issuer".to_vec()];
        Offer { version: 0x0301, cipher: 0x002f, chain, staple: b"staple".to_vec() }
    }

    #[test]
    fn a_reply_cut_anywhere_is_partial_and_the_whole_is_told() {
        let reply = reply();
        for cut in 0..reply.len() {
            assert_eq!(read(&reply[..cut]).1, Progress::Partial, "{cut}");
        }
        assert_eq!(read(&reply), (Some(whole()), Progress::Ended));
    }

    #[test]
    fn alerts_and_strangers_end_it() {
        assert_eq!(read(&record(ALERT, &[2, 40])), (None, Progress::Ended));
        assert_eq!(read(b"HTTP/1.1 400 Bad Request"), (None, Progress::Ended));
        assert_eq!(read(b""), (None, Progress::Partial));
        assert!(is_tls(&[22, 3]) && !is_tls(b"SSH-2.0") && !is_tls(b""));
    }

    #[test]
    fn the_first_bytes_tell_version_and_cipher() {
        let hello = |cipher: [u8; 2]| [&[3, 3][..], &[7; 32], &sized(1, &[]), &cipher, &[0]].concat();
        let first = |cipher| record(HANDSHAKE, &message(SERVER_HELLO, &hello(cipher)));
        assert_eq!(agreed(&first([0x13, 2])), Some((0x0304, 0x1302)));
        assert_eq!(agreed(&first([0xc0, 0x2f])), Some((0x0303, 0xc02f)));
        assert_eq!(agreed(&reply()[..60]), None);
    }

    #[test]
    fn our_hello_is_well_formed() {
        let hello = client_hello(Some("epr.example"), [1; 32]);
        let (kind, body) = Bytes(&hello).record().unwrap();
        let (message, body) = Bytes(body).message().unwrap();
        assert_eq!((kind, message, hello.len()), (HANDSHAKE, 1, 5 + 4 + body.len()));
        assert!(hello.windows(11).any(|part| part == b"epr.example"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, cut in 0_usize..400) {
            let _ = (read(&bytes), agreed(&bytes));
            let mut reply = reply();
            reply.truncate(cut);
            reply.extend(&bytes);
            let _ = (read(&reply), agreed(&reply));
        }
    }
}
