//! What does a record say, as text? One spelling for each value, so that what is expected and what came can be compared.

use std::net::{Ipv4Addr, Ipv6Addr};

use hickory_proto::rr::{Name, RData, Record, RecordType, rdata::CAA};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{probe::printable, raw::Refusal};

/// The type of record that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Type {
    /// IPv4 addresses: `10.0.0.1`.
    A,
    /// IPv6 addresses: `2001:db8::1`.
    Aaaa,
    /// The name behind an alias: `epr-a.example.nhs.uk`.
    Cname,
    /// Mail servers: `10 mail.example.nhs.uk`.
    Mx,
    /// Name servers: `ns1.example.nhs.uk`.
    Ns,
    /// The name of an address: `epr-a.example.nhs.uk`.
    Ptr,
    /// The head of a zone: `ns1.example.nhs.uk hostmaster.example.nhs.uk 2026112201 3600 900 604800 300`.
    Soa,
    /// Where a service is: priority, weight, port, host: `0 100 389 dc1.example.nhs.uk`.
    Srv,
    /// Text, its strings joined.
    Txt,
    /// Who may issue certificates: `0 issue "ca.example"`.
    Caa,
    /// Whatever there is, of every type; few servers still tell.
    Any,
}

impl Type {
    pub(super) fn record_type(self) -> RecordType {
        match self {
            Self::A => RecordType::A,
            Self::Aaaa => RecordType::AAAA,
            Self::Cname => RecordType::CNAME,
            Self::Mx => RecordType::MX,
            Self::Ns => RecordType::NS,
            Self::Ptr => RecordType::PTR,
            Self::Soa => RecordType::SOA,
            Self::Srv => RecordType::SRV,
            Self::Txt => RecordType::TXT,
            Self::Caa => RecordType::CAA,
            Self::Any => RecordType::ANY,
        }
    }

    /// The one spelling of a value that somebody wrote.
    pub(super) fn canonical(self, text: &str) -> Result<String, Refusal> {
        let refusal = || {
            Refusal::new(format!("this is no record of the type {}", self.record_type()))
                .cure(format!("write it like {}", self.example()))
        };
        self.spell(text).ok_or_else(refusal)
    }

    fn spell(self, text: &str) -> Option<String> {
        match self {
            Self::A => Some(text.parse::<Ipv4Addr>().ok()?.to_string()),
            Self::Aaaa => Some(text.parse::<Ipv6Addr>().ok()?.to_string()),
            Self::Cname | Self::Ns | Self::Ptr => name(text),
            Self::Mx => words(text, &[number, name]),
            Self::Srv => words(text, &[number, number, number, name]),
            Self::Soa => words(text, &[name, name, number, number, number, number, number]),
            Self::Txt | Self::Any => Some(all(text.as_bytes())),
            Self::Caa => authorisation(text),
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::A => "\"10.0.0.1\"",
            Self::Aaaa => "\"2001:db8::1\"",
            Self::Cname | Self::Ns | Self::Ptr => "\"host.example.nhs.uk\"",
            Self::Mx => "\"10 mail.example.nhs.uk\"",
            Self::Soa => "\"ns1.example.nhs.uk hostmaster.example.nhs.uk 2026112201 3600 900 604800 300\"",
            Self::Srv => "\"0 100 389 dc1.example.nhs.uk\"",
            Self::Txt | Self::Any => "\"v=spf1 -all\"",
            Self::Caa => "'0 issue \"ca.example\"'",
        }
    }
}

/// The one spelling of what came.
pub(super) fn shown(data: &RData) -> String {
    match data {
        RData::A(address) => address.0.to_string(),
        RData::AAAA(address) => address.0.to_string(),
        RData::CNAME(name) => shown_name(&name.0),
        RData::NS(name) => shown_name(&name.0),
        RData::PTR(name) => shown_name(&name.0),
        RData::MX(mx) => format!("{} {}", mx.preference, shown_name(&mx.exchange)),
        RData::SRV(srv) => {
            format!("{} {} {} {}", srv.priority, srv.weight, srv.port, shown_name(&srv.target))
        }
        RData::SOA(soa) => {
            let (server, person) = (shown_name(&soa.mname), shown_name(&soa.rname));
            let times = format!("{} {} {} {}", soa.refresh, soa.retry, soa.expire, soa.minimum);
            format!("{server} {person} {} {times}", soa.serial)
        }
        RData::TXT(text) => all(&text.txt_data.concat()),
        RData::CAA(caa) => shown_authorisation(caa),
        other => all(other.to_string().as_bytes()),
    }
}

