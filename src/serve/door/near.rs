//! Who asks, where nobody signs in? Whoever sits at this machine may do everything, others may look.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

use super::{Visitor, Way};
use crate::config::Role;

/// What a proxy says of whoever asks it.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// Who asks from `peer`.
pub(super) fn visitor(peer: SocketAddr, headers: &HeaderMap) -> Visitor {
    let from = peer.ip().to_canonical();
    let (name, role) =
        if is_here(from, headers) { ("this machine", Role::Admin) } else { ("anybody", Role::View) };
    Visitor { name: name.into(), role, from, way: Way::Open }
}

/// Whether it is asked at this machine: not by a proxy for others, and not by a strange page in a browser here.
fn is_here(from: IpAddr, headers: &HeaderMap) -> bool {
    let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(header::HOST).unwrap_or_default();
    let origin = text(header::ORIGIN).map(|origin| origin.strip_prefix("http://").unwrap_or("?"));
    from.is_loopback() && !is_forwarded && is_local(host) && origin.is_none_or(|origin| origin == host)
}

/// Whether `host` can only mean this machine, whatever name servers say.
fn is_local(host: &str) -> bool {
    let address = host.parse::<SocketAddr>().map(|at| at.ip());
    let address = address.or_else(|_| host.trim_matches(['[', ']']).parse());
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    address.is_ok_and(|address| address.is_loopback()) || name == "localhost"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(peer: &str, headers: &[(&str, &str)]) -> Role {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        visitor(peer.parse().unwrap(), &headers.collect()).role
    }

    #[test]
    fn whoever_sits_at_this_machine_may_do_everything() {
        for peer in ["127.0.0.1:4000", "[::1]:4000", "[::ffff:127.0.0.1]:4000"] {
            for host in ["127.0.0.1:9715", "localhost:9715", "localhost", "[::1]:9715", "[::1]", "127.0.0.1"]
            {
                assert_eq!(role(peer, &[("host", host)]), Role::Admin, "{peer} {host}");
                let origin = format!("http://{host}");
                assert_eq!(role(peer, &[("host", host), ("origin", &origin)]), Role::Admin, "{origin}");
            }
        }
    }

    #[test]
    fn others_may_look() {
        let host = ("host", "127.0.0.1:9715");
        let here = "127.0.0.1:4000";
        for (peer, headers) in [
            ("192.0.2.1:4000", vec![host]),
            ("[2001:db8::1]:4000", vec![host]),
            (here, vec![]),
            (here, vec![("host", "evil.example:9715")]),
            (here, vec![("host", "localhost.evil.example")]),
            (here, vec![host, ("origin", "https://evil.example")]),
            (here, vec![host, ("origin", "null")]),
            (here, vec![host, ("origin", "http://127.0.0.1:8080")]),
            (here, vec![host, ("x-forwarded-for", "192.0.2.1")]),
            (here, vec![host, ("forwarded", "for=192.0.2.1")]),
        ] {
            assert_eq!(role(peer, &headers), Role::View, "{peer} {headers:?}");
        }
    }
}
