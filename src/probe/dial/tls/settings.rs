//! How is TLS to be spoken to this target?

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::{Resumption, WebPkiServerVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{
    raw::{Minimum, RawClient, RawTls},
    server_name,
    verify::{Capture, Identity},
};
use crate::{
    model::{Failure, Host},
    raw::{Door, Field, Span},
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
    verifier: Arc<WebPkiServerVerifier>,
    identity: Option<Arc<CertifiedKey>>,
}

impl Tls {
    /// Checks what was written; `at` is where, for problems that belong to the whole of it. `alpn` lists the protocols to
    /// offer, the preferred one first.
    pub(crate) fn parse(raw: RawTls, at: Span, alpn: &[&str], door: &mut Door<'_>) -> Option<Self> {
        let minimum = raw.minimum.and_then(Field::good).unwrap_or_default();
        let key = format!("{:?} {minimum:?} {alpn:?}", raw.ca.as_ref().map(Field::get));
        let terms = match raw.client {
            // A key is a secret: it is not held where another probe could come by it.
            Some(client) => Arc::new(Terms::parse(raw.ca.as_ref(), minimum, alpn, Some(client), at, door)?),
            None => door.once(&key, |door| Terms::parse(raw.ca.as_ref(), minimum, alpn, None, at, door))?,
        };
        Some(Self { terms, name: raw.server_name.and_then(Field::good) })
    }

    /// The name that the certificate must carry and that is sent as SNI: the configured one, or the target's host.
    pub(super) fn name_for(&self, host: &Host) -> Result<ServerName<'static>, Failure> {
        server_name(self.name.as_ref().unwrap_or(host))
    }

    pub(super) fn verifier(&self) -> Arc<WebPkiServerVerifier> {
        self.terms.verifier.clone()
    }

    /// What one handshake needs: the shared settings, with a verifier of its own.
    pub(super) fn client_config(&self, capture: &Arc<Capture>) -> ClientConfig {
        let mut config = self.terms.template.clone();
        config.dangerous().set_certificate_verifier(capture.clone());
        if let Some(key) = &self.terms.identity {
            config.client_auth_cert_resolver =
                Arc::new(Identity { key: key.clone(), capture: capture.clone() });
        }
        config
    }
}

impl Terms {
    fn parse(
        ca: Option<&Field<String>>,
        minimum: Minimum,
        alpn: &[&str],
        client: Option<RawClient>,
        at: Span,
        door: &mut Door<'_>,
    ) -> Option<Self> {
        let roots = match ca {
            Some(path) => private_roots(path, door)?,
            None => door.once("the roots of this machine", |door| machine_roots(at, door))?,
        };
        let identity = match client {
            Some(client) => Some(identity(client, door)?),
            None => None,
        };
        let alpn = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        match Self::new(roots, &minimum.versions(), alpn, identity) {
            Ok(terms) => Some(terms),
            Err(why) => {
                let message = format!("TLS cannot be set up: {why}");
                door.problem(at, message, "correct the certificates named here");
                None
            }
        }
    }

    fn new(
        roots: Arc<RootCertStore>,
        versions: &[&'static SupportedProtocolVersion],
        alpn: Vec<Vec<u8>>,
        identity: Option<Arc<CertifiedKey>>,
    ) -> Result<Self, String> {
        let provider = provider();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| error.to_string())?;
        let mut template = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(|error| error.to_string())?
            .with_webpki_verifier(verifier.clone())
            .with_no_client_auth();
        template.alpn_protocols = alpn;
        // A resumed session would skip the certificate and show less than a user at the door sees.
        template.resumption = Resumption::disabled();
        Ok(Self { template, verifier, identity })
    }
}

impl Minimum {
    fn versions(self) -> Vec<&'static SupportedProtocolVersion> {
        match self {
            Self::V12 => vec![&TLS13, &TLS12],
            Self::V13 => vec![&TLS13],
        }
    }
}

fn private_roots(path: &Field<String>, door: &mut Door<'_>) -> Option<Arc<RootCertStore>> {
    let certificates = certificates(path, door)?;
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(certificates);
    if good == 0 {
        door.problem(
            path.span(),
            "no certificate in this file can be a root",
            "name a PEM file with the CA's certificate",
        );
        return None;
    }
    Some(Arc::new(roots))
}

fn machine_roots(at: Span, door: &mut Door<'_>) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if good == 0 {
        let cure = "install the package ca-certificates, or name the roots to trust: tls: {ca: roots.pem}";
        door.problem(at, "this machine has no root certificates to trust", cure);
        return None;
    }
    Some(roots)
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

fn identity(client: RawClient, door: &mut Door<'_>) -> Option<Arc<CertifiedKey>> {
    let chain = certificates(&client.certificate, door);
    let span = client.key.span();
    let pem = door.secret(client.key)?;
    let Ok(key) = PrivateKeyDer::from_pem_slice(pem.expose().as_bytes()) else {
        door.problem(span, "this is no private key as PEM", "use an unencrypted key: BEGIN PRIVATE KEY …");
        return None;
    };
    match CertifiedKey::from_der(chain?, key, &provider()) {
        Ok(identity) => Some(Arc::new(identity)),
        Err(why) => {
            let message = format!("the certificate and the key do not go together: {why}");
            door.problem(
                span,
                message,
                "name the key that the certificate was made for; X.509 version 3 is needed",
            );
            None
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: std::sync::OnceLock<Arc<CryptoProvider>> = std::sync::OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())).clone()
}
