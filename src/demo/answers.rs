//! What does the name server answer to one question?

use hickory_proto::{
    op::{Edns, Message, Metadata, OpCode, ResponseCode},
    rr::{Name, RData, Record, RecordType},
};

use super::{Ailment, zone::Zone};

/// The largest datagram that is sent, whatever the asker can take, and the largest where he does not say.
const LARGEST: u16 = 1232;
const SMALLEST: u16 = 512;

/// The answer to `query`, whole.
pub(super) fn answer(zone: &Zone, query: &Message, ailment: Option<Ailment>) -> Message {
    let mut answer = Message::new(query.metadata.id, query.metadata.message_type, query.metadata.op_code);
    answer.metadata = Metadata::response_from_request(&query.metadata);
    answer.metadata.authoritative = true;
    answer.add_queries(query.queries.iter().cloned());
    if query.edns.is_some() {
        answer.set_edns(Edns::new().set_max_payload(LARGEST).clone());
    }
    answer.metadata.response_code = match (query.queries.as_slice(), ailment) {
        (_, Some(Ailment::CannotSay)) => ResponseCode::ServFail,
        (_, Some(Ailment::Unavailable)) => ResponseCode::Refused,
        _ if query.metadata.op_code != OpCode::Query => ResponseCode::NotImp,
        ([_], Some(Ailment::NoSuchName)) => deny(zone, &mut answer),
        ([question], _) => look_up(zone, question.name(), question.query_type(), &mut answer),
        _ => ResponseCode::FormErr,
    };
    answer
}

/// `answer` as a datagram for the asker of `query`: cut short, and said to be, where it is too large for him.
pub(super) fn datagram(query: &Message, answer: &Message) -> Option<Vec<u8>> {
    let takes = query.edns.as_ref().map_or(SMALLEST, |edns| edns.max_payload().clamp(SMALLEST, LARGEST));
    let whole = answer.to_vec().ok()?;
    if whole.len() <= usize::from(takes) { Some(whole) } else { answer.truncate().to_vec().ok() }
}

fn look_up(zone: &Zone, name: &Name, wanted: RecordType, answer: &mut Message) -> ResponseCode {
    if !zone.is_ours(name) {
        return ResponseCode::Refused;
    }
    let matching = matching(zone, name, wanted);
    let known = zone.knows(name);
    if matching.is_empty() {
        answer.add_authorities(zone.start().cloned());
    }
    answer.add_answers(matching);
    if known { ResponseCode::NoError } else { ResponseCode::NXDomain }
}

/// The records of `name` of one type, those behind an alias included.
fn matching(zone: &Zone, name: &Name, wanted: RecordType) -> Vec<Record> {
    let is_wanted = |record: &&&Record| wanted == RecordType::ANY || record.record_type() == wanted;
    let records = zone.of(name);
    let mut found: Vec<Record> = records.iter().filter(is_wanted).map(|record| (*record).clone()).collect();
    let alias = records.iter().find_map(|record| match &record.data {
        RData::CNAME(alias) if wanted != RecordType::CNAME => Some((*record, &alias.0)),
        _ => None,
    });
    if let Some((record, target)) = alias.filter(|_| found.is_empty()) {
        found.push(record.clone());
        found.extend(matching(zone, target, wanted));
    }
    found
}

fn deny(zone: &Zone, answer: &mut Message) -> ResponseCode {
    answer.add_authorities(zone.start().cloned());
    ResponseCode::NXDomain
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::Query;

    use super::*;
    use crate::demo::{Part, zone};

    fn asked(label: &str, kind: RecordType, edns: Option<u16>) -> Message {
        let mut query = Message::query();
        query.add_query(Query::query(zone::name(label).unwrap(), kind));
        if let Some(payload) = edns {
            query.set_edns(Edns::new().set_max_payload(payload).clone());
        }
        query
    }

    fn told(query: &Message, ailment: Option<Ailment>) -> Message {
        answer(&Zone::new(Part::port).unwrap(), query, ailment)
    }

    #[test]
    fn codes_are_those_of_the_standards() {
        let code = |label, kind, ailment| told(&asked(label, kind, None), ailment).metadata.response_code;
        assert_eq!(code("epr", RecordType::A, None), ResponseCode::NoError);
        assert_eq!(code("epr", RecordType::AAAA, None), ResponseCode::NoError);
        assert_eq!(code("nobody", RecordType::A, None), ResponseCode::NXDomain);
        assert_eq!(code("epr", RecordType::A, Some(Ailment::NoSuchName)), ResponseCode::NXDomain);
        assert_eq!(code("epr", RecordType::A, Some(Ailment::CannotSay)), ResponseCode::ServFail);
        assert_eq!(told(&Message::query(), None).metadata.response_code, ResponseCode::FormErr);
    }

    #[test]
    fn what_is_too_large_for_the_asker_is_cut_and_marked() {
        let sent = |edns| {
            let query = asked("long", RecordType::TXT, edns);
            Message::from_vec(&datagram(&query, &told(&query, None)).unwrap()).unwrap()
        };
        for too_little in [None, Some(512), Some(1232), Some(4096)] {
            assert!(sent(too_little).metadata.truncation && sent(too_little).answers.is_empty());
        }
        assert_eq!(told(&asked("long", RecordType::TXT, None), None).answers.len(), 1);
    }

    #[test]
    fn an_alias_brings_what_is_behind_it() {
        let types = |kind| told(&asked("www", kind, None), None).answers.into_iter().map(|r| r.record_type());
        assert!(types(RecordType::A).eq([RecordType::CNAME, RecordType::A]));
        assert!(types(RecordType::CNAME).eq([RecordType::CNAME]));
    }
}
