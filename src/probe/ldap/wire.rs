//! Which bytes ask a directory, and what do the bytes say that come back (RFC 4511)? Pure.

use crate::probe::{
    Reading,
    ber::{BOOLEAN, ENUMERATED, INTEGER, OCTETS, SEQUENCE, element, next, number, numeral, take, wrapped},
};

/// The largest message that is read, in bytes.
const MOST: usize = 256 << 10;
/// The extended operation that begins TLS.
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// The notice by which a server breaks off.
const DISCONNECTION: &[u8] = b"1.3.6.1.4.1.1466.20036";
/// The number of what a server says unasked.
const UNASKED: u32 = 0;
/// The version of LDAP.
const VERSION: u32 = 3;

const BIND_REQUEST: u8 = 0x60;
const BIND_RESPONSE: u8 = 0x61;
const SEARCH_REQUEST: u8 = 0x63;
const SEARCH_ENTRY: u8 = 0x64;
const SEARCH_DONE: u8 = 0x65;
const SEARCH_REFERENCE: u8 = 0x73;
const EXTENDED_REQUEST: u8 = 0x77;
const EXTENDED_RESPONSE: u8 = 0x78;
/// `[0]` of a bind: a password. Of an extended request: its name.
const FIRST: u8 = 0x80;
/// `[3]` of a result: where else to ask.
const REFERRAL: u8 = 0xa3;
/// `[10]` of an extended response: its name.
const NAME: u8 = 0x8a;

/// A message that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Message {
    /// The number of the request that it answers.
    pub(in crate::probe) id: u32,
    pub(in crate::probe) operation: Operation,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Operation {
    /// The answer to a bind.
    Bound(Answer),
    /// One entry that was found.
    Entry(Entry),
    /// More is to be found elsewhere.
    Reference,
    /// The search is over.
    Done(Answer),
    /// The answer to an extended request.
    Extended(Answer),
    /// The server breaks off, unasked.
    Disconnection(Answer),
    /// A question, as only a client asks it.
    Question,
    /// Something else, which is no answer to what we ask.
    Other,
}

/// A result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Answer {
    /// 0 is success.
    pub(in crate::probe) code: u32,
    /// What the server says of it.
    pub(in crate::probe) message: Vec<u8>,
    /// Where else to ask.
    pub(in crate::probe) referral: Option<Vec<u8>>,
}

/// An entry: its attributes, each with its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::probe) struct Entry(Vec<(Vec<u8>, Vec<Vec<u8>>)>);

impl Entry {
    /// The values of an attribute, whose name has no case.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = String> {
        let named = self.0.iter().filter(move |(got, _)| got.eq_ignore_ascii_case(name.as_bytes()));
        named.flat_map(|(_, values)| values).map(|value| String::from_utf8_lossy(value).into_owned())
    }
}

/// How deep a search goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    /// The entry itself.
    Base,
    /// Its children.
    One,
    /// All below it, and itself.
    #[default]
    Sub,
}

/// The operation that logs in.
pub(super) fn bind(dn: &str, password: &str) -> Vec<u8> {
    let parts = [numeral(INTEGER, VERSION), octets(dn), wrapped(FIRST, &[password.as_bytes()])];
    wrapped(BIND_REQUEST, &parts.each_ref().map(Vec::as_slice))
}

/// The operation that searches, for as many entries and seconds as given.
pub(super) fn search(
    base: &str,
    scope: Scope,
    filter: &[u8],
    attributes: &[&str],
    [entries, seconds]: [u32; 2],
) -> Vec<u8> {
    let never_dereferenced = numeral(ENUMERATED, 0);
    let values_too = wrapped(BOOLEAN, &[&[0]]);
    let attributes: Vec<u8> = attributes.iter().flat_map(|name| octets(name)).collect();
    wrapped(
        SEARCH_REQUEST,
        &[
            &octets(base),
            &numeral(ENUMERATED, scope as u32),
            &never_dereferenced,
            &numeral(INTEGER, entries),
            &numeral(INTEGER, seconds),
            &values_too,
            filter,
            &wrapped(SEQUENCE, &[&attributes]),
        ],
    )
}

