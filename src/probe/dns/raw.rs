//! How is the kind `dns` written?

use std::net::IpAddr;

use hickory_proto::rr::Name;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Dns, Transport,
    expect::{Answers, Expected},
    https::{self, Https},
    record::Type,
    reply::{Flag, Rcode},
    wire::{Question, Terms},
};
use crate::{
    model::{Endpoint, Host},
    probe::{
        Bounds, Expectations, RawBounds,
        dial::{
            RawOrigin,
            tls::{RawTls, Tls},
        },
    },
    raw::{Brief, Door, Field, Lapse, OneOrMany, Pattern, Refusal, Span, Writing, written_as_text},
};

/// The largest reply that we take over UDP where `edns` says nothing: what fits every network without fragments.
const EDNS: u16 = 1232;
/// The largest reply over UDP without EDNS.
pub(super) const PLAIN: u16 = 512;
/// Where the server takes questions over HTTPS, where `path` says nothing: what RFC 8484 uses.
const PATH: &str = "/dns-query";
/// The largest `edns`.
const LARGEST_EDNS: u16 = 4096;

/// A DNS server is asked one exact question.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawDns {
    /// The server that is asked: a host name or an address. The port may follow; by default it is that of the transport.
    server: Field<RawServer>,
    /// The name that is asked for. For `type: PTR` an address will do.
    name: Field<String>,
    /// The type of record that is asked for.
    #[serde(rename = "type")]
    kind: Field<Type>,
    /// How the question travels.
    #[schemars(extend("default" = "udp"))]
    transport: Option<Field<RawTransport>>,
    /// Where the server takes questions, for `transport: https`.
    #[schemars(extend("default" = PATH))]
    path: Option<Field<String>>,
    /// How TLS is spoken and whom it trusts, for `transport: tls` and `https`.
    tls: Option<Field<RawTls>>,
    /// Whether the server is to ask others (the flag `rd`). Say `false` to an authoritative server.
    #[schemars(extend("default" = true))]
    recursion: Option<Field<bool>>,
    /// Whether signatures are wanted (the flag `do`). They are not verified here: expect the flag `ad` of a resolver that does.
    #[schemars(extend("default" = false))]
    dnssec: Option<Field<bool>>,
    /// The largest reply over UDP in bytes that EDNS tells the server, 512 to 4096; 0 asks without EDNS.
    #[schemars(extend("default" = EDNS))]
    edns: Option<Field<u16>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    origin: RawOrigin,
    /// What must be so, or the look is down. By default the name exists and has a record of the type.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// How the question travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum RawTransport {
    /// UDP, and once more over TCP if the reply is truncated. Port 53.
    #[default]
    Udp,
    /// TCP. Port 53.
    Tcp,
    /// TLS, also called `DoT`. Port 853.
    Tls,
    /// HTTPS, also called `DoH`: posted in HTTP/2 or HTTP/1.1. Port 443.
    Https,
}

impl RawTransport {
    /// The port where a server usually listens.
    fn port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 53,
            Self::Tls => 853,
            Self::Https => 443,
        }
    }

    /// What TLS agrees on after the handshake; `None` without TLS.
    fn alpn(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Udp | Self::Tcp => None,
            Self::Tls => Some(&[]),
            Self::Https => Some(&https::ALPN),
        }
    }
}

/// What is expected of a reply.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawExpect {
    /// How the question fared: one of these. Default under `expect`: `NOERROR`.
    rcode: Option<Field<OneOrMany<Rcode>>>,
    /// The set of answers: just these, or a map. Default under `expect`: at least one, where the rcode is `NOERROR`.
    answers: Option<Field<Brief<OneOrMany<String>, RawAnswers>>>,
    /// The time to live of every answer.
    ttl: Option<Field<RawBounds<Lapse>>>,
    /// Flags that are set.
    flags: Option<Field<OneOrMany<Flag>>>,
    /// The serial of the SOA record, among the answers or the authorities.
    serial: Option<Field<RawBounds<u32>>>,
}

