//! Is a chain trusted, and if not, why not?

use std::sync::Arc;

use rustls::{
    Error,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier, verify_server_name},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::{
    reason::{Dated, dated, expired, not_yet, reason, unreadable},
    staple,
};
use crate::model::{Certificate, Failure, Fault, Moment};

/// How often a time is sought at which all certificates of a chain were valid.
const TRIES: usize = 6;

/// Whom a target may be vouched for by.
#[derive(Debug)]
pub(super) struct Trust {
    /// The roots.
    pub(super) verifier: Arc<WebPkiServerVerifier>,
    /// Certificates that are trusted as they are, whoever issued them: those of the `ca:` file, so that an appliance's
    /// self-signed certificate can be named there. An issuer's certificate is not taken for a server's by any verifier.
    pub(super) known: Vec<CertificateDer<'static>>,
}

/// What a server showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a> {
    pub(super) own: &'a CertificateDer<'a>,
    pub(super) intermediates: &'a [CertificateDer<'a>],
    pub(super) name: &'a ServerName<'a>,
    pub(super) staple: &'a [u8],
    /// The same chain, read.
    pub(super) chain: &'a [Certificate],
}

impl Trust {
    /// Whether the chain is trusted for this name at this time; why not.
    pub(super) fn judge(&self, shown: Shown<'_>, at: Moment) -> Result<(), Failure> {
        if !shown.staple.is_empty() && staple::says_revoked(shown.staple, shown.own) {
            let words =
                "the issuer has revoked the certificate (says the OCSP reply that the server staples)";
            return Err(Failure::theirs(Fault::CertificateRevoked, words));
        }
        match self.verify(shown, at) {
            Ok(()) => Ok(()),
            Err(_) if self.known.contains(shown.own) => as_it_is(shown, at),
            Err(error) => Err(self.explain(shown, error, at)),
        }
    }

    fn verify(&self, shown: Shown<'_>, at: Moment) -> Result<(), Error> {
        let at = UnixTime::since_unix_epoch(at.since(Moment::from_ms(0)));
        self.verifier.verify_server_cert(shown.own, shown.intermediates, shown.name, &[], at).map(drop)
    }

    /// The verifier names one reason only. Where that is a date, it is asked again for a time at which the date was right, so
    /// that "expired" means expired and otherwise trusted.
    fn explain(&self, shown: Shown<'_>, error: Error, at: Moment) -> Failure {
        let (mut first, mut error): (Option<Dated>, _) = (None, error);
        for _ in 0..TRIES {
            let Some((right, dated)) = dated(shown, &error, at) else { break };
            let first = first.get_or_insert(dated);
            match self.verify(shown, right) {
                Ok(()) => {
                    return Failure::theirs(first.fault, format!("{}; it is trusted otherwise", first.words));
                }
                Err(next) => error = next,
            }
        }
        match first {
            Some(first) if dated(shown, &error, at).is_some() => Failure::theirs(first.fault, first.words),
            Some(first) => also(&reason(shown, &error), &first),
            None => reason(shown, &error),
        }
    }
}

/// A certificate that is trusted as it is must still be valid and carry the name.
fn as_it_is(shown: Shown<'_>, at: Moment) -> Result<(), Failure> {
    let Some(own) = shown.chain.first() else { return Err(unreadable()) };
    if at > own.not_after {
        return Err(Failure::theirs(Fault::CertificateExpired, expired(shown, own.not_after, at)));
    }
    if at < own.not_before {
        return Err(Failure::theirs(Fault::CertificateNotYetValid, not_yet(shown, own.not_before)));
    }
    let named = ParsedCertificate::try_from(shown.own).and_then(|own| verify_server_name(&own, shown.name));
    named.map_err(|error| reason(shown, &error))
}

fn also(failure: &Failure, dated: &Dated) -> Failure {
    Failure { cause: failure.cause, words: format!("{}; besides, {}", failure.words, dated.words) }
}
