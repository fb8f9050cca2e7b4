//! What does a provider say of itself? Its discovery document, and its keys (RFC 7517).

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use serde_json::Value;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::key::Public;
use crate::model::Moment;

/// What a provider says of itself, as far as we go by it.
#[derive(Debug, Deserialize)]
pub(crate) struct Discovery {
    /// Who it is: what its tokens say, to the letter. Empty if it does not say.
    #[serde(default)]
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Option<String>,
    pub(crate) token_endpoint: Option<String>,
    pub(crate) userinfo_endpoint: Option<String>,
    pub(crate) jwks_uri: Option<String>,
    pub(crate) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub(super) id_token_signing_alg_values_supported: Option<Vec<String>>,
    pub(super) grant_types_supported: Option<Vec<String>>,
    pub(super) scopes_supported: Option<Vec<String>>,
}

/// The keys of a provider.
#[derive(Debug)]
pub(crate) struct Keys(Vec<Key>);

/// One key of a provider.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name, if it has one.
    pub(crate) id: Option<String>,
    /// What it may be used with, if that is said.
    pub(super) algorithm: Option<String>,
    pub(super) public: Public,
    /// Until when its certificate is good, if it has one.
    pub(super) until: Option<Moment>,
}

/// A key as it is written.
#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    /// Its certificate, and those of whoever vouches for it.
    x5c: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// The most keys that are read.
const MOST: usize = 100;

/// Where the provider `issuer` says who it is.
pub(crate) fn discovery_url(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// How the issuer that is said differs from the one that is expected; `None` if it does not. They are compared to the letter.
pub(crate) fn difference(expected: &str, said: &str) -> Option<&'static str> {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    match () {
        () if expected == said => None,
        () if bare(expected) == bare(said) && said.ends_with('/') => Some("it ends with a slash"),
        () if bare(expected) == bare(said) => Some("it does not end with a slash"),
        () if expected.eq_ignore_ascii_case(said) => Some("capitals and small letters differ"),
        () => Some("it is another"),
    }
}

impl Discovery {
    /// Reads the document; `Err` says why it is none.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|why| place_of(&why))
    }
}

impl Keys {
    /// Reads a set of keys. Those that are not for signatures, or of a kind that we do not know, are passed over.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let set: Set = serde_json::from_slice(bytes).map_err(|why| place_of(&why))?;
        Ok(Self(set.keys.into_iter().take(MOST).filter_map(Key::read).collect()))
    }

    /// Each of them.
    pub(super) fn all(&self) -> &[Key] {
        &self.0
    }

    /// Those that may have made a signature of the name `id`; all, where it names none.
    pub(crate) fn named<'k>(&'k self, id: Option<&'k str>) -> impl Iterator<Item = &'k Key> {
        self.0.iter().filter(move |key| id.is_none() || key.id.as_deref() == id)
    }
}

impl Key {
    fn read(written: Value) -> Option<Self> {
        let written: Written = serde_json::from_value(written).ok()?;
        let signs = written.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let public = written.public().filter(|_| signs)?;
        let until = written.x5c.as_ref().and_then(|chain| until(chain.first()?));
        Some(Self { id: written.kid, algorithm: written.alg, public, until })
    }
}

impl Written {
    fn public(&self) -> Option<Public> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Some(Public::Rsa { n: number(self.n.as_ref())?, e: number(self.e.as_ref())? }),
            ("EC", Some("P-256")) => self.point(32).map(Public::P256),
            ("EC", Some("P-384")) => self.point(48).map(Public::P384),
            ("OKP", Some("Ed25519")) => bytes(self.x.as_ref()).filter(|x| x.len() == 32).map(Public::Ed25519),
            _ => None,
        }
    }

    /// A point of a curve whose numbers take `size` bytes, uncompressed.
    fn point(&self, size: usize) -> Option<Vec<u8>> {
        let (x, y) = (bytes(self.x.as_ref())?, bytes(self.y.as_ref())?);
        (x.len() == size && y.len() == size).then(|| [&[4][..], &x, &y].concat())
    }
}

/// Where it cannot be read, without a word of what stands there.
fn place_of(why: &serde_json::Error) -> String {
    format!("it cannot be read: line {}, column {}", why.line(), why.column())
}

/// Until when a certificate is good.
fn until(text: &str) -> Option<Moment> {
    let der = STANDARD.decode(text).ok()?;
    let (_, certificate) = X509Certificate::from_der(&der).ok()?;
    Some(Moment::from_ms(certificate.validity().not_after.timestamp().saturating_mul(1000)))
}

/// A number without the zeros before it, which some write and none may.
fn number(text: Option<&String>) -> Option<Vec<u8>> {
    let bytes = bytes(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].to_vec())
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_issuer_is_compared_to_the_letter() {
        let issuer = "https://id.example/realms/a";
        assert_eq!(difference(issuer, issuer), None);
        for (said, words) in [
            ("https://id.example/realms/a/", "it ends with a slash"),
            ("https://ID.example/realms/a", "capitals and small letters differ"),
            ("https://id.example/realms/b", "it is another"),
            ("", "it is another"),
        ] {
            assert_eq!(difference(issuer, said), Some(words), "{said}");
        }
        assert_eq!(difference("https://a/", "https://a"), Some("it does not end with a slash"));
        let url = "https://id.example/realms/a/.well-known/openid-configuration";
        assert_eq!([discovery_url(issuer), discovery_url(&format!("{issuer}/"))], [url, url]);
    }

    #[test]
    fn keys_that_are_not_for_us_are_passed_over() {
        let text = r#"{"keys": [
            {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB"},
            {"kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB"}, {"kty": "EC", "crv": "secp256k1", "x": "", "y": ""},
            7, {"kid": "no kty"}, {"kty": "RSA", "kid": "a", "n": "AAEAAQ", "e": "AQAB"}]}"#;
        let keys = Keys::read(text.as_bytes()).unwrap();
        let [key] = &keys.0[..] else { panic!("{keys:?}") };
        assert_eq!(key.id.as_deref(), Some("a"));
        assert!(
            matches!(&key.public, Public::Rsa { n, e } if *n == [1, 0, 1] && n == e),
            "no zeros: {key:?}"
        );
        assert_eq!(
            (keys.named(Some("a")).count(), keys.named(None).count(), keys.named(Some("b")).count()),
            (1, 1, 0)
        );
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for bad in ["", "<html>", "[7]", "7", r#"{"issuer": 7}"#, r#"{"issuer": "a", "issuer": "b"}"#] {
            assert!(Discovery::read(bad.as_bytes()).is_err(), "{bad}");
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(Discovery::read(format!(r#"{{"issuer": {deep}}}"#).as_bytes()).is_err());
        assert!(Keys::read(format!(r#"{{"keys": {deep}}}"#).as_bytes()).is_err());
        for bad in ["", "{}", r#"{"keys": {}}"#] {
            assert!(Keys::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            let _ = (Discovery::read(&bytes), Keys::read(&bytes));
        }
    }
}
