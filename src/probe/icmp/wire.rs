//! What do echoes look like on the wire? RFC 792 and RFC 4443. Pure.

/// Type, code, checksum, identifier and sequence number.
const HEADER: usize = 8;
/// The most that one datagram brings besides the payload: the longest IPv4 header, and ours.
pub(super) const OVERHEAD: usize = 60 + HEADER;

/// One look's echoes: alike but for their numbers.
#[derive(Debug)]
pub(super) struct Echo {
    carrier: Carrier,
    payload: Vec<u8>,
}

/// By which kind of socket echoes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carrier {
    pub(super) v6: bool,
    /// A raw one hands out whatever comes to the machine; over IPv4 with its header, and unchecked.
    pub(super) raw: bool,
}

impl Echo {
    /// Echoes of `size` bytes, which nobody can answer who has not read `nonce`.
    pub(super) fn new(carrier: Carrier, nonce: [u8; 16], size: u16) -> Self {
        Self { carrier, payload: nonce.into_iter().cycle().take(size.into()).collect() }
    }

    /// The request with this number.
    pub(super) fn ask(&self, number: u8) -> Vec<u8> {
        let [kind, _] = self.carrier.kinds();
        let [high, low] = self.identifier();
        let mut message = vec![kind, 0, 0, 0, high, low, 0, number];
        message.extend_from_slice(&self.payload);
        let sum = checksum(&message);
        message[2..4].copy_from_slice(&sum.to_be_bytes());
        message
    }

    /// Which request `datagram` answers, if it is one of ours.
    pub(super) fn answered(&self, datagram: &[u8]) -> Option<u8> {
        let message = self.carrier.message(datagram)?;
        let (header, payload) = message.split_at_checked(HEADER)?;
        let [kind, 0, _, _, high, low, 0, number] = *header else { return None };
        let named = !self.carrier.raw || [high, low] == self.identifier();
        let whole = self.carrier.v6 || checksum(message) == 0;
        let ours = kind == self.carrier.kinds()[1] && *payload == self.payload;
        (ours && named && whole).then_some(number)
    }

    /// Datagram sockets put one of the system's in its place, and hear no other.
    fn identifier(&self) -> [u8; 2] {
        [self.payload[0], self.payload[1]]
    }
}

impl Carrier {
    /// The types of a request and of a reply.
    fn kinds(self) -> [u8; 2] {
        if self.v6 { [128, 129] } else { [8, 0] }
    }

    /// The message in what the socket handed out: behind the header, if that comes with it.
    fn message(self, datagram: &[u8]) -> Option<&[u8]> {
        if self.v6 || !self.raw {
            return Some(datagram);
        }
        let words = datagram.first()? & 0x0f;
        datagram.get(usize::from(words) * 4..).filter(|_| words >= LEAST_WORDS)
    }
}

/// How many words of four bytes the shortest IPv4 header has.
const LEAST_WORDS: u8 = 5;

/// The ones' complement of the ones' complement sum: RFC 1071. Over IPv6 it is another, which the system sees to.
fn checksum(message: &[u8]) -> u16 {
    let pair = |pair: &[u8]| u64::from(pair[0]) << 8 | u64::from(pair.get(1).copied().unwrap_or(0));
    let sum: u64 = message.chunks(2).map(pair).sum();
    // Each message has less than 65536 pairs: carrying twice is enough.
    let sum = (sum & 0xffff) + (sum >> 16);
    !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap_or(u16::MAX)
}

/// Whatever comes, it is an answer only where it is one to the letter.
#[cfg(any(test, fuzzing))]
pub(in crate::probe) fn fuzz(bytes: &[u8]) {
    for (v6, raw) in [(false, false), (false, true), (true, false), (true, true)] {
        let echo = Echo::new(Carrier { v6, raw }, *b"sixteen letters!", 20);
        let Some(number) = echo.answered(bytes) else { continue };
        let message = echo.carrier.message(bytes).unwrap_or_default();
        let mut answer = echo.ask(number);
        answer[0] = echo.carrier.kinds()[1];
        assert_eq!((message.len(), &message[6..]), (answer.len(), &answer[6..]), "v6: {v6}, raw: {raw}");
        assert!(!raw || message[4..6] == answer[4..6], "another's answer");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const V4: Carrier = Carrier { v6: false, raw: false };
    const RAW: Carrier = Carrier { v6: false, raw: true };

    #[test]
    fn a_request_is_what_the_standard_says() {
        let echo = Echo::new(V4, [1; 16], 16);
        let message = echo.ask(7);
        assert_eq!(message[..8], [8, 0, 0xee, 0xef, 1, 1, 0, 7]);
        assert_eq!(message[8..], [1; 16]);
        assert_eq!(Echo::new(Carrier { v6: true, ..V4 }, [1; 16], 16).ask(7)[0], 128);
    }

    #[test]
    fn headers_are_passed_over() {
        let with = |first: u8| [vec![first; 24], vec![1, 2]].concat();
        assert_eq!(RAW.message(&with(0x46)), Some(&[1, 2][..]));
        assert_eq!(RAW.message(&with(0x45)).map(<[u8]>::len), Some(6));
        assert_eq!(RAW.message(&with(0x44)), None, "no header is so short");
        assert_eq!(RAW.message(&[0x4f; 20]), None);
        assert_eq!(RAW.message(&[]), None);
    }

    #[test]
    fn a_raw_socket_is_not_believed() {
        let echo = Echo::new(RAW, *b"sixteen letters!", 16);
        let answered = |change: fn(&mut Vec<u8>)| {
            let mut message = answer(&echo, echo.ask(3));
            change(&mut message);
            echo.answered(&[vec![0x45; 20], message].concat())
        };
        assert_eq!(answered(|_| {}), Some(3));
        assert_eq!(answered(|message| message[2] ^= 1), None, "a wrong checksum");
        assert_eq!(
            answered(|message| (message[2], message[4]) = (message[2] ^ 1, message[4] ^ 1)),
            None,
            "another's"
        );
    }

    /// The answer to `message`.
    fn answer(echo: &Echo, mut message: Vec<u8>) -> Vec<u8> {
        (message[0], message[2], message[3]) = (echo.carrier.kinds()[1], 0, 0);
        let sum = checksum(&message);
        message[2..4].copy_from_slice(&sum.to_be_bytes());
        message
    }

    proptest! {
        #[test]
        fn sums_come_out(nonce: [u8; 16], size in 16_u16..=1400, number: u8) {
            prop_assert_eq!(checksum(&Echo::new(V4, nonce, size).ask(number)), 0);
        }

        #[test]
        fn our_answer_is_known_and_no_other(
            v6: bool, nonce: [u8; 16], other: [u8; 16], size in 16_u16..=1400, number: u8, cut: prop::sample::Index,
        ) {
            let carrier = Carrier { v6, ..V4 };
            let echo = Echo::new(carrier, nonce, size);
            let message = answer(&echo, echo.ask(number));
            prop_assert_eq!(echo.answered(&message), Some(number));
            prop_assert_eq!(echo.answered(&echo.ask(number)), None, "our own question");
            prop_assert_eq!(echo.answered(&message[..cut.index(message.len())]), None, "too short");
            prop_assert_eq!(echo.answered(&[&message[..], &[0]].concat()), None, "too long");
            prop_assume!(other != nonce);
            prop_assert_eq!(Echo::new(carrier, other, size).answered(&message), None, "another's");
        }

        #[test]
        fn any_bytes_are_read_or_passed_over(bytes: Vec<u8>) {
            fuzz(&bytes);
        }
    }
}
