//! What does a certificate say of itself?

use std::{fmt::Write as _, net::IpAddr};

use x509_parser::{
    certificate::X509Certificate,
    extensions::GeneralName,
    oid_registry::Oid,
    prelude::FromDer,
    public_key::PublicKey,
    time::ASN1Time,
    x509::{SubjectPublicKeyInfo, X509Version},
};

use super::name;
use crate::model::{Certificate, Moment};

/// What a certificate says of itself; `None` if it cannot be read.
pub(super) fn read(der: &[u8]) -> Option<Certificate> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    Some(Certificate {
        subject: name::distinguished(parsed.subject()),
        issuer: name::distinguished(parsed.issuer()),
        names: names(&parsed),
        serial: hex(trimmed(parsed.raw_serial())),
        not_before: at(parsed.validity().not_before),
        not_after: at(parsed.validity().not_after),
        key: key(parsed.public_key()),
        sha256: hex(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der).as_ref()),
    })
}

/// What it takes to say why a server's own certificate is not trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// It names itself as its issuer.
    pub(super) signed_itself: bool,
    /// It says that it belongs to a CA.
    pub(super) is_ca: bool,
    /// Why no signature by its key can be checked, if that is so.
    pub(super) beyond_checking: Option<&'static str>,
}

impl Traits {
    /// The traits of a certificate; none if it cannot be read.
    pub(super) fn of(der: &[u8]) -> Self {
        let Ok((_, parsed)) = X509Certificate::from_der(der) else { return Self::default() };
        Self {
            signed_itself: parsed.subject().as_raw() == parsed.issuer().as_raw(),
            is_ca: parsed.is_ca(),
            beyond_checking: beyond_checking(&parsed),
        }
    }
}

fn beyond_checking(certificate: &X509Certificate<'_>) -> Option<&'static str> {
    if certificate.version() == X509Version::V1 {
        return Some("the certificate is of X.509 version 1, which is out of use and not verified");
    }
    let weak = rsa_bits(certificate.public_key()).is_some_and(|bits| bits < 2048);
    weak.then_some("the server's RSA key is under 2048 bits, too short to be trusted")
}

fn at(time: ASN1Time) -> Moment {
    Moment::from_ms(time.timestamp().saturating_mul(1000))
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(name::clean(name)),
        GeneralName::IPAddress(bytes) => ip(bytes).map(|ip| ip.to_string()),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

fn key(key: &SubjectPublicKeyInfo<'_>) -> String {
    let algorithm = key.algorithm.algorithm.to_id_string();
    match algorithm.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
            format!("RSA {}", rsa_bits(key).unwrap_or_default())
        }
        "1.2.840.10045.2.1" => format!("EC {}", curve(key)),
        "1.3.101.112" => "Ed25519".to_owned(),
        "1.3.101.113" => "Ed448".to_owned(),
        "1.2.840.10040.4.1" => "DSA".to_owned(),
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44".to_owned(),
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65".to_owned(),
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87".to_owned(),
        _ => algorithm,
    }
}

fn rsa_bits(key: &SubjectPublicKeyInfo<'_>) -> Option<usize> {
    let Ok(PublicKey::RSA(rsa)) = key.parsed() else { return None };
    let significant = trimmed(rsa.modulus);
    let leading = significant.first()?.leading_zeros() as usize;
    Some(significant.len() * 8 - leading)
}

fn curve(key: &SubjectPublicKeyInfo<'_>) -> String {
    let parameters = key.algorithm.parameters.as_ref();
    let curve = parameters.and_then(|any| Oid::try_from(any.clone()).ok()).map(|oid| oid.to_id_string());
    match curve.as_deref() {
        Some("1.2.840.10045.3.1.7") => "P-256".to_owned(),
        Some("1.3.132.0.34") => "P-384".to_owned(),
        Some("1.3.132.0.35") => "P-521".to_owned(),
        Some(other) => other.to_owned(),
        None => "of its own curve".to_owned(),
    }
}

/// A number without the zeros before it; a zero keeps one.
fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros.min(number.len().saturating_sub(1))..]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
