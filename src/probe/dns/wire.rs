//! Which bytes ask a question, and what are the bytes that come back to it? Pure.

use hickory_proto::{
    ProtoError,
    op::{Edns, Message, MessageType, OpCode, Query},
    rr::Name,
};

use super::{record::Type, reply::Reply};
use crate::{
    model::{Failure, Fault},
    probe::{printable, stranger},
};

/// The length of a header, in bytes.
const HEADER: usize = 12;
/// The flags of a header, in its third byte.
const IS_REPLY: u8 = 0x80;
const IS_TRUNCATED: u8 = 0x02;
/// How much of what is not DNS is shown, in characters.
const SHOWN: usize = 60;

/// A question, encoded once: only its id changes from look to look.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) name: Name,
    pub(super) kind: Type,
    bytes: Vec<u8>,
    /// Where the asked name, type and class end in `bytes`.
    end: usize,
}

/// What is asked for besides the name and the type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Whether the server is to ask others.
    pub(super) recursion: bool,
    /// Whether signatures are wanted.
    pub(super) dnssec: bool,
    /// The largest reply that we take over UDP, told by EDNS; `None` without EDNS.
    pub(super) edns: Option<u16>,
}

/// What came, beside a question.
#[derive(Debug)]
pub(super) enum Heard {
    /// The answer to another question, or not an answer.
    Another,
    /// An answer of which a part was left out for want of room.
    Truncated,
    /// The answer.
    Reply(Reply),
}

impl Question {
    pub(super) fn new(name: Name, kind: Type, terms: Terms) -> Result<Self, ProtoError> {
        let mut message = Message::new(0, MessageType::Query, OpCode::Query);
        message.metadata.recursion_desired = terms.recursion;
        message.add_query(Query::query(name.clone(), kind.record_type()));
        let end = message.to_vec()?.len();
        if let Some(most) = terms.edns {
            let mut edns = Edns::new();
            edns.set_max_payload(most).set_dnssec_ok(terms.dnssec);
            message.set_edns(edns);
        }
        Ok(Self { name, kind, bytes: message.to_vec()?, end })
    }

    /// The bytes that ask it.
    pub(super) fn with_id(&self, id: u16) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[..2].copy_from_slice(&id.to_be_bytes());
        bytes
    }

    /// The bytes that ask it over a stream: their length goes before them.
    pub(super) fn framed(&self, id: u16) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 + self.bytes.len());
        // A question is a name of at most 255 bytes and a few more.
        bytes.extend(u16::try_from(self.bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(&self.bytes);
        bytes[2..4].copy_from_slice(&id.to_be_bytes());
        bytes
    }

    /// The reply that came where nothing else can come, and nothing need be left out.
    pub(super) fn answered(&self, id: u16, bytes: &[u8]) -> Result<Reply, Failure> {
        match self.hear(id, bytes)? {
            Heard::Reply(reply) => Ok(reply),
            Heard::Truncated => Err(Failure::theirs(
                Fault::Truncated,
                "the reply says of itself that it is truncated, and this is not UDP",
            )),
            Heard::Another => {
                Err(Failure::theirs(Fault::Malformed, "the reply does not answer our question"))
            }
        }
    }

    /// What `bytes` are to this question as it was asked with `id`.
    pub(super) fn hear(&self, id: u16, bytes: &[u8]) -> Result<Heard, Failure> {
        let Some((header, _)) = bytes.split_first_chunk::<HEADER>() else { return Err(not_dns(bytes)) };
        if header[..2] != id.to_be_bytes() || !self.is_echoed(header, bytes) {
            return another(header, bytes);
        }
        if header[2] & IS_REPLY == 0 {
            return Err(Failure::theirs(Fault::WrongProtocol, "our own question came back, not a reply"));
        }
        if header[2] & IS_TRUNCATED != 0 {
            return Ok(Heard::Truncated);
        }
        match Message::from_vec(bytes) {
            Ok(message) => Ok(Heard::Reply(Reply::of(message, self))),
            Err(error) => Err(malformed(&error.to_string())),
        }
    }

    /// Whether the question is repeated as it was asked. A server that could not or would not read it may leave it out.
    fn is_echoed(&self, header: &[u8; HEADER], bytes: &[u8]) -> bool {
        let is_error = matches!(header[3] & 0x0f, 1 | 2 | 4 | 5);
        match questions(header) {
            0 => is_error,
            1 => bytes.get(HEADER..self.end) == self.bytes.get(HEADER..self.end),
            _ => false,
        }
    }
}