/// The operation that begins TLS.
pub(in crate::probe) fn start_tls() -> Vec<u8> {
    wrapped(EXTENDED_REQUEST, &[&wrapped(FIRST, &[START_TLS])])
}

/// The operation that says good-bye.
pub(in crate::probe) const UNBIND: &[u8] = b"\x42\x00";

/// A message of ours.
pub(in crate::probe) fn request(id: u32, operation: &[u8]) -> Vec<u8> {
    wrapped(SEQUENCE, &[&numeral(INTEGER, id), operation])
}

fn octets(text: &str) -> Vec<u8> {
    wrapped(OCTETS, &[text.as_bytes()])
}

/// Reads one message.
pub(in crate::probe) fn message(bytes: &[u8]) -> Reading<Message> {
    if bytes.first().is_some_and(|first| *first != SEQUENCE) {
        return Reading::Strange;
    }
    match element(bytes, MOST) {
        Reading::Whole((_, content), length) => match read(content) {
            Some(message) => Reading::Whole(message, length),
            None => Reading::Broken("a message that is none of LDAP's".to_owned()),
        },
        Reading::Partial => Reading::Partial,
        Reading::Large(length) => Reading::Large(length),
        Reading::Strange | Reading::Broken(_) => Reading::Strange,
    }
}

fn read(mut content: &[u8]) -> Option<Message> {
    let id = number(&mut content, INTEGER)?;
    let (tag, operation) = next(&mut content)?;
    let operation = match tag {
        BIND_RESPONSE => Operation::Bound(answer(operation)?.0),
        SEARCH_ENTRY => Operation::Entry(entry(operation)?),
        SEARCH_DONE => Operation::Done(answer(operation)?.0),
        SEARCH_REFERENCE => Operation::Reference,
        EXTENDED_RESPONSE => match answer(operation)? {
            (answer, Some(name)) if id == UNASKED && name == DISCONNECTION => {
                Operation::Disconnection(answer)
            }
            (answer, _) => Operation::Extended(answer),
        },
        BIND_REQUEST | SEARCH_REQUEST | EXTENDED_REQUEST => Operation::Question,
        _ => Operation::Other,
    };
    Some(Message { id, operation })
}

/// A result, and the name that may stand behind it.
fn answer(mut rest: &[u8]) -> Option<(Answer, Option<&[u8]>)> {
    let code = number(&mut rest, ENUMERATED)?;
    take(&mut rest, OCTETS)?;
    let message = take(&mut rest, OCTETS)?.to_vec();
    let mut answer = Answer { code, message, referral: None };
    let mut name = None;
    while let Some((tag, content)) = next(&mut rest) {
        match tag {
            REFERRAL => answer.referral = take(&mut &content[..], OCTETS).map(<[u8]>::to_vec),
            NAME => name = Some(content),
            _ => {}
        }
    }
    Some((answer, name))
}

