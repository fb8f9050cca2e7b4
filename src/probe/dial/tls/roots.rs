//! Whom does a target's chain have to lead to?

use std::sync::Arc;

use rustls::{
    RootCertStore,
    client::WebPkiServerVerifier,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{
    settings::{provider, told},
    trust::Trust,
};
use crate::raw::{Door, Field, Span};

pub(super) fn trust(ca: Option<&Field<String>>, at: Span, door: &mut Door<'_>) -> Option<Arc<Trust>> {
    let Some(path) = ca else { return door.once(MACHINE, |door| machine(at, door)) };
    let file = door.file(path)?;
    door.once(&format!("{:p}", file.as_ptr()), |door| private(path, door))
}

fn private(path: &Field<String>, door: &mut Door<'_>) -> Option<Trust> {
    let known = certificates(path, door)?;
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(known.iter().cloned());
    if good == 0 {
        let cure = "name a PEM file with the CA's certificate";
        door.problem(path.span(), "no certificate in this file can be a root", cure);
        return None;
    }
    Some(Trust { verifier: verifier(roots, path.span(), door)?, known })
}

/// What the trust in the roots of this machine is called among what is built once.
const MACHINE: &str = "of this machine";

/// The trust in the roots of this machine; `None`, and no problem, where there are none.
pub(super) fn of_this_machine(at: Span, door: &mut Door<'_>) -> Option<Arc<Trust>> {
    door.once(MACHINE, |door| roots_of_machine().and_then(|roots| trusting(roots, at, door)))
}

fn machine(at: Span, door: &mut Door<'_>) -> Option<Trust> {
    let Some(roots) = roots_of_machine() else {
        let cure = "install the package ca-certificates, or name the roots to trust: tls: {ca: roots.pem}";
        door.problem(at, "this machine has no root certificates to trust", cure);
        return None;
    };
    trusting(roots, at, door)
}

fn roots_of_machine() -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    (good > 0).then_some(roots)
}

fn trusting(roots: RootCertStore, at: Span, door: &mut Door<'_>) -> Option<Trust> {
    Some(Trust { verifier: verifier(roots, at, door)?, known: Vec::new() })
}

fn verifier(roots: RootCertStore, at: Span, door: &mut Door<'_>) -> Option<Arc<WebPkiServerVerifier>> {
    told(WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build(), at, door)
}

pub(super) fn certificates(
    path: &Field<String>,
    door: &mut Door<'_>,
) -> Option<Vec<CertificateDer<'static>>> {
    let bytes = door.file(path)?;
    match CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Some(certificates),
        _ => {
            let cure = "name a file with one or more blocks BEGIN CERTIFICATE … END CERTIFICATE";
            door.problem(path.span(), "there are no PEM certificates in this file", cure);
            None
        }
    }
}
