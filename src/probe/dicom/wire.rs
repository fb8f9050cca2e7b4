//! How are DICOM's PDUs written and read (PS3.8, 9.3)? What is said, and what comes back, read from its beginning. Pure.

use super::{
    command::{self, Response},
    title::Title,
};
use crate::probe::Reading;

/// The largest PDU that we take, in bytes behind its header; told to the far side.
const LARGEST: u32 = 16 << 10;
/// What a whole conversation may amount to, in bytes.
pub(super) const MOST: usize = 64 << 10;

/// What is asked for: the service class Verification.
pub(super) const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
const IMPLICIT_LITTLE_ENDIAN: &[u8] = b"1.2.840.10008.1.2";
const APPLICATION: &[u8] = b"1.2.840.10008.3.1.1.1";
/// Who wrote this, where no root of our own is registered: derived from a UUID (PS3.5, B.2).
const IMPLEMENTATION: &[u8] = b"2.25.89641154384547198647846302793623455475";
/// The number of our one presentation context.
const CONTEXT: u8 = 1;

/// Ends the association.
pub(super) const RELEASE: &[u8] = &[5, 0, 0, 0, 0, 4, 0, 0, 0, 0];

/// What is answered when an association is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It stands; what became of our presentation context, 0 being acceptance.
    Accepted(u8),
    Rejected(Rejection),
    Aborted(Abort),
    /// The far side asks what we asked.
    Asked,
}

/// What is answered when an echo is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Response(Response),
    /// The far side wants to end the association, and has not answered.
    Leaving,
    Aborted(Abort),
}

/// Why an association is refused, in the numbers of PS3.8, 9.3.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    pub(super) result: u8,
    pub(super) source: u8,
    pub(super) reason: u8,
}

/// Why an association is broken off, in the numbers of PS3.8, 9.3.8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Abort {
    pub(super) source: u8,
    pub(super) reason: u8,
}

/// Asks `called` for an association in which nothing but an echo can be asked for.
pub(super) fn request(calling: &Title, called: &Title) -> Vec<u8> {
    let contexts = [&[CONTEXT, 0, 0, 0][..], &item(0x30, VERIFICATION), &item(0x40, IMPLICIT_LITTLE_ENDIAN)];
    let user = [item(0x51, &LARGEST.to_be_bytes()), item(0x52, IMPLEMENTATION)].concat();
    let body = [
        &[0, 1, 0, 0][..],
        &called.padded(),
        &calling.padded(),
        &[0; 32],
        &item(0x10, APPLICATION),
        &item(0x20, &contexts.concat()),
        &item(0x50, &user),
    ];
    framed(1, &body.concat())
}

/// Asks for an echo, as this message.
pub(super) fn echo(message: u16) -> Vec<u8> {
    let value = [&[CONTEXT, 0b11][..], &command::echo(message)].concat();
    framed(4, &[&size(&value)[..], &value].concat())
}

/// Reads what is answered when an association is asked for.
pub(super) fn admission(bytes: &[u8]) -> Reading<Admission> {
    pdu(bytes).and_then(|pdu, length| match pdu {
        Pdu::Accepted(result) => Reading::Whole(Admission::Accepted(result), length),
        Pdu::Rejected(rejection) => Reading::Whole(Admission::Rejected(rejection), length),
        Pdu::Aborted(abort) => Reading::Whole(Admission::Aborted(abort), length),
        Pdu::AssociationAsked => Reading::Whole(Admission::Asked, length),
        other => Reading::Broken(format!("{} came before the association was accepted", other.name())),
    })
}

/// Reads what is answered when an echo is asked for, into however many PDUs it was cut.
pub(super) fn answer(bytes: &[u8]) -> Reading<Answer> {
    let (mut command, mut used) = (Vec::new(), 0);
    loop {
        let (pdu, length) = match pdu(&bytes[used..]) {
            Reading::Whole(pdu, length) => (pdu, used + length),
            Reading::Strange => return Reading::Broken("what comes next is no PDU".to_owned()),
            other => return other.and_then(|_, _| Reading::Partial),
        };
        used = length;
        match pdu {
            Pdu::Data(values) => match gather(&values, &mut command) {
                Ok(false) => {}
                Ok(true) => return whole(&command, used),
                Err(how) => return Reading::Broken(how),
            },
            Pdu::Aborted(abort) => return Reading::Whole(Answer::Aborted(abort), used),
            Pdu::ReleaseAsked => return Reading::Whole(Answer::Leaving, used),
            other => return Reading::Broken(format!("{} came in place of an answer", other.name())),
        }
    }
}

