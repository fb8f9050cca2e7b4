//! Is a chain trusted, and if not, why not?

use std::{sync::Arc, time::Duration};

use rustls::{
    CertificateError, Error,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier, verify_server_name},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::{certificate::Traits, staple};
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

/// A chain that was not valid at one time, but was at another.
struct Dated {
    fault: Fault,
    words: String,
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
            Some(first) => also(&reason(shown, &error), &first.words),
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

/// If the error is about a date: a time at which that date was right, and what to tell.
fn dated(shown: Shown<'_>, error: &Error, at: Moment) -> Option<(Moment, Dated)> {
    let Error::InvalidCertificate(error) = error else { return None };
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            let not_after = moment(*not_after);
            let words = expired(shown, not_after, at);
            Some((not_after - Duration::from_secs(1), Dated { fault: Fault::CertificateExpired, words }))
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            let not_before = moment(*not_before);
            let words = not_yet(shown, not_before);
            Some((not_before, Dated { fault: Fault::CertificateNotYetValid, words }))
        }
        _ => None,
    }
}

fn moment(time: UnixTime) -> Moment {
    Moment::from_ms(0) + Duration::from_secs(time.as_secs())
}

fn expired(shown: Shown<'_>, not_after: Moment, at: Moment) -> String {
    let link = link(shown, |certificate| certificate.not_after == not_after);
    let days = at.since(not_after).as_secs() / 86_400;
    format!("{link} expired on {}, {days} days ago", day(not_after))
}

fn not_yet(shown: Shown<'_>, not_before: Moment) -> String {
    let link = link(shown, |certificate| certificate.not_before == not_before);
    format!("{link} is not valid before {not_before}")
}

fn link(shown: Shown<'_>, is_it: impl Fn(&Certificate) -> bool) -> String {
    match shown.chain.iter().position(is_it) {
        Some(0) => "the server's certificate".to_owned(),
        Some(further) => format!("the certificate of its issuer \"{}\"", shown.chain[further].subject),
        None => "a certificate of the chain".to_owned(),
    }
}

fn day(at: Moment) -> String {
    at.to_string().split('T').next().unwrap_or_default().to_owned()
}

fn also(failure: &Failure, more: &str) -> Failure {
    Failure { cause: failure.cause, words: format!("{}; besides, {more}", failure.words) }
}

fn unreadable() -> Failure {
    Failure::theirs(Fault::CertificateInvalid, "the server's certificate cannot be read")
}

/// Why the chain is not trusted, dates apart.
fn reason(shown: Shown<'_>, error: &Error) -> Failure {
    let Error::InvalidCertificate(error) = error else {
        return Failure::theirs(Fault::CertificateInvalid, error.to_string());
    };
    let Some(own) = shown.chain.first() else { return unreadable() };
    let traits = Traits::of(shown.own);
    let fault = fault(error, traits);
    let words = match (fault, traits.beyond_checking) {
        (Fault::CertificateSelfSigned, _) => {
            format!("\"{}\" signed itself, and nobody here was told to trust it", own.subject)
        }
        (Fault::CertificateUnknownIssuer, _) => unknown_issuer(shown, error),
        (Fault::CertificateWrongName, _) => wrong_name(own, shown.name),
        (Fault::CertificateInvalid, Some(why)) => why.to_owned(),
        (Fault::CertificateInvalid, None) if traits.is_ca => {
            "a CA's certificate is used as the server's own".to_owned()
        }
        _ => error.to_string(),
    };
    Failure::theirs(fault, words)
}

fn fault(error: &CertificateError, traits: Traits) -> Fault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Fault::CertificateExpired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Fault::CertificateNotYetValid
        }
        CertificateError::Revoked => Fault::CertificateRevoked,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Fault::CertificateWrongName
        }
        _ if traits.signed_itself => Fault::CertificateSelfSigned,
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Fault::CertificateUnknownIssuer,
        _ => Fault::CertificateInvalid,
    }
}

fn unknown_issuer(shown: Shown<'_>, error: &CertificateError) -> String {
    let last = shown.chain.last().map_or("", |certificate| &certificate.issuer);
    if *error == CertificateError::BadSignature {
        return format!(
            "it was not the trusted key of the issuer \"{last}\" that signed; was the issuer renewed?"
        );
    }
    let sent = match shown.intermediates.len() {
        0 => "no certificate of an issuer was sent along",
        _ => "nor does what was sent along",
    };
    format!("no trusted root leads to the issuer \"{last}\"; {sent}")
}

fn wrong_name(own: &Certificate, wanted: &ServerName<'_>) -> String {
    let wanted = wanted.to_str();
    match own.names.as_slice() {
        [] => {
            format!(
                "the certificate carries no name (subject \"{}\"), so it is not for {wanted}",
                own.subject
            )
        }
        names => {
            let more = if names.len() > 5 { ", …" } else { "" };
            format!(
                "the certificate is for {}{more}, not for {wanted}",
                names[..names.len().min(5)].join(", ")
            )
        }
    }
}