fn entry(mut rest: &[u8]) -> Option<Entry> {
    take(&mut rest, OCTETS)?;
    let mut list = take(&mut rest, SEQUENCE)?;
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut one = take(&mut list, SEQUENCE)?;
        let name = take(&mut one, OCTETS)?.to_vec();
        let (_, mut set) = next(&mut one)?;
        let values = std::iter::from_fn(|| take(&mut set, OCTETS).map(<[u8]>::to_vec));
        attributes.push((name, values.collect()));
    }
    Some(Entry(attributes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SET: u8 = 0x31;
    /// As `OpenLDAP` writes them, in short lengths.
    const NO: &[u8] = b"\x30\x0f\x02\x01\x01\x61\x0a\x0a\x01\x31\x04\x00\x04\x03no!";

    fn whole(bytes: &[u8]) -> Message {
        match message(bytes) {
            Reading::Whole(message, length) if length == bytes.len() => message,
            other => panic!("{other:?}"),
        }
    }

    fn result(tag: u8, code: u32, more: &[u8]) -> Vec<u8> {
        wrapped(tag, &[&numeral(ENUMERATED, code), &octets(""), &octets("why"), more])
    }

    #[test]
    fn an_answer_is_whole_at_its_last_byte_and_no_sooner() {
        for cut in 0..NO.len() {
            assert_eq!(message(&NO[..cut]), Reading::Partial, "cut at {cut}");
        }
        let answer = Answer { code: 49, message: b"no!".to_vec(), referral: None };
        assert_eq!(whole(NO), Message { id: 1, operation: Operation::Bound(answer) });
        // Active Directory writes every length in four bytes.
        let long = [&[0x30, 0x84, 0, 0, 0, 15][..], &NO[2..]].concat();
        assert_eq!(whole(&long), whole(NO));
    }

    #[test]
    fn entries_references_and_referrals_are_told_apart() {
        let value =
            |text: &str| wrapped(SEQUENCE, &[&octets("namingContexts"), &wrapped(SET, &[&octets(text)])]);
        let attributes = wrapped(SEQUENCE, &[&value("dc=a"), &value("dc=b")]);
        let entry = request(7, &wrapped(SEARCH_ENTRY, &[&octets(""), &attributes]));
        let Operation::Entry(entry) = whole(&entry).operation else { panic!() };
        assert_eq!(entry.values("NAMINGCONTEXTS").collect::<Vec<_>>(), ["dc=a", "dc=b"]);
        assert_eq!(
            whole(&request(7, &wrapped(SEARCH_REFERENCE, &[&octets("ldap://b")]))).operation,
            Operation::Reference
        );
        let done = result(SEARCH_DONE, 10, &wrapped(REFERRAL, &[&octets("ldap://b/dc=b")]));
        let Operation::Done(answer) = whole(&request(7, &done)).operation else { panic!() };
        assert_eq!((answer.code, answer.referral.as_deref()), (10, Some(&b"ldap://b/dc=b"[..])));
    }

    #[test]
    fn a_notice_of_disconnection_is_one_only_unasked() {
        let notice = result(EXTENDED_RESPONSE, 52, &wrapped(NAME, &[DISCONNECTION]));
        assert!(matches!(whole(&request(0, &notice)).operation, Operation::Disconnection(_)));
        assert!(matches!(whole(&request(1, &notice)).operation, Operation::Extended(_)));
        assert!(matches!(
            whole(&request(0, &result(EXTENDED_RESPONSE, 0, &[]))).operation,
            Operation::Extended(_)
        ));
    }

    #[test]
    fn what_is_asked_is_what_the_standard_says() {
        assert_eq!(request(1, &start_tls()), b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037");
        assert_eq!(request(2, UNBIND), b"\x30\x05\x02\x01\x02\x42\x00");
        assert_eq!(
            request(1, &bind("cn=a", "pw")),
            b"\x30\x12\x02\x01\x01\x60\x0d\x02\x01\x03\x04\x04cn=a\x80\x02pw"
        );
        assert_eq!(
            search("", Scope::Base, b"\x87\x0bobjectClass", &["1.1"], [0, 5]),
            b"\x63\x25\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x05\x01\x01\x00\x87\x0bobjectClass\x30\x05\x04\x031.1"
        );
    }

    #[test]
    fn what_is_not_ldap_is_strange_and_what_is_broken_broken() {
        for strange in [&b"HTTP"[..], b"\x16\x03\x01", b"\x0bMSH", b"220 "] {
            assert_eq!(message(strange), Reading::Strange);
        }
        assert_eq!(message(b"\x30\x84\xff\xff\xff\xff"), Reading::Large(u32::MAX.into()));
        for broken in [
            &b"\x30\x00"[..],
            b"\x30\x03\x02\x01\x01",
            b"\x30\x05\x02\x01\x01\x61\x00",
            b"\x30\x05\x04\x01\x01\x42\x00",
        ] {
            assert!(matches!(message(broken), Reading::Broken(_)), "{broken:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, cut in 0_usize..NO.len(), tag: u8) {
            let _ = message(&bytes);
            let _ = message(&[&NO[..cut], &bytes[..]].concat());
            let _ = message(&request(1, &wrapped(tag, &[&bytes])));
            let _ = message(&request(1, &wrapped(SEARCH_ENTRY, &[&octets(""), &wrapped(SEQUENCE, &[&bytes])])));
        }
    }
}
