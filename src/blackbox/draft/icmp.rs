//! How does an `icmp` module read in our words? One echo, as it sends one.

use super::{
    Map, Pen, Subject, family,
    node::{number, text},
};
use crate::{
    blackbox::file::{RawIcmp, is_on},
    raw::{Field, Node, Span},
};

/// How many bytes it sends where nothing else is said.
const USUAL: u32 = 28;
/// The fewest bytes by which we know an echo as ours.
const FEWEST: u32 = 16;
/// The most that our kind sends.
const MOST: u32 = 1400;

pub(super) fn settings(raw: &RawIcmp, at: Span, subject: Subject<'_>, pen: &mut Pen) -> Node {
    if let Some(ttl) = raw.ttl.as_ref().filter(|ttl| ttl.get().is_some_and(|ttl| *ttl > 0)) {
        pen.cannot::<()>(ttl.span(), "echoes with a `ttl` of their own are not sent here");
    }
    if let Some(whole) = raw.dont_fragment.as_ref().filter(|whole| is_on(Some(whole))) {
        pen.otherwise(whole.span(), "`dont_fragment` is left to the system");
    }
    let mut map = Map::new(at);
    map.put("host", text(at, subject.target));
    map.put("count", number(at, 1));
    map.put("size", size(raw, at, pen));
    map.put("family", family(raw.preferred_ip_protocol.as_ref(), raw.ip_protocol_fallback.as_ref(), at));
    map.put("source", raw.source_ip_address.as_ref().and_then(|from| Some(text(from.span(), from.get()?))));
    map.node()
}

fn size(raw: &RawIcmp, at: Span, pen: &mut Pen) -> Option<Node> {
    let span = raw.payload_size.as_ref().map_or(at, Field::span);
    match raw.payload_size.as_ref().and_then(Field::get).copied().unwrap_or_default() {
        0 => Some(number(span, USUAL)),
        size @ ..FEWEST => {
            pen.otherwise(span, format!("an echo carries {FEWEST} bytes at least, and not {size}"));
            Some(number(span, FEWEST))
        }
        size @ ..=MOST => Some(number(span, size)),
        size => pen.cannot(span, format!("an echo carries {MOST} bytes at most, and not {size}")),
    }
}
