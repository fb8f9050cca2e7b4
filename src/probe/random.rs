//! What can nobody guess? Numbers from the cryptographic library's own source.

use std::sync::LazyLock;

use rustls::crypto::{SecureRandom, aws_lc_rs};

use crate::model::{Failure, Ours};

/// Bytes that nobody can guess, so that nobody can answer in the far side's place.
pub(crate) fn random<const COUNT: usize>() -> Result<[u8; COUNT], Failure> {
    static SOURCE: LazyLock<&'static dyn SecureRandom> =
        LazyLock::new(|| aws_lc_rs::default_provider().secure_random);
    let mut bytes = [0; COUNT];
    match SOURCE.fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Failure::ours(Ours::Internal, "this machine gives no random numbers")),
    }
}
