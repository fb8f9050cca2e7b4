//! What is a module in our own words? Settings of one of our kinds for a target, as if somebody had written them.

mod auth;
mod dns;
mod http;
mod icmp;
mod node;
mod pen;
mod tcp;
mod tls;

pub(super) use self::{node::Map, pen::Pen};

use super::file::{Prober, Protocol, RawModule, is_on};
use crate::raw::{Field, Node};

/// A kind of ours, and its settings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) kind: &'static str,
    pub(super) settings: Node,
}

/// What is probed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// The target, as our kind wants it written.
    pub(super) target: &'a str,
    /// What `Host` says and the certificate must carry, where the asker says so.
    pub(super) hostname: Option<&'a str>,
}

/// The settings for `subject` that `module` means; what cannot be carried over is written down by `pen`.
pub(super) fn draft(module: &RawModule, subject: Subject<'_>, pen: &mut Pen) -> Option<Draft> {
    let span = module.prober.span();
    match module.prober.get()? {
        Prober::Http => {
            let raw = module.http.as_ref().and_then(Field::get).cloned().unwrap_or_default();
            Some(Draft { kind: "http", settings: http::settings(&raw, span, subject, pen) })
        }
        Prober::Tcp => {
            let raw = module.tcp.as_ref().and_then(Field::get).cloned().unwrap_or_default();
            Some(Draft { kind: "tcp", settings: tcp::settings(&raw, span, subject, pen) })
        }
        Prober::Dns => match module.dns.as_ref().and_then(Field::get) {
            Some(raw) if raw.query_name.get().is_none() => None, // told already
            Some(raw) => Some(Draft { kind: "dns", settings: dns::settings(raw, span, subject, pen) }),
            None => pen.cannot(span, "it does not say what is asked for: `dns: {query_name: …}`"),
        },
        Prober::Icmp => {
            let raw = module.icmp.as_ref().and_then(Field::get).cloned().unwrap_or_default();
            Some(Draft { kind: "icmp", settings: icmp::settings(&raw, span, subject, pen) })
        }
        other => {
            let name = format!("{other:?}").to_lowercase();
            pen.cannot(span, format!("this agent does not probe by {name} yet"))
        }
    }
}

/// Which addresses are tried. `blackbox_exporter` takes the first of the preferred family and no other.
fn family(protocol: Option<&Field<Protocol>>, fallback: Option<&Field<bool>>, at: crate::raw::Span) -> Node {
    let only = fallback.is_some() && !is_on(fallback);
    let family = match (protocol.and_then(Field::get), only) {
        (Some(Protocol::Ip4), false) => "prefer-v4",
        (Some(Protocol::Ip4), true) => "v4",
        (_, false) => "prefer-v6",
        (_, true) => "v6",
    };
    node::text(protocol.map_or(at, Field::span), family)
}
