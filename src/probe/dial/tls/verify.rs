//! How is a handshake finished whatever its chain is worth, with nothing shown to a server that is not trusted?

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

use super::{
    Chains,
    certificate::Traits,
    trust::{Shown, Trust},
};
use crate::model::{Certificate, Failure, Fault, Moment};

/// What one handshake showed of the far side. It lets every handshake finish, but for one: our own certificate is asked for
/// and the chain is not trusted.
#[derive(Debug)]
pub(super) struct Capture {
    trust: Arc<Trust>,
    identity: Option<Arc<CertifiedKey>>,
    chains: Arc<Chains>,
    at: Moment,
    seen: Mutex<Seen>,
}

/// What was seen so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The chain as it was sent; empty if it never came to that.
    pub(super) chain: Arc<[Certificate]>,
    /// Why it is not trusted.
    pub(super) distrust: Option<Failure>,
    /// A chain came, readable or not.
    presented: bool,
    /// Our own certificate was asked for.
    pub(super) asked: bool,
    /// We broke off rather than show it.
    pub(super) withheld: bool,
}

impl Seen {
    /// Whether the chain is trusted; it is not where none was seen.
    pub(super) fn trust(&self) -> Result<(), Failure> {
        match &self.distrust {
            Some(failure) => Err(failure.clone()),
            None if self.presented => Ok(()),
            None => Err(Failure::theirs(Fault::CertificateInvalid, "no certificate was presented")),
        }
    }
}

impl Capture {
    pub(super) fn new(
        trust: Arc<Trust>,
        identity: Option<Arc<CertifiedKey>>,
        chains: Arc<Chains>,
        at: Moment,
    ) -> Self {
        Self { trust, identity, chains, at, seen: Mutex::default() }
    }

    pub(super) fn seen(&self) -> Seen {
        self.now_seen().clone()
    }

    /// Whether our own certificate was asked for, and there is one to show.
    pub(super) fn shows(&self) -> bool {
        let seen = self.now_seen();
        seen.asked && !seen.withheld && self.identity.is_some()
    }

    fn now_seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This is asked after the chain was judged and before our certificate would go out, in TLS 1.2 as in 1.3, while the
    /// certificate itself is chosen before either.
    fn withhold(&self) -> Result<(), Error> {
        let mut seen = self.now_seen();
        seen.withheld = self.identity.is_some() && seen.asked && seen.distrust.is_some();
        if seen.withheld { Err(CertificateError::ApplicationVerificationFailure.into()) } else { Ok(()) }
    }

    /// A key or a version that nobody can check a signature of is told, never trusted, and no reason to see nothing at all.
    fn excuse(
        &self,
        checked: Result<HandshakeSignatureValid, Error>,
        own: &CertificateDer<'_>,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Err(error) = checked else { return checked };
        let Some(words) = Traits::of(own).beyond_checking else { return Err(error) };
        let unchecked = || Failure::theirs(Fault::CertificateInvalid, words);
        self.now_seen().distrust.get_or_insert_with(unchecked);
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verifier(&self) -> &WebPkiServerVerifier {
        &self.trust.verifier
    }
}

impl ServerCertVerifier for Capture {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        staple: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = self.chains.read(std::iter::once(own).chain(intermediates).map(AsRef::as_ref));
        let shown = Shown { own, intermediates, name, staple, chain: &chain };
        // The look's own wall clock, not the system's at this instant: a look has one date.
        let distrust = self.trust.judge(shown, self.at).err();
        let mut seen = self.now_seen();
        (seen.chain, seen.distrust, seen.presented) = (chain, distrust, true);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let checked = self.verifier().verify_tls12_signature(message, own, signed);
        let checked = self.excuse(checked, own)?;
        self.withhold().map(|()| checked)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let checked = self.verifier().verify_tls13_signature(message, own, signed);
        let checked = self.excuse(checked, own)?;
        self.withhold().map(|()| checked)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier().supported_verify_schemes()
    }
}

impl ResolvesClientCert for Capture {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.now_seen().asked = true;
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
