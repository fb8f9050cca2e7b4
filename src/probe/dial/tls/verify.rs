//! What is this chain worth? A verifier that lets every handshake finish, and remembers what it found.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        ResolvesClientCert, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    sign::CertifiedKey,
};

use super::{chain, distrusted};
use crate::model::{Failure, Fault, Moment};

/// What one handshake showed of the far side's certificates.
#[derive(Debug)]
pub(super) struct Capture {
    verifier: Arc<WebPkiServerVerifier>,
    at: Moment,
    seen: Mutex<Option<Presented>>,
}

#[derive(Debug)]
struct Presented {
    chain: Vec<CertificateDer<'static>>,
    verdict: Result<(), Failure>,
}

impl Capture {
    pub(super) fn new(verifier: Arc<WebPkiServerVerifier>, at: Moment) -> Self {
        Self { verifier, at, seen: Mutex::default() }
    }

    /// The chain that was sent, the server's own certificate first; `None` if it never came to that.
    pub(super) fn chain(&self) -> Option<Vec<CertificateDer<'static>>> {
        self.seen().as_ref().map(|presented| presented.chain.clone())
    }

    /// Why the chain is not trusted.
    pub(super) fn distrust(&self) -> Option<Fault> {
        match self.trust().err()?.cause {
            crate::model::Cause::Theirs(fault) => Some(fault),
            crate::model::Cause::Ours(_) => None,
        }
    }

    /// Whether the chain is trusted; it is not where none was seen.
    pub(super) fn trust(&self) -> Result<(), Failure> {
        match self.seen().as_ref() {
            Some(presented) => presented.verdict.clone(),
            None => Err(distrusted(Fault::CertificateInvalid, "no certificate was presented".into())),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<Presented>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The look's own wall clock, not the system's at this instant: a look has one date.
    fn now(&self) -> UnixTime {
        UnixTime::since_unix_epoch(self.at.since(Moment::from_ms(0)))
    }
}

impl ServerCertVerifier for Capture {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self
            .verifier
            .verify_server_cert(leaf, intermediates, name, ocsp_response, self.now())
            .map(drop)
            .map_err(|error| explain(error, leaf, intermediates, name));
        let certificates = std::iter::once(leaf).chain(intermediates);
        let chain = certificates.map(|certificate| certificate.clone().into_owned()).collect();
        *self.seen() = Some(Presented { chain, verdict });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Our client certificate, shown only to a server whose own chain is trusted.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) key: Arc<CertifiedKey>,
    pub(super) capture: Arc<Capture>,
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.capture.trust().is_ok().then(|| self.key.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Why the verifier said no, in the words of the certificate.
fn explain(
    error: Error,
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    name: &ServerName<'_>,
) -> Failure {
    let Error::InvalidCertificate(error) = error else {
        return distrusted(Fault::CertificateInvalid, error.to_string());
    };
    let fault = match &error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Fault::CertificateExpired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Fault::CertificateNotYetValid
        }
        CertificateError::Revoked => Fault::CertificateRevoked,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Fault::CertificateWrongName
        }
        CertificateError::UnknownIssuer | CertificateError::Other(_)
            if intermediates.is_empty() && chain::signed_itself(leaf) =>
        {
            Fault::CertificateSelfSigned
        }
        CertificateError::UnknownIssuer => Fault::CertificateUnknownIssuer,
        _ => Fault::CertificateInvalid,
    };
    distrusted(fault, chain::words(fault, leaf, name, &error))
}
