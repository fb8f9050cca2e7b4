//! Which targets may be probed for whoever asks? Judged on the place as it is dialled, never on the text that was sent.

use std::{fmt, net::IpAddr, sync::Arc};

use crate::{
    model::{Endpoint, Host},
    probe::Place,
    raw::{Refusal, Writing, written_as_text},
};

/// Targets that may be probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule(What);

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// This host, at this port or at any.
    Host(Host, Option<u16>),
    /// Every name that ends in this, which begins with a dot.
    Under(Arc<str>, Option<u16>),
    /// Every address that has these first bits in common.
    Net(IpAddr, u8),
    /// Every URL that begins like this, up to the end of a word between slashes.
    Url(Box<Place>),
}

impl Rule {
    /// Every port of `host`.
    pub fn of_host(host: Host) -> Self {
        Self(What::Host(host, None))
    }

    /// Whether `endpoint` may be dialled; `place` is the URL that leads there, if one does.
    pub(super) fn permits(&self, endpoint: &Endpoint, place: Option<&Place>) -> bool {
        let port_fits = |port: &Option<u16>| port.is_none_or(|port| port == endpoint.port);
        match (&self.0, &endpoint.host) {
            (What::Host(host, port), asked) => port_fits(port) && is_same(host, asked),
            (What::Under(end, port), Host::Name(name)) => port_fits(port) && name.ends_with(&**end),
            (What::Net(net, bits), Host::Ip(ip)) => is_within(*net, *bits, *ip),
            (What::Url(prefix), _) => place.is_some_and(|place| begins_like(prefix, place)),
            _ => false,
        }
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        if text.contains("://") {
            return url(text);
        }
        if let Some(rest) = text.strip_prefix("*.") {
            let (host, port) = host(rest).ok_or_else(|| refusal(text))?;
            return match host {
                Host::Name(name) => Ok(Self(What::Under(format!(".{name}").into(), port))),
                Host::Ip(_) => Err(refusal(text)),
            };
        }
        if let Some((net, bits)) = text.split_once('/') {
            return net_of(net, bits).ok_or_else(|| refusal(text));
        }
        let (host, port) = host(text).ok_or_else(|| refusal(text))?;
        Ok(Self(What::Host(host, port)))
    }
}

fn host(text: &str) -> Option<(Host, Option<u16>)> {
    if let Ok(host) = text.parse::<Host>() {
        return Some((host, None));
    }
    let Endpoint { host, port } = text.parse().ok()?;
    Some((host, Some(port)))
}

fn url(text: &str) -> Result<Rule, Refusal> {
    let place = Place::parse(text)?;
    if place.uri.query().is_some() {
        return Err(Refusal::new("a URL that may be probed is named without its query")
            .cure("end it before the `?`: every query may be asked"));
    }
    Ok(Rule(What::Url(Box::new(place))))
}

fn net_of(net: &str, bits: &str) -> Option<Rule> {
    let (net, bits): (IpAddr, u8) = (net.parse().ok()?, bits.parse().ok()?);
    let most = if net.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some(Rule(What::Net(net, bits)))
}

fn refusal(text: &str) -> Refusal {
    let short: String = text.chars().take(80).collect();
    Refusal::new(format!("`{short}` names no targets")).cure(CURE)
}

const CURE: &str =
    "write a host (with a port or without), \"*.example.nhs.uk\", \"10.1.0.0/16\", or how a URL begins";

/// However an IPv4 address is dressed, it is that address.
fn is_same(one: &Host, other: &Host) -> bool {
    match (one, other) {
        (Host::Ip(one), Host::Ip(other)) => one.to_canonical() == other.to_canonical(),
        _ => one == other,
    }
}

fn is_within(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    let (ours, theirs, width) = match (net, ip.to_canonical()) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => (u128::from(net.to_bits()), u128::from(ip.to_bits()), 32),
        (IpAddr::V6(net), IpAddr::V6(ip)) => (net.to_bits(), ip.to_bits(), 128),
        _ => return false,
    };
    let rest = width - u32::from(bits);
    ours.checked_shr(rest) == theirs.checked_shr(rest)
}

