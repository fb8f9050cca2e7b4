//! What else does a reply say? For whoever looks closely and shows what no ledger keeps: the drop-in for another prober.

use std::net::IpAddr;

use hyper::HeaderMap;

use super::{Agent, Ask, Kind, http::Place};
use crate::{
    model::{Moment, Seen},
    raw::Secret,
};

/// How closely a look is taken, and how far it may go.
#[derive(Clone, Copy)]
pub(crate) struct Closely<'a> {
    /// Whether a redirect may lead to this place.
    pub(crate) fence: &'a (dyn Fn(&Place) -> bool + Send + Sync),
    /// Whether a chain that nobody vouches for is no failure. Not with a credential of ours.
    pub(crate) anybody: bool,
}

/// What a reply says besides, as far as the look came.
#[derive(Debug, Default)]
pub(crate) struct Besides {
    /// The address that the target itself was looked at, wherever redirects led.
    pub(crate) peer: Option<IpAddr>,
    /// The headers of the last HTTP reply.
    pub(crate) headers: HeaderMap,
    /// How many bytes the body of the last HTTP reply has, unpacked.
    pub(crate) body_length: Option<u64>,
    /// Whether the last HTTP reply came over TLS.
    pub(crate) secured: bool,
    /// The records of the DNS reply, as zone files write them: its answers, authorities and additional ones.
    pub(crate) records: Option<[Vec<String>; 3]>,
    /// The lines over TCP that were waited for, one for each step.
    pub(crate) lines: Vec<String>,
    /// What let us in on the way: told to nobody.
    pub(super) secrets: Vec<Secret>,
}

impl Besides {
    /// When the document was changed last, says the server.
    pub(crate) fn last_modified(&self) -> Option<Moment> {
        let written = self.headers.get(hyper::header::LAST_MODIFIED)?.to_str().ok()?;
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(written).ok()?;
        Some(Moment::from_ms(at.as_millisecond()))
    }

    /// What the server says of the length of the last body that came by HTTP.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.headers.get(hyper::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }
}

/// Looks once, as [`look`](super::look) does, and tells what the reply says besides.
pub(crate) async fn look_closely(
    kind: &Kind,
    ask: Ask,
    agent: &Agent,
    closely: Closely<'_>,
) -> (Seen, Besides) {
    super::look_by_kind(kind, ask, agent, Some(closely)).await
}
