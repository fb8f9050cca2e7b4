//! Which name must a certificate cover, and does it?

use std::{fmt, net::IpAddr};

use crate::{
    model::Host,
    raw::{Refusal, Writing, written_as_text},
};

/// A name that a certificate must cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A host or an address.
    Host(Host),
    /// All names one label below this one, written `*.example.nhs.uk`: the certificate must say just so.
    Below(String),
}

impl Name {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let refusal = || {
            Refusal::new(format!("`{text}` cannot be a name in a certificate"))
                .cure("write a host name, an address, or a wildcard like \"*.example.nhs.uk\"")
        };
        match text.strip_prefix("*.") {
            None => text.parse().map(Self::Host).map_err(|_| refusal()),
            Some(parent) => match parent.parse() {
                Ok(Host::Name(parent)) => Ok(Self::Below(parent.to_string())),
                _ => Err(refusal()),
            },
        }
    }

    pub(super) fn is_covered(&self, names: &[String]) -> bool {
        match self {
            Self::Host(Host::Ip(ip)) => names.iter().any(|name| name.parse::<IpAddr>() == Ok(*ip)),
            Self::Host(Host::Name(host)) => names.iter().any(|name| covers(name, host)),
            Self::Below(parent) => names.iter().any(|name| is_below(name, parent)),
        }
    }
}

/// Whether a name in a certificate stands for `host`: the same, or `*.` in place of its first label (RFC 6125).
fn covers(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host) || host.split_once('.').is_some_and(|(_, parent)| is_below(name, parent))
}

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_prefix("*.").is_some_and(|rest| rest.eq_ignore_ascii_case(parent))
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => write!(f, "{host}"),
            Self::Below(parent) => write!(f, "*.{parent}"),
        }
    }
}

written_as_text!(
    Name,
    Writing { wanted: "a name in a certificate", example: "epr.example.nhs.uk", parse: Name::parse },
    { "type": "string", "examples": ["epr.example.nhs.uk", "*.example.nhs.uk", "10.1.2.3"] }
);

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(name: &str, by: &[&str]) -> bool {
        let names: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
        Name::parse(name).unwrap().is_covered(&names)
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        assert!(covered("epr.nhs.uk", &["pacs.nhs.uk", "EPR.nhs.uk"]));
        assert!(covered("epr.nhs.uk", &["*.NHS.uk"]));
        for name in ["nhs.uk", "a.epr.nhs.uk", "epr.nhs.uk.com", "eprnhs.uk"] {
            assert!(!covered(name, &["*.nhs.uk", "*", "*.*.nhs.uk", "e*.nhs.uk"]), "{name}");
        }
    }

    #[test]
    fn a_wildcard_is_covered_by_itself_alone() {
        assert!(covered("*.nhs.uk", &["*.nhs.uk"]));
        assert!(!covered("*.nhs.uk", &["nhs.uk", "a.nhs.uk", "*.a.nhs.uk", "*.uk"]));
    }

    #[test]
    fn an_address_is_compared_as_an_address() {
        assert!(covered("2001:DB8:0::1", &["2001:db8::1"]));
        assert!(!covered("10.1.2.3", &["*.1.2.3", "10.1.2.30"]));
    }
}
