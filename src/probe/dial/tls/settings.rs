//! How is TLS to be spoken to this target?

use std::sync::Arc;

use rustls::{
    CipherSuite, ClientConfig, ProtocolVersion, SupportedProtocolVersion,
    client::Resumption,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::ServerName,
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{
    Chains,
    identity::identity,
    raw::{RawTls, Version},
    roots::{self, trust},
    server_name, suites,
    trust::Trust,
    verify::Capture,
};
use crate::{
    model::{Failure, Host, Moment},
    raw::{Brief, Door, Field, Span},
};

/// Checked TLS settings. Cheap to clone; targets with the same settings share what is large.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    terms: Arc<Terms>,
    name: Option<Host>,
}

/// What many targets have in common.
#[derive(Debug)]
struct Terms {
    template: ClientConfig,
    trust: Arc<Trust>,
    identity: Option<Arc<CertifiedKey>>,
    minimum: Version,
}

impl Tls {
    /// Checks what was written; `at` is where, for problems that belong to the whole of it. `alpn` lists the protocols to
    /// offer, the preferred one first.
    pub(crate) fn parse(raw: RawTls, at: Span, alpn: &[&str], door: &mut Door<'_>) -> Option<Self> {
        let minimum = raw.minimum.and_then(Field::good).unwrap_or_default();
        let trust = trust(raw.ca.as_ref(), at, door);
        let identity = match raw.client.map(|client| identity(client, door)) {
            Some(None) => return None,
            identity => identity.flatten(),
        };
        let (trust, name) = (trust?, raw.server_name.and_then(Field::good));
        // What is alike is held for as long as the file is read, so that an address tells one from another.
        let key = format!(
            "{:p} {:?} {minimum:?} {alpn:?}",
            Arc::as_ptr(&trust),
            identity.as_ref().map(Arc::as_ptr)
        );
        let terms = door.once(&key, |door| Terms::new(trust, minimum, alpn, identity, at, door))?;
        Some(Self { terms, name })
    }

    /// Checks what was written as `true`, `false` or a map; `None` where TLS is not wanted.
    pub(crate) fn wanted(raw: Field<Brief<bool, RawTls>>, door: &mut Door<'_>) -> Option<Self> {
        let span = raw.span();
        match raw.good()? {
            Brief::Brief(false) => None,
            Brief::Brief(true) => Self::parse(RawTls::default(), span, &[], door),
            Brief::Full(raw) => Self::parse(raw, span, &[], door),
        }
    }

    /// Settings for targets of which none is known yet, as redirects lead to; `None`, and no problem, where this machine has
    /// no roots to trust.
    pub(crate) fn of_this_machine(at: Span, alpn: &[&str], door: &mut Door<'_>) -> Option<Self> {
        roots::of_this_machine(at, door)?;
        Self::parse(RawTls::default(), at, alpn, door)
    }

    /// Whether a certificate of our own is shown to a server that asks for one.
    pub(crate) fn has_identity(&self) -> bool {
        self.terms.identity.is_some()
    }

    /// The name that the certificate must carry and that is sent as SNI: the configured one, or the target's host.
    pub(super) fn name_for(&self, host: &Host) -> Result<ServerName<'static>, Failure> {
        server_name(self.name.as_ref().unwrap_or(host))
    }

    pub(super) fn trust(&self) -> &Trust {
        &self.terms.trust
    }

    /// What one handshake of a look that began `at` is watched by.
    pub(super) fn capture(&self, chains: Arc<Chains>, at: Moment) -> Capture {
        Capture::new(self.terms.trust.clone(), self.terms.identity.clone(), chains, at)
    }

    /// What one handshake needs: the shared settings, with a verifier of its own.
    pub(super) fn client_config(&self, capture: &Arc<Capture>) -> ClientConfig {
        let mut config = self.terms.template.clone();
        config.dangerous().set_certificate_verifier(capture.clone());
        config.client_auth_cert_resolver = capture.clone();
        config
    }

    pub(super) fn speaks_version(&self, version: ProtocolVersion) -> bool {
        self.terms.minimum.versions().iter().any(|ours| ours.version == version)
    }

    pub(super) fn speaks_cipher(&self, suite: CipherSuite) -> bool {
        self.terms.template.crypto_provider().cipher_suites.iter().any(|ours| ours.suite() == suite)
    }

    /// What we speak, for a person: "we …".
    pub(super) fn versions(&self) -> &'static str {
        match self.terms.minimum {
            Version::V12 => "speak TLS 1.2 and TLS 1.3",
            Version::V13 => "were told to speak TLS 1.3 alone",
        }
    }
}

impl Terms {
    fn new(
        trust: Arc<Trust>,
        minimum: Version,
        alpn: &[&str],
        identity: Option<Arc<CertifiedKey>>,
        at: Span,
        door: &mut Door<'_>,
    ) -> Option<Self> {
        let built =
            ClientConfig::builder_with_provider(provider()).with_protocol_versions(minimum.versions());
        let builder = told(built, at, door)?;
        let mut template = builder.with_webpki_verifier(trust.verifier.clone()).with_no_client_auth();
        template.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        // A resumed session would skip the certificate and show less than a user at the door sees.
        template.resumption = Resumption::disabled();
        Some(Self { template, trust, identity, minimum })
    }
}

impl Version {
    fn versions(self) -> &'static [&'static SupportedProtocolVersion] {
        static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
        match self {
            Self::V12 => &BOTH,
            Self::V13 => &BOTH[..1],
        }
    }
}

/// The IANA names of the cipher suites that we speak.
pub(crate) fn cipher_names() -> Vec<String> {
    provider().cipher_suites.iter().map(|suite| suites::cipher(suite.suite())).collect()
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: std::sync::OnceLock<Arc<CryptoProvider>> = std::sync::OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())).clone()
}

/// Tells why TLS cannot be set up.
pub(super) fn told<T, E: std::fmt::Display>(built: Result<T, E>, at: Span, door: &mut Door<'_>) -> Option<T> {
    let tell = |why: E| {
        door.problem(at, format!("TLS cannot be set up: {why}"), "correct the certificates named here");
    };
    built.map_err(tell).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{Given, OneOrMany};

    fn certified() -> (String, String) {
        let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(vec![]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    #[test]
    fn what_is_alike_is_built_once() {
        let ((ca, _), (own, key)) = (certified(), certified());
        let given = Given::default()
            .file("ca.pem", &*ca)
            .file("ca2.pem", ca)
            .file("own.pem", own)
            .variable("K", &key);
        let client = "client: {certificate: own.pem, key: '${env:K}'}";
        let texts = [
            "{ca: ca.pem}",
            "{ca: ca.pem, server_name: epr.test}",
            "{ca: ca2.pem}",
            "{ca: ca.pem, minimum: TLS 1.3}",
            &format!("{{ca: ca.pem, {client}}}"),
            &format!("{{ca: ca.pem, {client}, server_name: epr.test}}"),
        ];
        let read = |raw: OneOrMany<RawTls>, door: &mut Door<'_>| {
            let all = raw.good().into_iter().map(|raw| Tls::parse(raw, Span::default(), &["h2"], door));
            all.collect::<Option<Vec<Tls>>>()
        };
        let all = given.check(&format!("[{}]", texts.join(", ")), read).unwrap();
        let alike = |one: usize, two: usize| Arc::ptr_eq(&all[one].terms, &all[two].terms);
        assert!(alike(0, 1) && alike(4, 5));
        assert!(!alike(0, 2) && !alike(0, 3) && !alike(0, 4));
        assert!(Arc::ptr_eq(&all[0].terms.trust, &all[4].terms.trust));
    }
}
