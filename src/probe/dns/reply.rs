//! What does a reply say to the question? Pure.

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, RecordType},
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{record, wire::Question};
use crate::{model::DnsFacts, probe::printable};

/// How many answers are kept in the details of a look.
const KEPT: usize = 50;
/// How much of each, in characters.
const SHOWN: usize = 250;

/// What a reply says, as far as anybody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::probe) struct Reply {
    pub(super) rcode: Rcode,
    /// Where aliases led, from the first one's target to the last one's.
    pub(super) chain: Vec<String>,
    /// Every answer of the asked type for the name at the end of the chain.
    pub(super) answers: Vec<String>,
    /// The least and the largest of their times to live, in seconds.
    pub(super) ttl: Option<(u32, u32)>,
    /// The flags that are set.
    pub(super) flags: Vec<Flag>,
    /// The serial of an SOA among the answers, or else among the authorities.
    pub(super) serial: Option<u32>,
    /// Every record: answers, authorities, additional ones.
    pub(super) records: [Vec<Record>; 3],
}

macro_rules! rcodes {
    ($($(#[$doc:meta])* $name:ident = $code:ident, $label:literal;)*) => {
        /// How the question fared.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
        pub(super) enum Rcode {
            $($(#[$doc])* #[serde(rename = $label)] $name,)*
            /// One that cannot be expected.
            #[serde(skip)]
            Other(u16),
        }

        impl Rcode {
            fn of(code: ResponseCode) -> Self {
                match code {
                    $(ResponseCode::$code => Self::$name,)*
                    other => Self::Other(other.into()),
                }
            }

            pub(super) fn label(self) -> String {
                match self {
                    $(Self::$name => $label.to_owned(),)*
                    Self::Other(number) => format!("RCODE{number}"),
                }
            }
        }
    };
}

rcodes! {
    /// It was answered.
    #[default]
    NoError = NoError, "NOERROR";
    /// The server did not understand it.
    FormErr = FormErr, "FORMERR";
    /// The server could not answer.
    ServFail = ServFail, "SERVFAIL";
    /// The name does not exist.
    NxDomain = NXDomain, "NXDOMAIN";
    /// The server does not do this.
    NotImp = NotImp, "NOTIMP";
    /// The server will not answer us.
    Refused = Refused, "REFUSED";
    /// The server is not responsible for the zone.
    NotAuth = NotAuth, "NOTAUTH";
    /// The server does not know this version of EDNS.
    BadVers = BADVERS, "BADVERS";
}

/// A flag of the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Flag {
    /// The answer is authoritative.
    Aa,
    /// The server offers recursion.
    Ra,
    /// The server has verified the answer by DNSSEC.
    Ad,
}

impl Flag {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Aa => "aa",
            Self::Ra => "ra",
            Self::Ad => "ad",
        }
    }
}

impl Reply {
    /// What `message` says to `question`.
    pub(super) fn of(message: Message, question: &Question) -> Self {
        let (owner, chain) = follow(&message.answers, question);
        let asked = question.kind.record_type();
        let is_asked = |kind: RecordType| asked == RecordType::ANY || kind == asked;
        let is_answer = |record: &&Record| is_asked(record.record_type()) && record.name == *owner;
        let answers: Vec<&Record> = message.answers.iter().filter(is_answer).collect();
        let ttls = answers.iter().map(|record| record.ttl);
        let header = &message.metadata;
        let flags = [
            (Flag::Aa, header.authoritative),
            (Flag::Ra, header.recursion_available),
            (Flag::Ad, header.authentic_data),
        ];
        Self {
            rcode: Rcode::of(header.response_code),
            chain,
            ttl: ttls.clone().min().zip(ttls.max()),
            answers: answers.iter().map(|record| record::shown(&record.data)).collect(),
            flags: flags.into_iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| flag).collect(),
            serial: serial(&message),
            records: [message.answers, message.authorities, message.additionals],
        }
    }

    /// Every record as zone files write it.
    pub(super) fn written(&self) -> [Vec<String>; 3] {
        [0, 1, 2].map(|section: usize| self.records[section].iter().map(record::written).collect())
    }

    /// What is told of it.
    pub(super) fn facts(&self, over_tcp: bool) -> DnsFacts {
        let short = |texts: &[String]| -> Vec<String> {
            texts.iter().take(KEPT).map(|text| printable(text.as_bytes(), SHOWN)).collect()
        };
        DnsFacts {
            rcode: self.rcode.label(),
            chain: short(&self.chain),
            answers: short(&self.answers),
            ttl: self.ttl.map(|(least, _)| least),
            serial: self.serial,
            over_tcp,
        }
    }
}

/// The name at the end of the aliases that begin at the asked one, and the way there. No longer than there are records.
fn follow<'a>(records: &'a [Record], question: &'a Question) -> (&'a Name, Vec<String>) {
    let (mut owner, mut chain) = (&question.name, Vec::new());
    if matches!(question.kind, record::Type::Cname | record::Type::Any) {
        return (owner, chain);
    }
    for _ in records {
        let alias = records.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == *owner => Some(&target.0),
            _ => None,
        });
        let Some(target) = alias else { break };
        chain.push(record::shown_name(target));
        owner = target;
    }
    (owner, chain)
}

fn serial(message: &Message) -> Option<u32> {
    let mut records = message.answers.iter().chain(&message.authorities);
    records.find_map(|record| match &record.data {
        RData::SOA(soa) => Some(soa.serial),
        _ => None,
    })
}
