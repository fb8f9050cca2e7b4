//! Who asks, where nobody signs in? Whoever sits at this machine may do everything, others may look.

use std::net::IpAddr;

use axum::http::HeaderMap;

use super::{Visitor, Way, host::Host, origin::Origin};
use crate::config::Role;

/// What a proxy says of whoever asks it.
const FORWARDED: [&str; 5] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Who asks from `from`, where nobody signs in.
pub(super) fn visitor(from: IpAddr, host: Option<&Host>, origin: Origin, headers: &HeaderMap) -> Visitor {
    let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    let here = from.is_loopback() && host.is_some_and(Host::is_here);
    let (name, role) = if here && !forwarded && origin != Origin::Foreign {
        ("this machine", Role::Admin)
    } else {
        ("anybody", Role::View)
    };
    Visitor { name: name.into(), role, from, way: Way::Open }
}
