//! What may stand in a `blackbox.yml`? The shapes of all its keys, as `blackbox_exporter` 0.23 to 0.28 reads them.

mod dns;
mod http;
mod icmp;
mod tcp;
mod text;
mod tls;

use serde::{Deserialize, de::IgnoredAny};

pub(super) use self::{
    dns::{RawDns, RawRecords, Transport},
    http::{RawBasic, RawHeaderMatch, RawHttp},
    icmp::RawIcmp,
    tcp::{RawExchange, RawTcp},
    text::Text,
    tls::{GoVersion, RawTls},
};
use crate::raw::{Entries, Field, Lapse, Node, Value};

/// The whole file.
#[derive(Deserialize)]
pub(super) struct RawFile {
    pub(super) modules: Field<Entries<RawModule>>,
}

/// One way of probing whatever target is asked for.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RawModule {
    pub(super) prober: Field<Prober>,
    pub(super) timeout: Option<Field<Lapse>>,
    pub(super) http: Option<Field<RawHttp>>,
    pub(super) tcp: Option<Field<RawTcp>>,
    pub(super) dns: Option<Field<RawDns>>,
    pub(super) icmp: Option<Field<RawIcmp>>,
    #[expect(dead_code, reason = "known, and of no use here")]
    grpc: Option<Field<IgnoredAny>>,
    #[expect(dead_code, reason = "known, and of no use here")]
    unix: Option<Field<IgnoredAny>>,
    #[expect(dead_code, reason = "known, and of no use here")]
    websocket: Option<Field<IgnoredAny>>,
}

/// Over which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Prober {
    Http,
    Tcp,
    Dns,
    Icmp,
    Grpc,
    Unix,
    Websocket,
}

/// Which addresses are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Protocol {
    Ip4,
    Ip6,
}

/// The good value of a key that may be left out.
pub(super) fn got<T>(field: Option<&Field<T>>) -> Option<&T> {
    field.and_then(Field::get)
}

/// Whether a key that may be left out is there and true.
pub(super) fn is_on(field: Option<&Field<bool>>) -> bool {
    got(field) == Some(&true)
}

/// The tree without its empty keys: to `blackbox_exporter` a key without a value is one that was left out.
pub(super) fn without_nulls(node: Node) -> Node {
    let is_there = |node: &Node| node.value != Value::Null;
    let value = match node.value {
        Value::Map(entries) => {
            let entries = entries.into_iter().filter(|(_, node)| is_there(node));
            Value::Map(entries.map(|(key, node)| (key, without_nulls(node))).collect())
        }
        Value::Seq(items) => Value::Seq(items.into_iter().map(without_nulls).collect()),
        other => other,
    };
    Node { span: node.span, value }
}