/// What is expected of the set of answers. Aliases are followed; the answers are those of the asked type at their end.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawAnswers {
    /// Just these, in any order.
    equals: Option<Field<OneOrMany<String>>>,
    /// Each of these is among them.
    contains: Option<Field<OneOrMany<String>>>,
    /// None of these is among them. Says nothing about whether there is any answer.
    none_of: Option<Field<OneOrMany<String>>>,
    /// Each answer matches each of these regular expressions, and there is one.
    matches: Option<Field<OneOrMany<Pattern>>>,
    /// How many there are.
    count: Option<Field<Brief<u32, RawBounds<u32>>>>,
}

/// A host, and perhaps a port.
#[derive(Debug, PartialEq, Eq)]
struct RawServer(Host, Option<u16>);

pub(super) fn parse(raw: RawDns, door: &mut Door<'_>) -> Option<Dns> {
    let span = raw.transport.as_ref().map_or(raw.server.span(), Field::span);
    let transport = raw.transport.and_then(Field::good).unwrap_or_default();
    let server = raw.server.good().map(|RawServer(host, port)| {
        let port = port.unwrap_or(transport.port());
        Endpoint { host, port }
    });
    let tls = parse_tls(transport, raw.tls, span, door);
    let transport = parse_transport(transport, tls, server.as_ref(), raw.path, door);
    let route = raw.origin.checked(door);
    let edns = parse_edns(raw.edns, raw.dnssec.as_ref(), door);
    let terms = Terms {
        recursion: raw.recursion.and_then(Field::good).unwrap_or(true),
        dnssec: raw.dnssec.and_then(Field::good).unwrap_or_default(),
        edns,
    };
    let kind = raw.kind.good();
    let expectations = Expectations::parse(raw.expect, raw.warn, door, |raw, door| raw.parse(kind, door));
    let expectations = Expectations { must: expectations.must.or_something_useful(), ..expectations };
    let name = parse_name(&raw.name, kind?, door);
    let question = Question::new(name?, kind?, terms).ok()?;
    Some(Dns {
        server: server?,
        route,
        transport: transport?,
        question,
        most: edns.unwrap_or(PLAIN),
        expectations,
    })
}

fn parse_edns(raw: Option<Field<u16>>, dnssec: Option<&Field<bool>>, door: &mut Door<'_>) -> Option<u16> {
    let Some(raw) = raw else { return Some(EDNS) };
    let edns = raw.get().copied().unwrap_or(EDNS);
    if edns != 0 && !(PLAIN..=LARGEST_EDNS).contains(&edns) {
        let message = format!("a reply of {edns} bytes cannot be asked for");
        door.problem(raw.span(), message, format!("write a number from {PLAIN} to {LARGEST_EDNS}, or 0"));
    }
    if edns == 0 && dnssec.and_then(Field::get) == Some(&true) {
        door.problem(raw.span(), "signatures cannot be asked for without EDNS", "leave `edns` out");
    }
    (edns != 0).then_some(edns)
}

fn parse_name(raw: &Field<String>, kind: Type, door: &mut Door<'_>) -> Option<Name> {
    let text = raw.get()?;
    let address: Option<IpAddr> = text.parse().ok();
    let name = match address {
        Some(address) if kind == Type::Ptr => Some(Name::from(address)),
        Some(_) => None,
        None => Name::from_ascii(text).ok().filter(|_| !text.is_empty()),
    };
    if name.is_none() {
        let (message, cure) = match address {
            Some(_) => ("an address has records of the type PTR alone", "write `type: PTR`, or a name"),
            None => ("this is no name that can be asked for", "write it like \"epr.example.nhs.uk\""),
        };
        door.problem(raw.span(), message, cure);
    }
    name.map(|mut name| {
        name.set_fqdn(true);
        name
    })
}