/// A record as a zone file writes it: name, time to live, class, type and data, with tabs between them.
pub(super) fn written(record: &Record) -> String {
    let (name, kind) = (record.name.to_ascii(), record.record_type());
    let data = match &record.data {
        RData::TXT(text) => {
            let strings = text.txt_data.iter().map(|text| format!("{:?}", String::from_utf8_lossy(text)));
            strings.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    format!("{name}\t{}\t{}\t{kind}\t{data}", record.ttl, record.dns_class)
}

/// In lower case, without the final dot.
pub(super) fn shown_name(name: &Name) -> String {
    let mut text = name.to_ascii();
    text.make_ascii_lowercase();
    if text.len() > 1 && text.ends_with('.') {
        text.pop();
    }
    text
}

fn shown_authorisation(caa: &CAA) -> String {
    let flags = u8::from(caa.issuer_critical) << 7 | caa.reserved_flags & 0x7f;
    format!("{flags} {} \"{}\"", all(caa.tag.to_ascii_lowercase().as_bytes()), all(&caa.value))
}

/// All of it, made printable.
fn all(bytes: &[u8]) -> String {
    printable(bytes, bytes.len())
}

fn name(text: &str) -> Option<String> {
    Name::from_ascii(text).ok().filter(|_| !text.is_empty()).map(|name| shown_name(&name))
}

fn number(text: &str) -> Option<String> {
    text.parse::<u32>().ok().map(|number| number.to_string())
}

fn words(text: &str, spell: &[fn(&str) -> Option<String>]) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let each: Option<Vec<String>> = words.iter().zip(spell).map(|(word, spell)| spell(word)).collect();
    each.filter(|_| words.len() == spell.len()).map(|words| words.join(" "))
}

fn authorisation(text: &str) -> Option<String> {
    let (flags, rest) = text.trim().split_once(' ')?;
    let (tag, value) = rest.trim_start().split_once(' ')?;
    let value = value.trim_start();
    let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    let flags: u8 = flags.parse().ok()?;
    let tag = tag.to_ascii_lowercase();
    let sound = !tag.is_empty() && tag.bytes().all(|c| c.is_ascii_alphanumeric());
    sound.then(|| format!("{flags} {tag} \"{}\"", all(value.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_one_spelling() {
        for (kind, written, spelt) in [
            (Type::A, "10.0.0.1", "10.0.0.1"),
            (Type::Aaaa, "2001:DB8:0::1", "2001:db8::1"),
            (Type::Cname, "EPR-a.Example.nhs.uk.", "epr-a.example.nhs.uk"),
            (Type::Ns, ".", "."),
            (Type::Mx, " 010  Mail.example. ", "10 mail.example"),
            (Type::Srv, "0 100 389 _dc1.example", "0 100 389 _dc1.example"),
            (Type::Soa, "NS1.x. H.x. 1 2 3 4 5", "ns1.x h.x 1 2 3 4 5"),
            (Type::Txt, "v=spf1  -ALL", "v=spf1  -ALL"),
            (Type::Caa, "0 Issue ca.example; x=1", "0 issue \"ca.example; x=1\""),
            (Type::Caa, "128 issue \"\"", "128 issue \"\""),
        ] {
            assert_eq!(kind.canonical(written).as_deref(), Ok(spelt));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (kind, written) in [
            (Type::A, "10.0.0"),
            (Type::A, "::1"),
            (Type::Aaaa, "10.0.0.1"),
            (Type::Cname, ""),
            (Type::Cname, "a b"),
            (Type::Ptr, "a..b"),
            (Type::Mx, "mail.example"),
            (Type::Mx, "10 mail.example x"),
            (Type::Srv, "0 100 dc1.example"),
            (Type::Soa, "ns1.x h.x 1"),
            (Type::Caa, "issue ca.example"),
            (Type::Caa, "0 is-sue x"),
        ] {
            assert!(kind.canonical(written).is_err(), "{kind:?} {written:?}");
        }
        let told = Type::Mx.canonical("x").unwrap_err().to_string();
        assert_eq!(told, "this is no record of the type MX\nwrite it like \"10 mail.example.nhs.uk\"");
    }
}
