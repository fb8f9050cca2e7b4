//! Does the stapled OCSP reply say that the certificate was revoked?
//!
//! Its signature is not checked: it comes from the server itself, and nobody lies to be distrusted.

use x509_parser::{
    asn1_rs::{Any, Class, FromDer, Tag},
    certificate::X509Certificate,
};

/// Whether `staple`, an OCSP reply (RFC 6960), says that the certificate `own` was revoked.
pub(super) fn says_revoked(staple: &[u8], own: &[u8]) -> bool {
    let Ok((_, own)) = X509Certificate::from_der(own) else { return false };
    single_replies(staple)
        .unwrap_or_default()
        .iter()
        .any(|reply| revokes(reply, own.raw_serial()) == Some(true))
}

/// Down to `ResponseData.responses`, each a `SingleResponse`.
fn single_replies(staple: &[u8]) -> Option<Vec<&[u8]>> {
    let reply = inside(staple, Tag::Sequence)?;
    let wrapped = elements(reply).into_iter().find(|any| is_context(any, 0))?;
    let basic = *texts(inside(wrapped.data, Tag::Sequence)?, Tag::OctetString).first()?;
    let data = inside(inside(basic, Tag::Sequence)?, Tag::Sequence)?;
    let replies = *texts(data, Tag::Sequence).first()?;
    Some(texts(replies, Tag::Sequence))
}

/// `SingleResponse`: the certificate's id, of which the last part is its serial number, and the status.
fn revokes(reply: &[u8], serial: &[u8]) -> Option<bool> {
    let id = *texts(reply, Tag::Sequence).first()?;
    let named = *texts(id, Tag::Integer).first()?;
    let status = elements(reply).into_iter().nth(1)?;
    Some(named == serial && is_context(&status, 1))
}

fn is_context(any: &Any<'_>, number: u32) -> bool {
    any.class() == Class::ContextSpecific && any.tag() == Tag(number)
}

/// The content of the one element with which `der` begins, if it is a `tag`.
fn inside(der: &[u8], tag: Tag) -> Option<&[u8]> {
    let (_, any) = Any::from_der(der).ok()?;
    (any.tag() == tag).then_some(any.data)
}

/// The contents of those elements of `der` that are a `tag`.
fn texts(der: &[u8], tag: Tag) -> Vec<&[u8]> {
    let wanted = |any: &Any<'_>| any.class() == Class::Universal && any.tag() == tag;
    elements(der).into_iter().filter(wanted).map(|any| any.data).collect()
}

fn elements(mut der: &[u8]) -> Vec<Any<'_>> {
    let mut elements = Vec::new();
    while let Ok((rest, any)) = Any::from_der(der) {
        elements.push(any);
        der = rest;
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let mut der = vec![tag, 0x82];
        der.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        der.extend(content);
        // The shortest form of a length, as DER wants it.
        match der[2..4] {
            [0, short] if short < 0x80 => [&[tag, short], &der[4..]].concat(),
            [0, long] => [&[tag, 0x81, long], &der[4..]].concat(),
            _ => der,
        }
    }

    fn staple(serial: &[u8], status: &[u8]) -> Vec<u8> {
        let hash = der(0x04, &[&[7; 20]]);
        let time = der(0x18, &[b"20260101000000Z"]);
        let id = der(0x30, &[&der(0x30, &[&[0x06, 0x01, 0x2a]]), &hash, &hash, &der(0x02, &[serial])]);
        let single = der(0x30, &[&id, status, &time]);
        let data = der(0x30, &[&der(0xa2, &[&hash]), &time, &der(0x30, &[&single])]);
        let basic = der(0x30, &[&data, &der(0x30, &[&[0x06, 0x01, 0x2a]]), &der(0x03, &[&[0, 1]])]);
        let bytes = der(0x30, &[&[0x06, 0x01, 0x2a], &der(0x04, &[&basic])]);
        der(0x30, &[&[0x0a, 1, 0], &der(0xa0, &[&bytes])])
    }

    #[test]
    fn revoked_is_told_for_the_own_certificate_alone() {
        let mut parameters = rcgen::CertificateParams::default();
        parameters.serial_number = Some(vec![5, 6].into());
        let own = parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let revoked = der(0xa1, &[&der(0x18, &[b"20260101000000Z"])]);
        assert!(says_revoked(&staple(&[5, 6], &revoked), own.der()));
        assert!(!says_revoked(&staple(&[5, 7], &revoked), own.der()));
        assert!(!says_revoked(&staple(&[5, 6], &[0x80, 0]), own.der()));
        let whole = staple(&[5, 6], &revoked);
        assert!((0..whole.len()).all(|cut| !says_revoked(&whole[..cut], own.der())));
    }
}
