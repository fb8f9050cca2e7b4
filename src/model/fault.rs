//! Why did a look fail, in the words of the protocol?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Phase;

/// What the far side, or the way to it, did wrong. Closed: `label()` is the value of the metric label `fault`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The name does not exist (NXDOMAIN).
    NoSuchName,
    /// The name exists and has no address of the wanted family.
    NoAddress,
    /// The resolver answered that it could not say (SERVFAIL, REFUSED).
    ResolveFailed,
    /// Nothing listens on the port (RST to our SYN).
    ConnectionRefused,
    /// A router or the local network says that the host is not there (`EHOSTUNREACH`).
    HostUnreachable,
    /// The proxy did not open the way to the target.
    ProxyRefused,
    /// The look's time was up in this phase.
    Timeout(Phase),
    /// The connection was reset.
    Reset,
    /// The connection was closed before a reply.
    Closed,
    /// The reply ended half-way.
    Truncated,
    /// What came is not this protocol at all.
    WrongProtocol,
    /// It is the protocol, but broken.
    Malformed,
    /// The reply is larger than the bound.
    TooLarge,
    /// A proper reply, to another question than ours.
    UnrelatedReply,
    /// The far side understood us and said no.
    Rejected,
    /// The far side broke off, by the word that its protocol has for it.
    Aborted,
    /// More redirects than allowed, or one that leads nowhere.
    Redirect,
    /// The far side does not speak TLS.
    NotTls,
    /// STARTTLS was not offered or was refused.
    StartTlsRefused,
    /// No TLS version in common.
    TlsVersion,
    /// The handshake was refused (an alert, or no cipher in common).
    TlsHandshake,
    /// The far side demands a client certificate, and none was shown. (One that it refuses is a credential of ours.)
    ClientCertificate,
    /// The certificate, or one of its chain, is past its end.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The chain does not lead to a trusted root.
    CertificateUnknownIssuer,
    /// The certificate signed itself.
    CertificateSelfSigned,
    /// The certificate is for another name.
    CertificateWrongName,
    /// The stapled OCSP reply says revoked.
    CertificateRevoked,
    /// The certificate is broken in another way.
    CertificateInvalid,
}

impl Fault {
    /// Every fault, for the catalogue and the docs.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Phase::ALL.into_iter().map(Self::Timeout).collect();
        all.extend([
            Self::NoSuchName,
            Self::NoAddress,
            Self::ResolveFailed,
            Self::ConnectionRefused,
            Self::HostUnreachable,
            Self::ProxyRefused,
            Self::Reset,
            Self::Closed,
            Self::Truncated,
            Self::WrongProtocol,
            Self::Malformed,
            Self::TooLarge,
            Self::UnrelatedReply,
            Self::Rejected,
            Self::Aborted,
            Self::Redirect,
            Self::NotTls,
            Self::StartTlsRefused,
            Self::TlsVersion,
            Self::TlsHandshake,
            Self::ClientCertificate,
            Self::CertificateExpired,
            Self::CertificateNotYetValid,
            Self::CertificateUnknownIssuer,
            Self::CertificateSelfSigned,
            Self::CertificateWrongName,
            Self::CertificateRevoked,
            Self::CertificateInvalid,
        ]);
        all
    }

    /// The value of the metric label `fault`.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoSuchName => "no_such_name",
            Self::NoAddress => "no_address",
            Self::ResolveFailed => "resolve_failed",
            Self::ConnectionRefused => "connection_refused",
            Self::HostUnreachable => "host_unreachable",
            Self::ProxyRefused => "proxy_refused",
            Self::Timeout(phase) => timeout_label(phase),
            Self::Reset => "reset",
            Self::Closed => "closed",
            Self::Truncated => "truncated",
            Self::WrongProtocol => "wrong_protocol",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::UnrelatedReply => "unrelated_reply",
            Self::Rejected => "rejected",
            Self::Aborted => "aborted",
            Self::Redirect => "redirect",
            Self::NotTls => "not_tls",
            Self::StartTlsRefused => "starttls_refused",
            Self::TlsVersion => "tls_version",
            Self::TlsHandshake => "tls_handshake",
            Self::ClientCertificate => "client_certificate",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateNotYetValid => "certificate_not_yet_valid",
            Self::CertificateUnknownIssuer => "certificate_unknown_issuer",
            Self::CertificateSelfSigned => "certificate_self_signed",
            Self::CertificateWrongName => "certificate_wrong_name",
            Self::CertificateRevoked => "certificate_revoked",
            Self::CertificateInvalid => "certificate_invalid",
        }
    }
}

fn timeout_label(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "timeout_resolve",
        Phase::Connect => "timeout_connect",
        Phase::Tls => "timeout_tls",
        Phase::Send => "timeout_send",
        Phase::Wait => "timeout_wait",
        Phase::Receive => "timeout_receive",
    }
}

/// What we did wrong, or could not do: such a look is unknown, never up and never down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ours {
    /// The look panicked.
    Panicked,
    /// This process or machine was held up while the look was under way.
    Stalled,
    /// No file descriptor was left.
    Descriptors,
    /// No memory or no port was left, or another local limit was met.
    Resources,
    /// This machine has no route to any such address.
    NoRoute,
    /// The wanted source address is not ours.
    SourceAddress,
    /// Our resolver does not answer.
    ResolverGone,
    /// This site is cut off: none of its reference probes can be reached.
    CutOff,
    /// Our credential was refused (401, 403, bind refused, an alert about our client certificate).
    CredentialRefused,
    /// We were told to ask less often (429).
    Throttled,
    /// Anything else on our side.
    Internal,
}

impl Ours {
    /// Every failure of our own, for the catalogue and the docs.
    pub const ALL: [Self; 11] = [
        Self::Panicked,
        Self::Stalled,
        Self::Descriptors,
        Self::Resources,
        Self::NoRoute,
        Self::SourceAddress,
        Self::ResolverGone,
        Self::CutOff,
        Self::CredentialRefused,
        Self::Throttled,
        Self::Internal,
    ];

    /// The value of the metric label `fault`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Panicked => "own_panicked",
            Self::Stalled => "own_stalled",
            Self::Descriptors => "own_descriptors",
            Self::Resources => "own_resources",
            Self::NoRoute => "own_no_route",
            Self::SourceAddress => "own_source_address",
            Self::ResolverGone => "own_resolver_gone",
            Self::CutOff => "own_cut_off",
            Self::CredentialRefused => "own_credential_refused",
            Self::Throttled => "own_throttled",
            Self::Internal => "own_internal",
        }
    }
}

/// Whose failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The target's, or the way to it.
    Theirs(Fault),
    /// Our own.
    Ours(Ours),
}

/// An exchange that came to no proper reply. The phase in which it died is the last of its timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Whose, and which.
    pub cause: Cause,
    /// What exactly, for a person: no secrets, no bytes of the reply that are not plain text.
    pub words: String,
}

impl Failure {
    /// The target failed by `fault`.
    pub fn theirs(fault: Fault, words: impl Into<String>) -> Self {
        Self { cause: Cause::Theirs(fault), words: words.into() }
    }

    /// The same, met in the step `name`.
    #[must_use]
    pub fn of_step(self, name: &str) -> Self {
        Self { words: format!("step \"{name}\": {}", self.words), ..self }
    }

    /// We failed.
    pub fn ours(ours: Ours, words: impl Into<String>) -> Self {
        Self { cause: Cause::Ours(ours), words: words.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_distinct() {
        let mut labels: Vec<_> = Fault::all().into_iter().map(Fault::label).collect();
        labels.extend(Ours::ALL.map(Ours::label));
        let count = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), count);
    }
}