fn whole(command: &[u8], used: usize) -> Reading<Answer> {
    match command::response(command) {
        Ok(response) => Reading::Whole(Answer::Response(response), used),
        Err(how) => Reading::Broken(how),
    }
}

/// Appends the fragments of the command; whether that was its last.
fn gather(values: &[Value<'_>], command: &mut Vec<u8>) -> Result<bool, String> {
    for value in values {
        if value.context != CONTEXT {
            return Err(format!(
                "it answers in the presentation context {}, not in {CONTEXT}",
                value.context
            ));
        }
        if value.control & 0b01 == 0 {
            return Err("a data set came in place of a command".to_owned());
        }
        command.extend_from_slice(value.fragment);
        if value.control & 0b10 != 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What can be said at this level.
enum Pdu<'a> {
    AssociationAsked,
    Accepted(u8),
    Rejected(Rejection),
    Data(Vec<Value<'a>>),
    ReleaseAsked,
    Released,
    Aborted(Abort),
}

/// A fragment of a command or of a data set (PDV).
struct Value<'a> {
    context: u8,
    /// Bit 0: of a command; bit 1: the last one.
    control: u8,
    fragment: &'a [u8],
}

impl Pdu<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::AssociationAsked => "A-ASSOCIATE-RQ",
            Self::Accepted(_) => "A-ASSOCIATE-AC",
            Self::Rejected(_) => "A-ASSOCIATE-RJ",
            Self::Data(_) => "P-DATA-TF",
            Self::ReleaseAsked => "A-RELEASE-RQ",
            Self::Released => "A-RELEASE-RP",
            Self::Aborted(_) => "A-ABORT",
        }
    }
}

/// Reads one PDU. What it claims to be is weighed before the rest is waited for.
fn pdu(bytes: &[u8]) -> Reading<Pdu<'_>> {
    const HEADER: usize = 6;
    let kind = match bytes.first() {
        None => return Reading::Partial,
        Some(kind @ 1..=7) => *kind,
        Some(_) => return Reading::Strange,
    };
    let Some(&[a, b, c, d]) = bytes.get(2..HEADER) else { return Reading::Partial };
    let claimed = u32::from_be_bytes([a, b, c, d]);
    if claimed > LARGEST {
        // Some have one size: what says that it has another one, and such a one, is none of them.
        return if is_short(kind) { Reading::Strange } else { Reading::Large(claimed.into()) };
    }
    let end = HEADER + claimed as usize;
    match (kind, bytes.get(HEADER..end)) {
        _ if is_short(kind) && claimed != 4 => {
            Reading::Broken(format!("a PDU of type {kind} has {claimed} bytes"))
        }
        (_, None) => Reading::Partial,
        (_, Some(body)) => match parse(kind, body) {
            Ok(pdu) => Reading::Whole(pdu, end),
            Err(how) => Reading::Broken(how.to_owned()),
        },
    }
}

/// Whether a PDU of this type has four bytes behind its header, always.
fn is_short(kind: u8) -> bool {
    matches!(kind, 3 | 5..=7)
}

fn parse(kind: u8, body: &[u8]) -> Result<Pdu<'_>, &'static str> {
    match (kind, body) {
        (1, _) => Ok(Pdu::AssociationAsked),
        (2, _) => accepted(body),
        (3, [_, result, source, reason]) => {
            Ok(Pdu::Rejected(Rejection { result: *result, source: *source, reason: *reason }))
        }
        (4, _) => values(body).map(Pdu::Data),
        (5, _) => Ok(Pdu::ReleaseAsked),
        (6, _) => Ok(Pdu::Released),
        (7, [_, _, source, reason]) => Ok(Pdu::Aborted(Abort { source: *source, reason: *reason })),
        _ => Err("its type is unknown"),
    }
}

