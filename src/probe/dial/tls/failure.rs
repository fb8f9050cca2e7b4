//! Why did TLS fail, in the words of the protocol?

use std::io;

use rustls::{AlertDescription, Error, PeerIncompatible};

use crate::{
    model::{Failure, Fault, Phase},
    probe::dial::io_failure,
};

/// The failure that a handshake's error stands for.
pub(super) fn of_handshake(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return Failure::theirs(Fault::Closed, "the connection was closed in the TLS handshake");
    }
    io_failure(Phase::Tls, error)
}

/// The failure of TLS that an I/O error carries, if it carries one. With TLS 1.3 a refused client certificate shows only at
/// the first read after the handshake.
pub(crate) fn failure_within(error: &io::Error) -> Option<Failure> {
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    Some(Failure::theirs(fault(error), words(error)))
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => Fault::TlsVersion,
        Error::InvalidMessage(_) | Error::PeerSentOversizedRecord => Fault::NotTls,
        Error::InvalidCertificate(_) => Fault::CertificateInvalid,
        _ => Fault::TlsHandshake,
    }
}

fn of_alert(alert: AlertDescription) -> Fault {
    match alert {
        AlertDescription::ProtocolVersion => Fault::TlsVersion,
        AlertDescription::CertificateRequired
        | AlertDescription::NoCertificate
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => Fault::ClientCertificate,
        _ => Fault::TlsHandshake,
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::AlertReceived(alert) => format!("the far side answered with the TLS alert {alert:?}"),
        Error::InvalidMessage(_) | Error::PeerSentOversizedRecord => {
            format!("what came back is not TLS ({error})")
        }
        other => other.to_string(),
    }
}