/// A slash that is encoded beyond the beginning might lead a server back out of it.
fn begins_like(prefix: &Place, place: &Place) -> bool {
    let same = prefix.is_secure() == place.is_secure() && prefix.endpoint == place.endpoint;
    let Some(rest) = place.uri.path().strip_prefix(prefix.uri.path()) else { return false };
    let at_a_slash = prefix.uri.path().ends_with('/') || rest.is_empty() || rest.starts_with('/');
    let lower = rest.to_ascii_lowercase();
    same && at_a_slash && !["%2f", "%5c", "%2e"].iter().any(|hidden| lower.contains(hidden))
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            What::Host(host, _) => write!(f, "{host}"),
            What::Under(end, _) => write!(f, "*{end}"),
            What::Net(net, bits) => write!(f, "{net}/{bits}"),
            What::Url(place) => write!(f, "{}", place.uri),
        }
    }
}

written_as_text!(
    Rule,
    Writing { wanted: "targets that may be probed", example: "*.example.nhs.uk", parse: Rule::parse },
    { "type": "string", "examples": ["epr.example.nhs.uk:443", "*.example.nhs.uk", "10.1.0.0/16", "https://pacs.example.nhs.uk/health/"] }
);

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(rule: &str, target: &str) -> bool {
        let rule = Rule::parse(rule).unwrap();
        match Place::parse(target) {
            Ok(place) => rule.permits(&place.endpoint, Some(&place)),
            Err(_) => rule.permits(&target.parse().unwrap(), None),
        }
    }

    #[test]
    fn a_host_is_itself_however_it_is_written() {
        for target in
            ["http://EPR.example./x", "https://epr.example:8443", "epr.example:25", "http://epr%2Eexample/"]
        {
            assert!(permits("epr.example", target), "{target}");
        }
        for target in
            ["http://xepr.example/", "http://epr.example.evil.test/", "http://epr.example%2eevil/", "a:25"]
        {
            assert!(!permits("epr.example", target), "{target}");
        }
        assert!(permits("epr.example:443", "https://epr.example/"));
        assert!(!permits("epr.example:443", "http://epr.example/"));
    }

    #[test]
    fn addresses_are_numbers_not_text() {
        for target in
            ["http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://[::ffff:127.0.0.1]/"]
        {
            assert!(permits("127.0.0.1", target) && permits("127.0.0.0/8", target), "{target}");
            assert!(!permits("10.0.0.0/8", target) && !permits("::/0", target), "{target}");
        }
        assert!(
            permits("2001:db8::/32", "[2001:db8:1::2]:636") && !permits("2001:db8::/32", "[2001:db9::]:1")
        );
        assert!(permits("0.0.0.0/0", "9.9.9.9:53") && !permits("0.0.0.0/0", "[2001:db8::1]:53"));
        assert!(!permits("10.0.0.0/8", "http://ten.example/"), "a name is not resolved to judge it");
    }

    #[test]
    fn a_star_stands_for_names_below() {
        assert!(permits("*.example.nhs.uk", "http://a.b.EXAMPLE.nhs.uk./"));
        assert!(permits("*.example.nhs.uk:636", "dc1.example.nhs.uk:636"));
        for target in
            ["http://example.nhs.uk/", "http://evilexample.nhs.uk/", "http://a.example.nhs.uk.evil/"]
        {
            assert!(!permits("*.example.nhs.uk", target), "{target}");
        }
    }

    #[test]
    fn a_url_is_a_beginning_up_to_a_slash() {
        let rule = "https://pacs.example/health";
        for target in [
            "https://pacs.example/health",
            "https://PACS.example:443/health/db?x=1",
            "https://pacs.example/health?y",
        ] {
            assert!(permits(rule, target), "{target}");
        }
        for target in [
            "https://pacs.example/healthy",
            "https://pacs.example/health/../admin",
            "https://pacs.example/health/%2e%2e/admin",
            "https://pacs.example/health/..%2fadmin",
            "https://pacs.example/health\\..\\admin",
            "http://pacs.example/health",
            "https://pacs.example:8443/health",
            "https://pacs.example.evil/health",
            "pacs.example:443",
        ] {
            assert!(!permits(rule, target), "{target}");
        }
    }

    #[test]
    fn what_names_nothing_is_told() {
        for bad in [
            "",
            "*",
            "*.10.0.0.1",
            "10.0.0.0/33",
            "10.0.0/8",
            "a b",
            "http://u@a/",
            "https://a/?x=1",
            "*.*.a",
            "ftp://a/",
        ] {
            assert!(Rule::parse(bad).is_err(), "{bad}");
        }
    }
}