/// Reads what became of our presentation context.
fn accepted(body: &[u8]) -> Result<Pdu<'_>, &'static str> {
    const FIXED: usize = 68;
    let mut rest = body.get(FIXED..).ok_or("an A-ASSOCIATE-AC is too short")?;
    let mut result = None;
    while let Some((header, after)) = rest.split_first_chunk::<4>() {
        let [kind, _, high, low] = *header;
        let size = usize::from(u16::from_be_bytes([high, low]));
        let (content, after) =
            after.split_at_checked(size).ok_or("an item runs over the end of its A-ASSOCIATE-AC")?;
        if let (0x21, [CONTEXT, _, accepted, ..]) = (kind, content) {
            result = Some(*accepted);
        }
        rest = after;
    }
    result.map(Pdu::Accepted).ok_or("an A-ASSOCIATE-AC says nothing of the presentation context")
}

fn values(mut body: &[u8]) -> Result<Vec<Value<'_>>, &'static str> {
    let mut values = Vec::new();
    while let Some((size, after)) = body.split_first_chunk::<4>() {
        let size = u32::from_be_bytes(*size) as usize;
        let (value, after) =
            after.split_at_checked(size).ok_or("a PDV runs over the end of its P-DATA-TF")?;
        let [context, control, fragment @ ..] = value else { return Err("a PDV is too short") };
        values.push(Value { context: *context, control: *control, fragment });
        body = after;
    }
    if body.is_empty() && !values.is_empty() { Ok(values) } else { Err("a P-DATA-TF ends within a PDV") }
}

fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 0][..], &size(body), body].concat()
}

