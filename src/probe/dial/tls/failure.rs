//! Why did TLS fail, in the words of the protocol?

use std::io;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

use super::hello;
use crate::{
    model::{Failure, Fault, Ours, Phase},
    probe::{Stranger, dial::io_failure, printable, stranger},
};

/// What is known of a handshake that failed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempt<'a> {
    /// The first bytes that came.
    pub(super) first: &'a [u8],
    /// The far side asked for a certificate of ours.
    pub(super) asked: bool,
    /// It was shown one.
    pub(super) shown: bool,
}

/// The failure that a handshake's error stands for.
pub(super) fn of_handshake(error: &io::Error, attempt: Attempt<'_>) -> Failure {
    if !attempt.first.is_empty() && !hello::is_tls(attempt.first) {
        return not_tls(attempt.first);
    }
    match within(error) {
        Some(Error::AlertReceived(alert)) => of_alert(*alert, attempt),
        Some(error) => of_error(error),
        None if error.kind() == io::ErrorKind::UnexpectedEof => ended(attempt),
        None => io_failure(Phase::Tls, error),
    }
}

/// The failure of TLS that an I/O error carries, if it carries one. With TLS 1.3 a client certificate that is missing or refused
/// shows only at the first read after the handshake.
pub(crate) fn failure_within(error: &io::Error) -> Option<Failure> {
    match within(error)? {
        // Nobody speaks of the certificate of a client that has shown none, but to miss it.
        Error::AlertReceived(alert) => {
            Some(of_alert(*alert, Attempt { asked: true, shown: true, first: &[] }))
        }
        error => Some(of_error(error)),
    }
}

fn within(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

fn not_tls(first: &[u8]) -> Failure {
    let shown = printable(first, 60);
    let words = match stranger(first) {
        Some(Stranger { name, beside_tls, .. }) => {
            format!("what came back is not TLS; it looks like {name}{beside_tls}: \"{shown}\"")
        }
        None => format!("what came back is not TLS: \"{shown}\""),
    };
    Failure::theirs(Fault::NotTls, words)
}

fn ended(attempt: Attempt<'_>) -> Failure {
    let hint =
        if attempt.asked && !attempt.shown { ", after it had asked for a client certificate" } else { "" };
    let (fault, when) = match attempt.first {
        [] => (Fault::Closed, "before the far side said anything"),
        _ => (Fault::Truncated, "in the middle of the handshake"),
    };
    Failure::theirs(fault, format!("the connection was closed {when}{hint}"))
}

fn of_error(error: &Error) -> Failure {
    let fault = match error {
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => Fault::TlsVersion,
        Error::InvalidMessage(
            InvalidMessage::CertificatePayloadTooLarge | InvalidMessage::HandshakePayloadTooLarge,
        ) => Fault::TooLarge,
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_)
        | Error::PeerSentOversizedRecord
        | Error::DecryptError => Fault::Malformed,
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => Fault::CertificateInvalid,
        Error::EncryptError
        | Error::FailedToGetRandomBytes
        | Error::FailedToGetCurrentTime
        | Error::General(_) => {
            return Failure::ours(Ours::Internal, error.to_string());
        }
        _ => Fault::TlsHandshake,
    };
    Failure::theirs(fault, words(error))
}

fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            "the far side could not prove that it has the key of its certificate".to_owned()
        }
        Error::PeerIncompatible(why) => format!("there is nothing that both sides speak ({why:?})"),
        other => format!("the far side broke the rules of TLS: {other}"),
    }
}

fn of_alert(alert: AlertDescription, attempt: Attempt<'_>) -> Failure {
    use AlertDescription as Alert;
    let told = format!("the far side answered with the TLS alert {alert:?}");
    match alert {
        Alert::ProtocolVersion => {
            Failure::theirs(Fault::TlsVersion, format!("{told}: it speaks none of our versions"))
        }
        Alert::CertificateRequired | Alert::NoCertificate => missing_certificate(&told),
        _ if is_about_certificate(alert) && attempt.shown => Failure::ours(
            Ours::CredentialRefused,
            format!("{told}: it refuses the client certificate that we are given here"),
        ),
        Alert::HandshakeFailure | Alert::BadCertificate if attempt.asked && !attempt.shown => {
            missing_certificate(&told)
        }
        Alert::HandshakeFailure => {
            Failure::theirs(Fault::TlsHandshake, format!("{told}: nothing that both sides speak"))
        }
        Alert::UnrecognisedName => {
            Failure::theirs(Fault::TlsHandshake, format!("{told}: it does not know this name"))
        }
        Alert::NoApplicationProtocol => {
            Failure::theirs(Fault::TlsHandshake, format!("{told}: none of the protocols offered by ALPN"))
        }
        _ => Failure::theirs(Fault::TlsHandshake, told),
    }
}

fn missing_certificate(told: &str) -> Failure {
    Failure::theirs(Fault::ClientCertificate, format!("{told}: it demands a client certificate"))
}

fn is_about_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            // So OpenSSL says that another key of the same name signed ours.
            | AlertDescription::DecryptError
    )
}
