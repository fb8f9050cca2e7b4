//! What do echoes look like on the wire? RFC 792 and RFC 4443. Pure.

/// Type, code, checksum, identifier and sequence number.
const HEADER: usize = 8;
/// The most that one datagram brings besides the payload: the longest IPv4 header, and ours.
pub(super) const OVERHEAD: usize = 60 + HEADER;

/// One look's echoes: alike but for their numbers.
#[derive(Debug)]
pub(super) struct Echo {
    request: u8,
    reply: u8,
    payload: Vec<u8>,
}

impl Echo {
    /// Echoes of `size` bytes, over IPv6 or not, which nobody can answer who has not read `nonce`.
    pub(super) fn new(v6: bool, nonce: [u8; 16], size: u16) -> Self {
        let (request, reply) = if v6 { (128, 129) } else { (8, 0) };
        Self { request, reply, payload: nonce.into_iter().cycle().take(size.into()).collect() }
    }

    /// The request with this number.
    pub(super) fn ask(&self, number: u8) -> Vec<u8> {
        // Datagram sockets put an identifier of the system's in its place; it is the payload that makes an echo ours.
        let identifier = [self.payload[0], self.payload[1]];
        let mut message = vec![self.request, 0, 0, 0, identifier[0], identifier[1], 0, number];
        message.extend_from_slice(&self.payload);
        let sum = checksum(&message);
        message[2..4].copy_from_slice(&sum.to_be_bytes());
        message
    }

    /// Which request `message` answers, if it is one of ours.
    pub(super) fn answered(&self, message: &[u8]) -> Option<u8> {
        let (header, payload) = message.split_at_checked(HEADER)?;
        match *header {
            [kind, 0, _, _, _, _, 0, number] if kind == self.reply && *payload == self.payload => {
                Some(number)
            }
            _ => None,
        }
    }
}

/// What stands behind the IPv4 header with which raw sockets hand a datagram out.
pub(super) fn behind_header(datagram: &[u8]) -> &[u8] {
    let words = datagram.first().map_or(0, |first| first & 0x0f);
    datagram.get(usize::from(words) * 4..).unwrap_or_default()
}

/// The ones' complement of the ones' complement sum: RFC 1071. Over IPv6 it is another, which the system puts in its place.
fn checksum(message: &[u8]) -> u16 {
    let pair = |pair: &[u8]| u64::from(pair[0]) << 8 | u64::from(pair.get(1).copied().unwrap_or(0));
    let sum: u64 = message.chunks(2).map(pair).sum();
    // Each message has less than 65536 pairs: carrying twice is enough.
    let sum = (sum & 0xffff) + (sum >> 16);
    !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_is_what_the_standard_says() {
        let echo = Echo::new(false, [1; 16], 16);
        let message = echo.ask(7);
        assert_eq!(message[..8], [8, 0, 0xee, 0xef, 1, 1, 0, 7]);
        assert_eq!(message[8..], [1; 16]);
        assert_eq!(Echo::new(true, [1; 16], 16).ask(7)[0], 128);
    }

    #[test]
    fn headers_are_passed_over() {
        let with = |first: u8| [vec![first; 24], vec![1, 2]].concat();
        assert_eq!(behind_header(&with(0x46)), [1, 2]);
        assert_eq!(behind_header(&with(0x45)).len(), 6);
        assert_eq!(behind_header(&[0x4f; 20]), [0; 0]);
        assert_eq!(behind_header(&[]), [0; 0]);
    }

    /// The answer to `message`.
    fn answer(echo: &Echo, mut message: Vec<u8>) -> Vec<u8> {
        message[0] = echo.reply;
        message
    }

    proptest! {
        #[test]
        fn sums_come_out(nonce: [u8; 16], size in 16_u16..=1400, number: u8) {
            prop_assert_eq!(checksum(&Echo::new(false, nonce, size).ask(number)), 0);
        }

        #[test]
        fn our_answer_is_known_and_no_other(
            v6: bool, nonce: [u8; 16], other: [u8; 16], size in 16_u16..=1400, number: u8, cut: prop::sample::Index,
        ) {
            let echo = Echo::new(v6, nonce, size);
            let message = answer(&echo, echo.ask(number));
            prop_assert_eq!(echo.answered(&message), Some(number));
            prop_assert_eq!(echo.answered(&echo.ask(number)), None, "our own question");
            prop_assert_eq!(echo.answered(&message[..cut.index(message.len())]), None, "too short");
            prop_assert_eq!(echo.answered(&[&message[..], &[0]].concat()), None, "too long");
            prop_assume!(other != nonce);
            prop_assert_eq!(Echo::new(v6, other, size).answered(&message), None, "another's");
        }

        #[test]
        fn any_bytes_are_read_or_passed_over(bytes: Vec<u8>) {
            let echo = Echo::new(false, [1; 16], 16);
            prop_assert_eq!(echo.answered(&bytes), None);
            prop_assert_eq!(echo.answered(behind_header(&bytes)), None);
        }
    }
}
