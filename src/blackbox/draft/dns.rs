//! How does a `dns` module read in our words?

use super::{
    Map, Pen, Subject, family,
    node::{list, number, one, text, yes},
    tls,
};
use crate::{
    blackbox::file::{RawDns, Transport, got, is_on},
    raw::{Field, Node, Span},
};

/// The types that our kind asks for.
const TYPES: [&str; 11] = ["A", "AAAA", "ANY", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"];
/// The codes that our kind knows.
const CODES: [&str; 8] =
    ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "NOTAUTH", "BADVERS"];

pub(super) fn settings(raw: &RawDns, at: Span, subject: Subject<'_>, pen: &mut Pen) -> Node {
    tls::anybody(raw.tls_config.as_ref(), false, pen);
    if let Some(class) =
        raw.query_class.as_ref().filter(|class| class.get().is_some_and(|class| class != "IN"))
    {
        pen.cannot::<()>(class.span(), "only the class IN is asked for here");
    }
    let (transport, secured) = transport(raw, pen);
    let mut map = Map::new(at);
    map.put("server", text(at, subject.target));
    map.put("name", raw.query_name.get().map(|name| text(raw.query_name.span(), name)));
    map.put("type", kind(raw, at, pen));
    map.put("transport", text(at, transport));
    map.put("tls", secured.then(|| tls::settings(raw.tls_config.as_ref(), None, at, pen)).flatten());
    let recursion = raw.recursion_desired.as_ref().filter(|wanted| wanted.get() == Some(&false));
    map.put("recursion", recursion.map(|wanted| yes(wanted.span(), false)));
    map.put("edns", number(at, 0));
    map.put("family", family(raw.preferred_ip_protocol.as_ref(), raw.ip_protocol_fallback.as_ref(), at));
    map.put("source", raw.source_ip_address.as_ref().and_then(|from| Some(text(from.span(), from.get()?))));
    map.put("expect", expect(raw, at, pen));
    map.node()
}

fn transport(raw: &RawDns, pen: &mut Pen) -> (&'static str, bool) {
    let tcp = got(raw.transport_protocol.as_ref()) == Some(&Transport::Tcp);
    match (tcp, raw.dns_over_tls.as_ref().filter(|yes| is_on(Some(yes)))) {
        (true, Some(_)) => ("tls", true),
        (true, None) => ("tcp", false),
        (false, None) => ("udp", false),
        (false, Some(over)) => {
            pen.cannot::<()>(over.span(), "DNS over TLS needs `transport_protocol: tcp`");
            ("udp", false)
        }
    }
}

fn kind(raw: &RawDns, at: Span, pen: &mut Pen) -> Option<Node> {
    let Some(field) = raw.query_type.as_ref() else { return Some(text(at, "ANY")) };
    let written = field.get()?;
    if !TYPES.contains(&written.as_str()) {
        return pen.cannot(field.span(), format!("records of the type {written} are not asked for here"));
    }
    Some(text(field.span(), written))
}

/// An answer may be empty, as long as it is one.
fn expect(raw: &RawDns, at: Span, pen: &mut Pen) -> Node {
    let mut map = Map::new(at);
    let mut codes = Vec::new();
    for code in got(raw.valid_rcodes.as_ref()).map_or(&[][..], Vec::as_slice) {
        match code.get() {
            Some(name) if CODES.contains(&name.as_str()) => codes.push(text(code.span(), name)),
            Some(name) => {
                pen.cannot::<()>(code.span(), format!("the code {name} is not known here"));
            }
            None => {}
        }
    }
    map.put("rcode", list(raw.valid_rcodes.as_ref().map_or(at, Field::span), codes));
    map.put("answers", one(at, "count", one(at, "at_least", number(at, 0))));
    map.node()
}
