//! Why is a chain not trusted, in words for the one who has to mend it?

use std::time::Duration;

use rustls::{
    CertificateError, Error,
    pki_types::{ServerName, UnixTime},
};

use super::{certificate::Traits, trust::Shown};
use crate::model::{Certificate, Failure, Fault, Moment};

/// How many of a certificate's names are told.
const NAMES: usize = 5;

/// A chain that is not valid at one time, but may be at another.
pub(super) struct Dated {
    pub(super) fault: Fault,
    pub(super) words: String,
}

/// If the error is about a date: a time at which that date was right, and what to tell.
pub(super) fn dated(shown: Shown<'_>, error: &Error, at: Moment) -> Option<(Moment, Dated)> {
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

pub(super) fn expired(shown: Shown<'_>, not_after: Moment, at: Moment) -> String {
    let link = link(shown, |certificate| certificate.not_after == not_after);
    let days = at.since(not_after).as_secs() / 86_400;
    format!("{link} expired on {}, {days} days ago", day(not_after))
}

pub(super) fn not_yet(shown: Shown<'_>, not_before: Moment) -> String {
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

pub(super) fn unreadable() -> Failure {
    Failure::theirs(Fault::CertificateInvalid, "the server's certificate cannot be read")
}

/// Why the chain is not trusted, dates apart.
pub(super) fn reason(shown: Shown<'_>, error: &Error) -> Failure {
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
            let more = if names.len() > NAMES { ", …" } else { "" };
            format!(
                "the certificate is for {}{more}, not for {wanted}",
                names[..names.len().min(NAMES)].join(", ")
            )
        }
    }
}
