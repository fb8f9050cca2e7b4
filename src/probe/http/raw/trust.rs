//! Whom does a look trust, at its own host and at those that redirects lead to?

use super::Version;
use crate::{
    probe::{
        dial::tls::{RawTls, Tls},
        http::way::Trust,
    },
    raw::{Door, Field, Span},
};

/// TLS towards the URL's host and towards all others. Plain HTTP needs it only where it is sent on to HTTPS: a machine that
/// trusts nobody can do without.
pub(super) fn parse(
    raw: Option<Field<RawTls>>,
    url: Span,
    secure: bool,
    redirects: u8,
    version: Version,
    door: &mut Door<'_>,
) -> Option<Trust> {
    let at = raw.as_ref().map_or(url, Field::span);
    let raw = match raw {
        None if !secure && redirects == 0 => return None,
        None if !secure => {
            let tls = Tls::of_this_machine(at, version.alpn(), door)?;
            return Some(Trust { home: tls.clone(), abroad: tls });
        }
        raw => raw.map_or_else(|| Some(RawTls::default()), Field::good)?,
    };
    let others = RawTls { server_name: None, client: None, ..raw.clone() };
    let abroad = Tls::parse(others, at, version.alpn(), door)?;
    let home = Tls::parse(raw, at, version.alpn(), door)?;
    Some(Trust { home, abroad })
}
