//! How is TLS to be spoken to this target?

use std::sync::Arc;

use rustls::{
    CipherSuite, ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
    client::{Resumption, WebPkiServerVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{
    Chains,
    raw::{RawClient, RawTls, Version},
    server_name, suites,
    trust::Trust,
    verify::Capture,
};
use crate::{
    model::{Failure, Host, Moment},
    raw::{Door, Field, Secret, Span},
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

    /// Settings for targets of which none is known yet, as redirects lead to; `None`, and no problem, where this machine has
    /// no roots to trust.
    pub(crate) fn of_this_machine(at: Span, alpn: &[&str], door: &mut Door<'_>) -> Option<Self> {
        door.once(MACHINE, |door| roots_of_machine().and_then(|roots| trusting(roots, at, door)))?;
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

fn told<T, E: std::fmt::Display>(built: Result<T, E>, at: Span, door: &mut Door<'_>) -> Option<T> {
    let tell = |why: E| {
        door.problem(at, format!("TLS cannot be set up: {why}"), "correct the certificates named here");
    };
    built.map_err(tell).ok()
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

fn trust(ca: Option<&Field<String>>, at: Span, door: &mut Door<'_>) -> Option<Arc<Trust>> {
    let Some(path) = ca else { return door.once(MACHINE, |door| machine(at, door)) };
    let file = door.file(path)?;
    door.once(&format!("{:p}", file.as_ptr()), |door| private(path, door))
}

fn private(path: &Field<String>, door: &mut Door<'_>) -> Option<Trust> {
    let known = certificates(path, door)?;
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(known.iter().cloned());
    if good == 0 {
        let cure = "name a PEM file with the CA's certificate";
        door.problem(path.span(), "no certificate in this file can be a root", cure);
        return None;
    }
    Some(Trust { verifier: verifier(roots, path.span(), door)?, known })
}

/// What the trust in the roots of this machine is called among what is built once.
const MACHINE: &str = "of this machine";

fn machine(at: Span, door: &mut Door<'_>) -> Option<Trust> {
    let Some(roots) = roots_of_machine() else {
        let cure = "install the package ca-certificates, or name the roots to trust: tls: {ca: roots.pem}";
        door.problem(at, "this machine has no root certificates to trust", cure);
        return None;
    };
    trusting(roots, at, door)
}

fn roots_of_machine() -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    (good > 0).then_some(roots)
}

fn trusting(roots: RootCertStore, at: Span, door: &mut Door<'_>) -> Option<Trust> {
    Some(Trust { verifier: verifier(roots, at, door)?, known: Vec::new() })
}

fn verifier(roots: RootCertStore, at: Span, door: &mut Door<'_>) -> Option<Arc<WebPkiServerVerifier>> {
    told(WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build(), at, door)
}

fn certificates(path: &Field<String>, door: &mut Door<'_>) -> Option<Vec<CertificateDer<'static>>> {
    let bytes = door.file(path)?;
    match CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Some(certificates),
        _ => {
            let cure = "name a file with one or more blocks BEGIN CERTIFICATE … END CERTIFICATE";
            door.problem(path.span(), "there are no PEM certificates in this file", cure);
            None
        }
    }
}

/// Our own certificate. Who names the same certificate and the same key shares it.
fn identity(client: Field<RawClient>, door: &mut Door<'_>) -> Option<Arc<CertifiedKey>> {
    let client = client.good()?;
    let span = client.key.span();
    let file = door.file(&client.certificate);
    let key = door.secret(client.key)?;
    let digest = ::aws_lc_rs::digest::digest(&::aws_lc_rs::digest::SHA256, key.expose().as_bytes());
    let alike = format!("{:p} {digest:?}", file?.as_ptr());
    door.once(&alike, |door| certified(&client.certificate, &key, span, door))
}

fn certified(path: &Field<String>, key: &Secret, at: Span, door: &mut Door<'_>) -> Option<CertifiedKey> {
    let chain = certificates(path, door);
    let Ok(key) = PrivateKeyDer::from_pem_slice(key.expose().as_bytes()) else {
        let cure = "use an unencrypted key: BEGIN PRIVATE KEY …";
        door.problem(at, "this is no private key as PEM", cure);
        return None;
    };
    let certified = CertifiedKey::from_der(chain?, key, &provider());
    let tell = |why| {
        let cure = "name the key that the certificate was made for; X.509 version 3 is needed";
        door.problem(at, format!("the certificate and the key do not go together: {why}"), cure);
    };
    certified.map_err(tell).ok()
}

/// The IANA names of the cipher suites that we speak.
pub(crate) fn cipher_names() -> Vec<String> {
    provider().cipher_suites.iter().map(|suite| suites::cipher(suite.suite())).collect()
}

fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: std::sync::OnceLock<Arc<CryptoProvider>> = std::sync::OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())).clone()
}