fn questions(header: &[u8; HEADER]) -> u16 {
    u16::from_be_bytes([header[4], header[5]])
}

/// Somebody else's reply is none of our business; what is no reply at all says that this is no name server.
fn another(header: &[u8; HEADER], bytes: &[u8]) -> Result<Heard, Failure> {
    let is_reply = header[2] & IS_REPLY != 0 && questions(header) <= 1 && Message::from_vec(bytes).is_ok();
    if is_reply { Ok(Heard::Another) } else { Err(not_dns(bytes)) }
}

/// What it means that `bytes` came.
pub(super) fn not_dns(bytes: &[u8]) -> Failure {
    let like = stranger(bytes).map_or(String::new(), |it| format!("; it looks like {}", it.name));
    let words = format!("what came is not DNS{like}: \"{}\"", printable(bytes, SHOWN));
    Failure::theirs(Fault::WrongProtocol, words)
}

fn malformed(why: &str) -> Failure {
    let words = format!("the reply cannot be read: {}", printable(why.as_bytes(), 200));
    Failure::theirs(Fault::Malformed, words)
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, str::FromStr};

    use hickory_proto::{
        op::ResponseCode,
        rr::{RData, Record, rdata},
    };
    use proptest::prelude::*;

    use super::*;
    use crate::probe::dns::reply::{Flag, Rcode};

    const ID: u16 = 0xabcd;

    fn question(kind: Type) -> Question {
        let terms = Terms { recursion: true, dnssec: true, edns: Some(1232) };
        Question::new(Name::from_ascii("EPR.example.").unwrap(), kind, terms).unwrap()
    }

    fn alias(from: &str, to: &str) -> Record {
        record(from, RData::CNAME(rdata::CNAME(Name::from_str(to).unwrap())))
    }

    fn address(name: &str, last: u8) -> Record {
        record(name, RData::A(rdata::A(Ipv4Addr::new(10, 0, 0, last))))
    }

    fn record(name: &str, data: RData) -> Record {
        Record::from_rdata(Name::from_str(name).unwrap(), 60, data)
    }

    fn message(question: &Question) -> Message {
        let mut message = Message::from_vec(&question.with_id(ID)).unwrap();
        message.metadata.message_type = MessageType::Response;
        message
    }

    fn heard(question: &Question, answers: Vec<Record>) -> Reply {
        let mut message = message(question);
        message.answers = answers;
        match question.hear(ID, &message.to_vec().unwrap()) {
            Ok(Heard::Reply(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_question_is_asked_as_it_was_meant() {
        let sent = Message::from_vec(&question(Type::Mx).with_id(ID)).unwrap();
        assert_eq!((sent.metadata.id, sent.metadata.recursion_desired), (ID, true));
        assert_eq!(sent.queries[0].to_string(), "EPR.example. IN MX");
        let edns = sent.edns.unwrap();
        assert_eq!((edns.max_payload(), edns.flags().dnssec_ok), (1232, true));
        let framed = question(Type::Mx).framed(ID);
        assert_eq!(usize::from(u16::from_be_bytes([framed[0], framed[1]])), framed.len() - 2);
        assert_eq!(framed[2..], question(Type::Mx).with_id(ID));
        let bare = Terms { recursion: false, dnssec: false, edns: None };
        let bare = Question::new(Name::root(), Type::Ns, bare).unwrap().with_id(ID);
        assert_eq!(bare, [0xab, 0xcd, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]);
    }

    #[test]
    fn answers_are_those_at_the_end_of_the_aliases() {
        let answers = vec![
            alias("epr.example.", "A.example."),
            alias("a.example.", "b.example."),
            address("b.example.", 1),
            address("b.example.", 2),
            address("stray.example.", 9),
        ];
        let reply = heard(&question(Type::A), answers.clone());
        assert_eq!(reply.chain, ["a.example", "b.example"]);
        assert_eq!(reply.answers, ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(reply.ttl, Some((60, 60)));
        assert_eq!(heard(&question(Type::Cname), answers).answers, ["a.example"]);
    }

    #[test]
    fn aliases_in_a_circle_end() {
        let circle = vec![alias("epr.example.", "a.example."), alias("a.example.", "epr.example.")];
        let reply = heard(&question(Type::A), circle);
        assert_eq!((reply.answers.len(), reply.chain.len()), (0, 2));
    }

    #[test]
    fn rcode_flags_and_the_serial_of_a_refusal() {
        let question = question(Type::A);
        let mut message = message(&question);
        message.metadata.response_code = ResponseCode::NXDomain;
        message.metadata.authoritative = true;
        let (server, person) = (Name::from_str("ns.").unwrap(), Name::from_str("h.").unwrap());
        let soa = rdata::SOA::new(server, person, 42, 1, 2, 3, 4);
        message.authorities = vec![record("example.", RData::SOA(soa))];
        let Ok(Heard::Reply(reply)) = question.hear(ID, &message.to_vec().unwrap()) else { panic!() };
        assert_eq!((reply.rcode, reply.serial), (Rcode::NxDomain, Some(42)));
        assert_eq!(reply.flags, [Flag::Aa]);
        assert_eq!((reply.answers.len(), reply.ttl), (0, None));
    }

    #[test]
    fn what_is_not_the_answer_is_not_taken_for_it() {
        let question = question(Type::A);
        let right = message(&question).to_vec().unwrap();
        let with = |at: usize, value: u8| {
            let mut bytes = right.clone();
            bytes[at] = value;
            question.hear(ID, &bytes)
        };
        assert!(matches!(with(0, 0), Ok(Heard::Another)), "another id");
        assert!(matches!(with(HEADER + 1, b'e'), Ok(Heard::Another)), "the name in another spelling");
        let mut bare = [0xab, 0xcd, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(matches!(question.hear(ID, &bare), Ok(Heard::Another)), "no question, and no error");
        assert!(matches!(with(2, right[2] | 2), Ok(Heard::Truncated)));
        let fault = |heard: Result<Heard, Failure>| heard.unwrap_err().cause;
        assert_eq!(
            fault(with(2, 1)),
            crate::model::Cause::Theirs(Fault::WrongProtocol),
            "the question itself"
        );
        assert_eq!(
            fault(with(7, 1)),
            crate::model::Cause::Theirs(Fault::Malformed),
            "an answer that is not there"
        );
        assert_eq!(fault(question.hear(ID, b"SSH-2.0")), crate::model::Cause::Theirs(Fault::WrongProtocol));
        bare[3] = 5;
        let Ok(Heard::Reply(reply)) = question.hear(ID, &bare) else { panic!() };
        assert_eq!(reply.rcode, Rcode::Refused, "a refusal may leave the question out");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_much(tail: Vec<u8>, counts: [u8; 3], flags: [u8; 2]) {
            let question = question(Type::Txt);
            let mut bytes = message(&question).to_vec().unwrap();
            bytes.truncate(question.end);
            bytes[2..4].copy_from_slice(&[flags[0] | 0x80, flags[1]]);
            bytes[7] = counts[0];
            bytes[9] = counts[1];
            bytes[11] = counts[2];
            bytes.extend(&tail);
            let _ = question.hear(ID, &bytes);
            let _ = question.hear(ID, &tail);
        }

        #[test]
        fn a_damaged_reply_is_read_or_refused(at in 0_usize..200, value: u8, end in 0_usize..200) {
            let question = question(Type::A);
            let mut message = message(&question);
            message.answers = vec![alias("epr.example.", "a.example."), address("a.example.", 1)];
            let mut bytes = message.to_vec().unwrap();
            let at = at % bytes.len();
            bytes[at] = value;
            bytes.truncate(end);
            let _ = question.hear(ID, &bytes);
        }
    }
}
