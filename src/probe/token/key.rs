//! With which key do we sign who we are?

use std::fmt;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256,
        RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair, RsaSignatureEncoding,
    },
};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::raw::{Refusal, Secret};

/// A way of signing (RFC 7518).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub(super) enum Algorithm {
    /// RSA with SHA-256.
    RS256,
    /// RSA with SHA-384.
    RS384,
    /// RSA with SHA-512.
    RS512,
    /// The curve P-256 with SHA-256.
    ES256,
    /// The curve P-384 with SHA-384.
    ES384,
}

/// A private key, and how it signs. Does not print.
pub(super) enum Key {
    Rsa(Box<RsaKeyPair>, Algorithm),
    Curve(Box<EcdsaKeyPair>, Algorithm),
}

impl Key {
    /// Reads an unencrypted key as PEM; `wanted` is the algorithm that was asked for.
    pub(super) fn read(pem: &Secret, wanted: Option<Algorithm>) -> Result<Self, Refusal> {
        let der = PrivateKeyDer::from_pem_slice(pem.expose().as_bytes()).map_err(|_| refused())?;
        let key = Self::of(&der).ok_or_else(refused)?;
        let Some(wanted) = wanted else { return Ok(key) };
        let kind = key.algorithm();
        match key {
            Self::Rsa(pair, _) if wanted.is_rsa() => Ok(Self::Rsa(pair, wanted)),
            key if kind == wanted => Ok(key),
            _ => Err(Refusal::new(format!("{} is not how this key signs", wanted.name()))
                .cure(format!("write {}, or leave `algorithm` out", kind.name()))),
        }
    }

    fn of(der: &PrivateKeyDer<'_>) -> Option<Self> {
        let rsa = match der {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            key => RsaKeyPair::from_pkcs8(key.secret_der()),
        };
        if let Ok(pair) = rsa {
            return Some(Self::Rsa(Box::new(pair), Algorithm::RS384));
        }
        let curves = [
            (&ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::ES384),
            (&ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::ES256),
        ];
        curves.into_iter().find_map(|(curve, algorithm)| {
            let pair = EcdsaKeyPair::from_private_key_der(curve, der.secret_der()).ok()?;
            Some(Self::Curve(Box::new(pair), algorithm))
        })
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_, algorithm) | Self::Curve(_, algorithm) => *algorithm,
        }
    }

    /// The signature of `message`; `None` if the library cannot.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair, algorithm) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(algorithm.rsa(), &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Self::Curve(pair, _) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
        }
    }
}

impl Algorithm {
    /// What the header `alg` says.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
        }
    }

    fn is_rsa(self) -> bool {
        matches!(self, Self::RS256 | Self::RS384 | Self::RS512)
    }

    fn rsa(self) -> &'static RsaSignatureEncoding {
        match self {
            Self::RS256 => &RSA_PKCS1_SHA256,
            Self::RS512 => &RSA_PKCS1_SHA512,
            _ => &RSA_PKCS1_SHA384,
        }
    }
}

fn refused() -> Refusal {
    Refusal::new("this is no private key that we can sign with")
        .cure("use an unencrypted PEM file (BEGIN PRIVATE KEY) of RSA from 2048 bits on, P-256 or P-384")
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ***", self.algorithm().name())
    }
}
