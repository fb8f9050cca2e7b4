//! What does the name server know? The zone `hospital.test`, as data.

use std::net::{Ipv4Addr, Ipv6Addr};

use hickory_proto::{
    ProtoError,
    rr::{
        Name, RData, Record,
        rdata::{A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV, TXT},
    },
};

use super::{DOMAIN, Part};

const TTL: u32 = 60;

/// The records, and which part's they are.
pub(super) struct Zone {
    records: Vec<Record>,
    origin: Name,
    reverse: Name,
}

impl Zone {
    /// The zone, with the real ports in its SRV records.
    pub(super) fn new(port: impl Fn(Part) -> u16) -> Result<Self, ProtoError> {
        let origin = Name::from_ascii(format!("{DOMAIN}."))?;
        let reverse = Name::from_ascii("127.in-addr.arpa.")?;
        let mut records = Vec::new();
        for part in Part::ALL {
            records.push(Record::from_rdata(name(part.label())?, TTL, RData::A(A(Ipv4Addr::LOCALHOST))));
        }
        for (label, data) in extras(port)? {
            records.push(Record::from_rdata(name(label)?, TTL, data));
        }
        let local = Name::from_ascii("1.0.0.127.in-addr.arpa.")?;
        records.push(Record::from_rdata(local, TTL, RData::PTR(PTR(name("epr")?))));
        Ok(Self { records, origin, reverse })
    }

    /// Whether it is for this zone to say what `name` is.
    pub(super) fn is_ours(&self, name: &Name) -> bool {
        self.origin.zone_of(name) || self.reverse.zone_of(name)
    }

    /// Every record of `name`, of all types.
    pub(super) fn of(&self, name: &Name) -> Vec<&Record> {
        self.records.iter().filter(|record| record.name == *name).collect()
    }

    /// Whether `name` is there: it has records, or one below it has.
    pub(super) fn knows(&self, name: &Name) -> bool {
        self.records.iter().any(|record| name.zone_of(&record.name))
    }

    /// What is sent along when there is nothing to say.
    pub(super) fn start(&self) -> Option<&Record> {
        self.records.iter().find(|record| matches!(record.data, RData::SOA(_)))
    }
}

/// The part that `name` belongs to.
pub(super) fn part_of(asked: &Name) -> Option<Part> {
    let is_its_own = |part: &Part| name(part.label()).is_ok_and(|own| own.zone_of(asked));
    Part::ALL.into_iter().find(is_its_own)
}

/// `label.hospital.test.`; of an empty label, the zone itself.
pub(super) fn name(label: &str) -> Result<Name, ProtoError> {
    let dot = if label.is_empty() { "" } else { "." };
    Name::from_ascii(format!("{label}{dot}{DOMAIN}."))
}

fn extras(port: impl Fn(Part) -> u16) -> Result<Vec<(&'static str, RData)>, ProtoError> {
    let ns = name(Part::Names.label())?;
    let soa = SOA::new(ns.clone(), name("hostmaster")?, 2_026_112_201, 3600, 600, 86_400, 60);
    let srv = SRV::new(0, 5, port(Part::Partners), name("partners")?);
    let long: Vec<String> = (0..20).map(|line| format!("{line:02} {}", "long ".repeat(20))).collect();
    Ok(vec![
        ("", RData::SOA(soa)),
        ("", RData::NS(NS(ns))),
        ("", RData::MX(MX::new(10, name("mail")?))),
        ("", RData::TXT(TXT::new(vec!["v=spf1 mx -all".to_owned()]))),
        ("", RData::CAA(CAA::new_issue(false, Some(Name::from_ascii("pki.hospital.test")?), Vec::new()))),
        ("www", RData::CNAME(CNAME(name("epr")?))),
        ("both", RData::A(A(Ipv4Addr::LOCALHOST))),
        ("both", RData::AAAA(AAAA(Ipv6Addr::LOCALHOST))),
        ("long", RData::TXT(TXT::new(long))),
        ("_fhir._tcp", RData::SRV(srv)),
    ])
}
