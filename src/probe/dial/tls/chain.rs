//! What do certificates say of themselves?

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use rustls::{
    CertificateError,
    pki_types::{CertificateDer, ServerName},
};
use x509_parser::{prelude::*, public_key::PublicKey};

use crate::model::{Certificate, Fault, Moment};

/// How many chains are kept; a hospital has fewer servers than that.
const KEPT: usize = 8192;

type Digest = [u8; 32];

/// The chains already read, so that a certificate is taken apart once and not at every look.
#[derive(Debug, Default)]
pub(crate) struct Chains(Mutex<HashMap<Digest, Arc<[Certificate]>>>);

impl Chains {
    /// The certificates of a chain, in the order in which they were sent. One that cannot be read says so by its subject.
    pub(crate) fn read(&self, chain: &[CertificateDer<'_>]) -> Arc<[Certificate]> {
        let digest = digest(chain);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = known.get(&digest) {
            return read.clone();
        }
        if known.len() >= KEPT {
            known.clear();
        }
        let read: Arc<[Certificate]> = chain.iter().map(|der| certificate(der)).collect();
        known.insert(digest, read.clone());
        read
    }
}

fn digest(chain: &[CertificateDer<'_>]) -> Digest {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for certificate in chain {
        context.update(&(certificate.len() as u64).to_be_bytes());
        context.update(certificate);
    }
    let mut digest = Digest::default();
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

fn certificate(der: &[u8]) -> Certificate {
    let sha256 = hex(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der).as_ref());
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return unreadable(sha256);
    };
    let at = |time: ASN1Time| Moment::from_ms(time.timestamp().saturating_mul(1000));
    Certificate {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names: names(&parsed),
        serial: hex(parsed.raw_serial()),
        not_before: at(parsed.validity().not_before),
        not_after: at(parsed.validity().not_after),
        key: key(&parsed),
        sha256,
    }
}

fn unreadable(sha256: String) -> Certificate {
    Certificate {
        subject: "(unreadable)".into(),
        issuer: "(unreadable)".into(),
        names: Vec::new(),
        serial: String::new(),
        not_before: Moment::from_ms(0),
        not_after: Moment::from_ms(0),
        key: "unknown".into(),
        sha256,
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => ip(bytes),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn ip(bytes: &[u8]) -> Option<String> {
    match bytes.len() {
        4 => Some(std::net::IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string()),
        16 => Some(std::net::IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        _ => None,
    }
}

fn key(certificate: &X509Certificate<'_>) -> String {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa.key_size()),
        Ok(PublicKey::EC(point)) => format!("EC P-{}", point.key_size()),
        _ => match certificate.public_key().algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => "Ed25519".into(),
            "1.3.101.113" => "Ed448".into(),
            other => other.into(),
        },
    }
}

/// Whether a certificate names itself as its issuer.
pub(super) fn signed_itself(der: &[u8]) -> bool {
    X509Certificate::from_der(der).is_ok_and(|(_, parsed)| parsed.subject() == parsed.issuer())
}

/// Why a chain is not trusted, for a person.
pub(super) fn words(fault: Fault, leaf: &[u8], name: &ServerName<'_>, error: &CertificateError) -> String {
    let leaf = certificate(leaf);
    match fault {
        Fault::CertificateExpired if leaf.not_after.as_ms() > 0 => {
            format!("the chain has expired; the server's own certificate is valid until {}", leaf.not_after)
        }
        Fault::CertificateNotYetValid => format!("the certificate is not valid before {}", leaf.not_before),
        Fault::CertificateUnknownIssuer => format!("no trusted root leads to the issuer {:?}", leaf.issuer),
        Fault::CertificateSelfSigned => format!("{:?} signed itself and is not trusted", leaf.subject),
        Fault::CertificateWrongName => {
            format!("the certificate is for {}, not for {}", leaf.names.join(", "), name.to_str())
        }
        _ => error.to_string(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
