//! What happened, once?

use std::{net::SocketAddr, sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Cadence, Fault, Finding, Moment, Outcome, Phase, ProbeId, Reason, Timeline, peer};

/// One look at one probe: when, how long in which phase, and what it found. Judged by itself, never by history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Which probe looked.
    pub probe: ProbeId,
    /// Why it looked now.
    pub why: Why,
    /// When it should have begun.
    pub due: Moment,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// How late it began, waiting for a place among the looks in flight included: our fault, never theirs.
    pub late: Duration,
    /// The cadence in force.
    pub cadence: Cadence,
    /// What it saw.
    pub seen: Seen,
}

/// Why a look is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// It was due.
    Due,
    /// The first after a start or a change of plan, ahead of a due that is far off.
    First,
    /// The look before contradicted what is believed.
    Recheck,
    /// Somebody asked.
    Asked,
}

/// What one look saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Where the time went.
    pub timeline: Timeline,
    /// What was found.
    pub outcome: Outcome,
    /// What else was read on the way.
    pub details: Details,
}

impl Seen {
    /// Why it was not up, in a line; empty if it was.
    pub fn words(&self) -> String {
        let phase = self.timeline.last().map_or("look", Phase::label);
        match &self.outcome {
            Outcome::Up => String::new(),
            Outcome::Degraded(findings) | Outcome::Down(Reason::Findings(findings)) => {
                Finding::words(findings)
            }
            Outcome::Down(Reason::Fault { fault: Fault::Timeout(_), words }) => words.clone(), // they name the phase
            Outcome::Down(Reason::Fault { fault, words }) => format!("{} in {phase}: {words}", fault.label()),
            Outcome::Unknown { ours, words } => format!("{}: {words}", ours.label()),
        }
    }
}

/// What was read on the way, as far as the look came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Details {
    /// The address that was used.
    #[serde(skip_serializing_if = "Option::is_none", with = "peer")]
    #[schemars(with = "Option<String>")]
    pub peer: Option<SocketAddr>,
    /// The last HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// `HTTP/1.1`, `HTTP/2`, …
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "version")]
    pub http_version: Option<Version>,
    /// How many redirects were followed.
    pub redirects: u8,
    /// Bytes of the reply's body, as far as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_bytes: Option<u64>,
    /// What the (last) TLS handshake showed, failed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Box<TlsFacts>>,
    /// What the DNS reply said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<Box<DnsFacts>>,
}

/// What a TLS handshake showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TlsFacts {
    /// `TLS 1.3`, … as far as it was agreed on.
    #[serde(deserialize_with = "version")]
    pub version: Option<Version>,
    /// The cipher suite's IANA name.
    pub cipher: Option<String>,
    /// The protocol agreed on by ALPN.
    pub alpn: Option<String>,
    /// Whether the far side asked for a certificate of ours.
    pub asked_for_certificate: bool,
    /// The chain as it was sent and as far as it can be read, the server's own certificate first. Shared between looks that
    /// saw the same chain.
    pub chain: Arc<[Certificate]>,
    /// Why the chain is not trusted; `None` if it is (or none was seen: then `chain` is empty).
    pub distrust: Option<Fault>,
}

impl TlsFacts {
    /// The first instant at which some certificate of the chain has run out.
    pub fn not_after(&self) -> Option<Moment> {
        self.chain.iter().map(|certificate| certificate.not_after).min()
    }
}

/// One certificate, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// The subject, as in RFC 4514.
    pub subject: String,
    /// The issuer, as in RFC 4514.
    pub issuer: String,
    /// Subject alternative names: DNS names and IP addresses.
    pub names: Vec<String>,
    /// The serial number in hexadecimal.
    pub serial: String,
    /// Valid from.
    pub not_before: Moment,
    /// Valid until.
    pub not_after: Moment,
    /// The kind and size of the key: `RSA 2048`, `EC P-256`, …
    pub key: String,
    /// SHA-256 over the whole certificate in hexadecimal.
    pub sha256: String,
}

/// What a DNS reply said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DnsFacts {
    /// `NOERROR`, `NXDOMAIN`, …
    pub rcode: String,
    /// Where aliases led, from the first one's target to the last one's.
    pub chain: Vec<String>,
    /// The answers of the asked type, as text.
    pub answers: Vec<String>,
    /// The least TTL among them, in seconds.
    pub ttl: Option<u32>,
    /// The serial of an SOA among the answers or the authorities.
    pub serial: Option<u32>,
    /// Whether the truncated UDP reply was asked for again over TCP.
    pub over_tcp: bool,
}

/// The name of a version of HTTP or TLS.
pub type Version = &'static str;

/// The versions that a look can name.
const VERSIONS: [&str; 9] =
    ["HTTP/0.9", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"];

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Version>, D::Error> {
    let written = Option::<String>::deserialize(deserializer)?;
    Ok(written.and_then(|written| VERSIONS.into_iter().find(|known| **known == written)))
}
