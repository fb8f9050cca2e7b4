//! How does a `tcp` module read in our words?

use super::{
    Map, Pen, Subject, family,
    node::{list, one, text, yes},
    tls,
};
use crate::{
    blackbox::file::{RawExchange, RawTcp, got, is_on},
    raw::{Field, Node, Span},
};

pub(super) fn settings(raw: &RawTcp, at: Span, subject: Subject<'_>, pen: &mut Pen) -> Node {
    tls::anybody(raw.tls_config.as_ref(), false, pen);
    let exchanges = got(raw.query_response.as_ref()).map_or(&[][..], Vec::as_slice);
    let exchanges: Vec<&RawExchange> = exchanges.iter().filter_map(Field::get).collect();
    for exchange in &exchanges {
        check_labels(exchange, pen);
    }
    let mut map = Map::new(at);
    map.put("address", text(at, subject.target));
    map.put("tls", tls(raw, &exchanges, at, subject, pen));
    map.put("steps", list(at, exchanges.iter().flat_map(|exchange| steps(exchange, at)).collect()));
    map.put("family", family(raw.preferred_ip_protocol.as_ref(), raw.ip_protocol_fallback.as_ref(), at));
    map.put("source", raw.source_ip_address.as_ref().and_then(|from| Some(text(from.span(), from.get()?))));
    map.node()
}

fn tls(
    raw: &RawTcp,
    exchanges: &[&RawExchange],
    at: Span,
    subject: Subject<'_>,
    pen: &mut Pen,
) -> Option<Node> {
    let later =
        exchanges.iter().find_map(|exchange| exchange.starttls.as_ref().filter(|yes| is_on(Some(yes))));
    let at_once = raw.tls.as_ref().filter(|yes| is_on(Some(yes)));
    if let (Some(_), Some(again)) = (at_once, later) {
        return pen.cannot(again.span(), "TLS is spoken from the first byte on already");
    }
    let span = at_once.or(later)?.span();
    let name = subject.hostname.map(|name| text(at, name));
    let settings = tls::settings(raw.tls_config.as_ref(), name.as_ref(), span, pen);
    Some(settings.unwrap_or_else(|| yes(span, true)))
}

fn check_labels(exchange: &RawExchange, pen: &mut Pen) {
    let labels = got(exchange.labels.as_ref()).map_or(&[][..], Vec::as_slice);
    for name in labels.iter().filter_map(Field::get).map(|label| &label.name) {
        let is_label = |text: &String| {
            let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
            text.starts_with(letter) && text.chars().all(|c| letter(c) || c.is_ascii_digit())
        };
        if !name.get().is_none_or(is_label) {
            pen.cannot::<()>(
                name.span(),
                "a label is named with letters, digits and `_`, and no digit comes first",
            );
        }
    }
}

/// The steps of one exchange: a line is waited for, then something said, then TLS begins.
fn steps(exchange: &RawExchange, at: Span) -> Vec<Node> {
    let expect =
        exchange.expect.as_ref().filter(|expect| expect.get().is_some_and(|it| !it.as_str().is_empty()));
    let send = exchange.send.as_ref().and_then(|send| Some((send.span(), send.get()?.0.as_str())));
    let send = send.filter(|(_, words)| !words.is_empty());
    let fills = expect.is_some() && send.is_some_and(|(_, words)| words.contains('$'));
    let whole = fills || exchange.labels.is_some();
    let mut steps = Vec::new();
    if let Some((span, pattern)) = expect.and_then(|expect| Some((expect.span(), expect.get()?))) {
        let key = if whole { "whole_line" } else { "line" };
        steps.push(one(span, key, text(span, pattern.as_str())));
    }
    if let Some((span, words)) = send {
        let words = format!("{}\n", words.replace('\\', "\\\\"));
        steps.push(one(span, if fills { "answer" } else { "send" }, text(span, words)));
    }
    if is_on(exchange.starttls.as_ref()) {
        steps.push(one(at, "starttls", yes(at, true)));
    }
    steps
}