fn size(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// What we say is short, so that every size fits.
fn item(kind: u8, content: &[u8]) -> Vec<u8> {
    let size = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[kind, 0][..], &size, content].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACCEPTED: [u8; 26] = *b"\x21\0\0\x19\x01\0\0\0\x40\0\0\x111.2.840.10008.";

    /// An A-ASSOCIATE-AC of these items.
    fn accepting(items: &[u8]) -> Vec<u8> {
        framed(2, &[&[0; 68], items].concat())
    }

    fn context(result: u8) -> Vec<u8> {
        let syntax = item(0x40, IMPLICIT_LITTLE_ENDIAN);
        item(0x21, &[&[CONTEXT, 0, result, 0], &syntax[..]].concat())
    }

    fn value(control: u8, fragment: &[u8]) -> Vec<u8> {
        let value = [&[CONTEXT, control], fragment].concat();
        [&size(&value)[..], &value].concat()
    }

    /// An echo's answer, as a command.
    fn answered(message: u16, status: u16) -> Vec<u8> {
        let element = |tag: u16, value: u16| {
            [&[0, 0][..], &tag.to_le_bytes(), &2_u32.to_le_bytes(), &value.to_le_bytes()].concat()
        };
        [element(0x0100, command::ECHOED), element(0x0120, message), element(0x0900, status)].concat()
    }

    fn broken<T>(reading: &Reading<T>) -> &str {
        if let Reading::Broken(how) = reading { how } else { "" }
    }

    #[test]
    fn the_request_is_what_the_standard_says() {
        let title = |text| Title::parse(text).unwrap();
        let asked = request(&title("US"), &title("THEM"));
        assert_eq!(
            (&asked[..2], &asked[2..6], &asked[6..10]),
            (&[1, 0][..], &size(&asked[6..])[..], &[0, 1, 0, 0][..])
        );
        assert_eq!(&asked[10..42], b"THEM            US              ");
        assert!(asked.windows(17).any(|window| window == VERIFICATION));
        assert_eq!(echo(1).len(), 6 + 4 + 2 + 68);
    }

    #[test]
    fn an_association_is_accepted_rejected_or_aborted() {
        let whole = accepting(&[item(0x10, APPLICATION), context(0), item(0x50, b"")].concat());
        assert_eq!(Reading::assert_whole(admission, &whole), Admission::Accepted(0));
        assert_eq!(Reading::assert_whole(admission, &accepting(&context(3))), Admission::Accepted(3));
        let rejection = Rejection { result: 1, source: 1, reason: 7 };
        assert_eq!(
            Reading::assert_whole(admission, &framed(3, &[0, 1, 1, 7])),
            Admission::Rejected(rejection)
        );
        let abort = Abort { source: 2, reason: 1 };
        assert_eq!(Reading::assert_whole(admission, &framed(7, &[0, 0, 2, 1])), Admission::Aborted(abort));
    }

    #[test]
    fn an_answer_comes_in_any_number_of_pieces() {
        let command = answered(7, 0x0122);
        let response = Reading::assert_whole(answer, &framed(4, &value(3, &command)));
        let Answer::Response(response) = response else { panic!("{response:?}") };
        assert_eq!((response.answered, response.status), (Some(7), Some(0x0122)));
        for cut in 0..=command.len() {
            let (first, last) = (value(1, &command[..cut]), value(3, &command[cut..]));
            let one = framed(4, &[&first[..], &last].concat());
            let two = [framed(4, &first), framed(4, &last)].concat();
            for whole in [one, two] {
                assert_eq!(Reading::assert_whole(answer, &whole), Answer::Response(response));
            }
        }
        assert_eq!(Reading::assert_whole(answer, RELEASE), Answer::Leaving);
    }

    #[test]
    fn what_is_no_dicom_is_seen_by_its_first_byte() {
        for strange in [&b"HTTP/1.1 400"[..], b"SSH-2.0", b"220 mail", b"\x15\x03\x01", b"\0", b"\x08\0"] {
            assert_eq!(admission(&strange[..1]), Reading::Strange, "{strange:?}");
            assert_eq!(broken(&answer(strange)), "what comes next is no PDU");
        }
    }

    #[test]
    fn what_is_too_large_is_not_waited_for() {
        assert_eq!(admission(b"\x02\0\xff\xff\xff\xff"), Reading::Large(u32::MAX.into()));
        assert_eq!(admission(b"\x03\0\0\x13\x0e\xd0"), Reading::Strange, "a remote desktop");
        assert_eq!(answer(b"\x04\0\0\0\x40\x01"), Reading::Large(u64::from(LARGEST) + 1));
        assert_eq!(answer(b"\x04\0\0\0\x40\0"), Reading::Partial);
        assert_eq!(broken(&admission(b"\x07\0\0\0\0\x05")), "a PDU of type 7 has 5 bytes");
    }

    #[test]
    fn what_is_out_of_place_is_broken() {
        let told = |bytes: &[u8]| broken(&admission(bytes)).to_owned();
        assert_eq!(told(RELEASE), "A-RELEASE-RQ came before the association was accepted");
        assert_eq!(told(&framed(4, &value(3, b""))), "P-DATA-TF came before the association was accepted");
        assert_eq!(told(&framed(2, &[0; 67])), "an A-ASSOCIATE-AC is too short");
        assert_eq!(told(&accepting(&ACCEPTED)), "an item runs over the end of its A-ASSOCIATE-AC");
        assert_eq!(told(&accepting(b"")), "an A-ASSOCIATE-AC says nothing of the presentation context");
        let told = |bytes: &[u8]| broken(&answer(bytes)).to_owned();
        assert_eq!(told(&accepting(&context(0))), "A-ASSOCIATE-AC came in place of an answer");
        assert_eq!(told(&framed(4, &value(2, b""))), "a data set came in place of a command");
        assert_eq!(told(&framed(4, &[0, 0, 0, 9, 1, 3])), "a PDV runs over the end of its P-DATA-TF");
        assert_eq!(told(&framed(4, &[0, 0, 0, 1, 1])), "a PDV is too short");
        assert_eq!(told(&framed(4, b"")), "a P-DATA-TF ends within a PDV");
        let elsewhere = framed(4, &[0, 0, 0, 2, 5, 3]);
        assert_eq!(told(&elsewhere), "it answers in the presentation context 5, not in 1");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(kind in 0_u8..9, bytes: Vec<u8>) {
            let _ = (admission(&bytes), answer(&bytes));
            let framed = framed(kind, &bytes);
            let _ = (admission(&framed), answer(&framed));
        }
    }
}
