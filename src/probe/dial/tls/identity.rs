//! What do we show of ourselves to a server that asks?

use std::sync::Arc;

use rustls::{
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};

use super::{raw::RawClient, roots::certificates, settings::provider};
use crate::raw::{Door, Field, Secret, Span};

/// Our own certificate. Who names the same certificate and the same key shares it.
pub(super) fn identity(client: Field<RawClient>, door: &mut Door<'_>) -> Option<Arc<CertifiedKey>> {
    let client = client.good()?;
    let span = client.key.span();
    let file = door.file(&client.certificate);
    let key = door.secret(client.key)?;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, key.expose().as_bytes());
    let alike = format!("{:p} {digest:?}", file?.as_ptr());
    door.once(&alike, |door| certified(&client.certificate, &key, span, door))
}

fn certified(path: &Field<String>, key: &Secret, at: Span, door: &mut Door<'_>) -> Option<CertifiedKey> {
    let chain = certificates(path, door);
    let Ok(key) = PrivateKeyDer::from_pem_slice(key.expose().as_bytes()) else {
        let cure = "use an unencrypted key: BEGIN PRIVATE KEY …";
        door.problem(at, "this is no private key as PEM", cure);
        return None;
    };
    let certified = CertifiedKey::from_der(chain?, key, &provider());
    let tell = |why| {
        let cure = "name the key that the certificate was made for; X.509 version 3 is needed";
        door.problem(at, format!("the certificate and the key do not go together: {why}"), cure);
    };
    certified.map_err(tell).ok()
}