fn parse_tls(
    transport: RawTransport,
    raw: Option<Field<RawTls>>,
    at: Span,
    door: &mut Door<'_>,
) -> Option<Tls> {
    let span = raw.as_ref().map_or(at, Field::span);
    match transport.alpn() {
        Some(alpn) => Tls::parse(raw.and_then(Field::good).unwrap_or_default(), span, alpn, door),
        None if raw.is_some() => {
            let cure = "write `transport: tls` or `transport: https`";
            door.problem(span, "there is no TLS in this transport", cure);
            None
        }
        None => None,
    }
}

fn parse_transport(
    transport: RawTransport,
    tls: Option<Tls>,
    server: Option<&Endpoint>,
    path: Option<Field<String>>,
    door: &mut Door<'_>,
) -> Option<Transport> {
    let span = path.as_ref().map(Field::span);
    match (transport, span) {
        (RawTransport::Https, _) => {
            let path = path.and_then(Field::good).unwrap_or_else(|| PATH.to_owned());
            let https = Https::new(tls?, &server?.to_string(), &path);
            if https.is_none() {
                let message = format!("`{path}` is no path");
                door.problem(span.unwrap_or_default(), message, "write it like \"/dns-query\"");
            }
            https.map(|https| Transport::Https(Box::new(https)))
        }
        (_, Some(span)) => {
            door.problem(span, "there is no path in this transport", "write `transport: https`");
            None
        }
        (RawTransport::Udp, _) => Some(Transport::Udp),
        (RawTransport::Tcp, _) => Some(Transport::Tcp),
        (RawTransport::Tls, _) => tls.map(Transport::Tls),
    }
}

impl RawExpect {
    fn parse(self, kind: Option<Type>, door: &mut Door<'_>) -> Expected {
        let answers = match self.answers.and_then(Field::good) {
            None => Answers::default(),
            Some(Brief::Brief(values)) => {
                Answers { equals: Some(canonical(values, kind, door)), ..Answers::default() }
            }
            Some(Brief::Full(raw)) => raw.parse(kind, door),
        };
        Expected {
            rcodes: door.values(self.rcode),
            answers,
            ttl: self.ttl.and_then(|raw| Bounds::parse(raw, door)),
            flags: door.values(self.flags),
            serial: self.serial.and_then(|raw| Bounds::parse(raw, door)),
        }
    }
}

impl RawAnswers {
    fn parse(self, kind: Option<Type>, door: &mut Door<'_>) -> Answers {
        let mut values = |raw: Option<Field<OneOrMany<String>>>| {
            raw.and_then(Field::good).map(|values| canonical(values, kind, door))
        };
        Answers {
            equals: values(self.equals),
            contains: values(self.contains).unwrap_or_default(),
            none_of: values(self.none_of).unwrap_or_default(),
            matches: door.values(self.matches),
            count: self.count.and_then(|raw| Bounds::written(raw, door)),
        }
    }
}

fn canonical(values: OneOrMany<String>, kind: Option<Type>, door: &mut Door<'_>) -> Vec<String> {
    let Some(kind) = kind else { return Vec::new() };
    let spell = |value: Field<String>| match kind.canonical(value.get()?) {
        Ok(text) => Some(text),
        Err(refusal) => {
            door.refuse(value.span(), refusal);
            None
        }
    };
    values.0.into_iter().filter_map(spell).collect()
}

written_as_text!(
    RawServer,
    Writing {
        wanted: "a host, with a port or without",
        example: "ns1.example.nhs.uk:53",
        parse: |text| {
            let endpoint = |Endpoint { host, port }| RawServer(host, Some(port));
            let alone = text.parse().map(|host| RawServer(host, None));
            alone.or_else(|_| text.parse().map(endpoint)).map_err(|_| {
                Refusal::new(format!("`{text}` is no server"))
                    .cure("write it like \"10.0.0.53\", \"ns1.example.nhs.uk:53\" or \"[2001:db8::53]:53\"")
            })
        },
    },
    { "type": "string", "examples": ["10.0.0.53", "ns1.example.nhs.uk:53"] }
);
