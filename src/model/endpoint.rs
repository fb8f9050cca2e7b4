//! Where does a look go?

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc};

use serde::Serialize;

/// A host name or an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// A name to resolve, in lower case, without the final dot.
    Name(Arc<str>),
    /// An address.
    Ip(IpAddr),
}

impl Host {
    /// Whether it can only mean this machine.
    pub fn is_here(&self) -> bool {
        match self {
            Self::Ip(ip) => ip.is_loopback(),
            Self::Name(name) => &**name == "localhost",
        }
    }
}

/// A host and a port, written `epr.example.nhs.uk:443`, `10.1.2.3:104` or `[2001:db8::1]:636`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The host.
    pub host: Host,
    /// The port, never 0.
    pub port: u16,
}

/// Why a text is no [`Endpoint`] or no [`Host`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEndpoint {
    /// No port, or no number, or 0.
    #[error("there is no port from 1 to 65535 at its end; write host:port")]
    Port,
    /// An IPv6 address without brackets.
    #[error("an IPv6 address with a port stands in brackets: [2001:db8::1]:443")]
    Brackets,
    /// No host name and no address.
    #[error("the host is neither a name nor an address")]
    Host,
}

impl FromStr for Host {
    type Err = BadEndpoint;

    fn from_str(text: &str) -> Result<Self, BadEndpoint> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Ok(Self::Ip(ip));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if is_name(&name) { Ok(Self::Name(name.into())) } else { Err(BadEndpoint::Host) }
    }
}

/// Labels of 1 to 63 letters, digits, `-` and `_`, 253 characters in all; the last label is not all digits.
fn is_name(name: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(allowed);
    let numeric = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|c| c.is_ascii_digit()));
    name.len() <= 253 && name.split('.').all(label) && !numeric
}

impl FromStr for Endpoint {
    type Err = BadEndpoint;

    fn from_str(text: &str) -> Result<Self, BadEndpoint> {
        let (host, port) = text.rsplit_once(':').ok_or(BadEndpoint::Port)?;
        if host.contains(':') && !host.starts_with('[') {
            return Err(BadEndpoint::Brackets);
        }
        let digits = port.bytes().all(|c| c.is_ascii_digit());
        let port = port.parse().ok().filter(|port| digits && *port != 0).ok_or(BadEndpoint::Port)?;
        Ok(Self { host: host.parse()?, port })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(ip) => ip.fmt(f),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host {
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl Serialize for Endpoint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_and_brackets() {
        for good in ["epr.example.nhs.uk:443", "10.1.2.3:104", "[2001:db8::1]:636", "pacs_1:11112"] {
            assert_eq!(good.parse::<Endpoint>().unwrap().to_string(), good);
        }
        assert_eq!("EPR.:80".parse::<Endpoint>().unwrap().to_string(), "epr:80");
        for (bad, why) in [
            ("epr", BadEndpoint::Port),
            ("epr:0", BadEndpoint::Port),
            ("epr:+80", BadEndpoint::Port),
            ("epr:65536", BadEndpoint::Port),
            ("2001:db8::1:636", BadEndpoint::Brackets),
            (":80", BadEndpoint::Host),
            ("10.1.2.300:80", BadEndpoint::Host),
            ("a b:80", BadEndpoint::Host),
        ] {
            assert_eq!(bad.parse::<Endpoint>(), Err(why), "{bad}");
        }
    }
}
