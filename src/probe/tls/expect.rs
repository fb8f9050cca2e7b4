//! Does a handshake show what was expected of it? Pure.

use std::time::Duration;

use super::{key::Key, name::Name};
use crate::{
    model::{Certificate, Check, Failure, Moment, TlsFacts},
    probe::{Findings, dial::tls::Version},
    raw::Pattern,
};

/// What is expected of one handshake.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) trusted: Option<bool>,
    pub(super) expires_in: Option<Duration>,
    pub(super) names: Vec<Name>,
    pub(super) issuer: Option<Pattern>,
    /// One of them holds, if there are any.
    pub(super) keys: Vec<Key>,
    /// One of them was agreed on, if there are any.
    pub(super) versions: Vec<Version>,
    pub(super) cipher: Option<Cipher>,
    pub(super) alpn: Option<String>,
    pub(super) refuses: bool,
}

/// Which cipher suites will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    OneOf(Vec<String>),
    Matches(Pattern),
}

/// What a handshake came to.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(super) facts: TlsFacts,
    pub(super) trust: Result<(), Failure>,
    pub(super) admission: Admission,
}

/// How the server treated us, who showed no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It asked for none.
    Free,
    /// It asked for one, and went on without.
    Waived,
    /// It asked for one, and refused us.
    Refused,
}

impl Wanted {
    /// Which expectations are broken at the time `at`; that the chain must be trusted is judged apart.
    pub(super) fn judge(&self, reply: &Reply, at: Moment, findings: &mut Findings) {
        self.judge_validity(&reply.facts, at, findings);
        self.judge_own(reply.facts.chain.first(), findings);
        self.judge_agreement(&reply.facts, findings);
        if self.refuses && reply.admission != Admission::Refused {
            let got = match reply.admission {
                Admission::Waived => "it asked for one and went on without",
                _ => "it did not ask for one",
            };
            findings.broken(Check::ClientCertificate, "", "refused without a client certificate", got);
        }
    }

    /// That the chain should be trusted.
    pub(super) fn judge_trust(&self, reply: &Reply, findings: &mut Findings) {
        if let (Some(true), Err(failure)) = (self.trusted, &reply.trust) {
            findings.broken(Check::Trust, "", "a trusted chain", &*failure.words);
        }
    }

    fn judge_validity(&self, facts: &TlsFacts, at: Moment, findings: &mut Findings) {
        let Some(wanted) = self.expires_in else { return };
        let expected = format!("valid for at least {}", days(wanted));
        if facts.chain.is_empty() {
            findings.broken(Check::ExpiresIn, OWN, &*expected, "no certificate that can be read");
        }
        let short = |certificate: &&Certificate| certificate.not_after < at + wanted;
        for (link, certificate) in
            facts.chain.iter().enumerate().filter(|(_, certificate)| short(certificate))
        {
            findings.broken(Check::ExpiresIn, subject(link, certificate), &*expected, left(certificate, at));
        }
    }

    fn judge_own(&self, own: Option<&Certificate>, findings: &mut Findings) {
        let unread = "no certificate that can be read";
        for name in self.names.iter().filter(|name| !own.is_some_and(|own| name.is_covered(&own.names))) {
            let got = own.map_or_else(|| unread.to_owned(), |own| listed(&own.names));
            findings.broken(Check::Names, name.to_string(), "a certificate for it", got);
        }
        if let Some(issuer) = &self.issuer
            && !own.is_some_and(|own| issuer.is_match(&own.issuer))
        {
            let got = own.map_or(unread, |own| &own.issuer);
            findings.broken(Check::Issuer, "", format!("matches {:?}", issuer.as_str()), got);
        }
        if !self.keys.is_empty() && !own.is_some_and(|own| self.keys.iter().any(|key| key.is_met(&own.key))) {
            let wanted: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
            let expected = format!("at least {}", wanted.join(" or "));
            findings.broken(Check::Key, "", expected, own.map_or(unread, |own| &own.key));
        }
    }

    fn judge_agreement(&self, facts: &TlsFacts, findings: &mut Findings) {
        let wanted: Vec<&str> = self.versions.iter().map(|version| version.name()).collect();
        if !wanted.is_empty() && !facts.version.is_some_and(|got| wanted.contains(&got)) {
            findings.broken(Check::TlsVersion, "", wanted.join(" or "), facts.version.unwrap_or("none"));
        }
        let cipher = facts.cipher.as_deref();
        if let Some(wanted) =
            self.cipher.as_ref().filter(|wanted| !cipher.is_some_and(|got| wanted.is_met(got)))
        {
            findings.broken(Check::Cipher, "", wanted.to_string(), cipher.unwrap_or("none"));
        }
        let alpn = facts.alpn.as_deref();
        if let Some(wanted) = self.alpn.as_deref().filter(|wanted| alpn != Some(wanted)) {
            findings.broken(Check::Alpn, "", wanted, alpn.unwrap_or("none"));
        }
    }
}

const OWN: &str = "the server's certificate";

fn subject(link: usize, certificate: &Certificate) -> String {
    if link == 0 { OWN.to_owned() } else { format!("the certificate of {}", certificate.subject) }
}

fn left(certificate: &Certificate, at: Moment) -> String {
    let until = certificate.not_after;
    if until < at {
        format!("expired {} ago, on {until}", days(at.since(until)))
    } else {
        format!("{} left, until {until}", days(until.since(at)))
    }
}

/// Whole days, or hours under two days: what is left is rounded down.
fn days(span: Duration) -> String {
    match span.as_secs() / 3600 {
        hours @ 0..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "a certificate without names".to_owned(),
        names => {
            let more = if names.len() > 10 { ", …" } else { "" };
            format!("{}{more}", names[..names.len().min(10)].join(", "))
        }
    }
}

impl Cipher {
    fn is_met(&self, got: &str) -> bool {
        match self {
            Self::OneOf(names) => names.iter().any(|name| name == got),
            Self::Matches(pattern) => pattern.is_match(got),
        }
    }
}

impl std::fmt::Display for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OneOf(names) => f.write_str(&names.join(" or ")),
            Self::Matches(pattern) => write!(f, "matches {:?}", pattern.as_str()),
        }
    }
}
