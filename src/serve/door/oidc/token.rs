//! Is an ID token what it says (OpenID Connect Core, 3.1.3.7)? First who signed it, then whether it was meant for us, for this
//! sign-in and for now.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    model::Moment,
    probe::oidc::{Algorithm, Keys, difference},
};

/// The longest token, in bytes.
const LONGEST: usize = 64 << 10;

/// How far the clocks of the provider and ours may be apart, in seconds.
const SKEW: f64 = 60.0;

/// What a token must say.
pub(super) struct Expected<'e> {
    /// Who made it.
    pub(super) issuer: &'e str,
    /// For whom.
    pub(super) client: &'e str,
    /// For which sign-in.
    pub(super) nonce: &'e str,
    /// When it is read.
    pub(super) now: Moment,
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Disbelief {
    /// It may be signed by a key that we have not heard of yet.
    UnknownKey,
    /// It is not what it should be.
    Bad(String),
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    /// What must be understood; we understand nothing of the kind.
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
}

/// What a token says, if it is to be believed.
pub(super) fn read(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Value, Disbelief> {
    let (signed, signature) = parts(token)?;
    let (head, claims) = signed.split_once('.').ok_or_else(|| bad("it has not three parts"))?;
    let head: Head = json(head, "head")?;
    verify(&head, signed, &decoded(signature, "signature")?, keys)?;
    expected.judge(&json(claims, "claims")?).map_err(Disbelief::Bad)?;
    json(claims, "claims")
}

/// What is signed, and the signature.
fn parts(token: &str) -> Result<(&str, &str), Disbelief> {
    if token.len() > LONGEST {
        return Err(bad("it is longer than 64 KiB"));
    }
    token.rsplit_once('.').ok_or_else(|| bad("it has not three parts"))
}

fn verify(head: &Head, signed: &str, signature: &[u8], keys: &Keys) -> Result<(), Disbelief> {
    let algorithm = Algorithm::named(&head.alg)
        .ok_or_else(|| bad("it is signed by none of the algorithms that we take"))?;
    if head.crit.is_some() || head.typ.as_ref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(bad("it is a token of another kind"));
    }
    let mut named = keys.named(head.kid.as_deref()).peekable();
    if named.peek().is_none() {
        return Err(Disbelief::UnknownKey);
    }
    match named.any(|key| key.signed(algorithm, signed.as_bytes(), signature)) {
        true => Ok(()),
        false if head.kid.is_none() => Err(Disbelief::UnknownKey),
        false => Err(bad("its signature is not of the key that it names")),
    }
}

impl Expected<'_> {
    fn judge(&self, claims: &Claims) -> Result<(), String> {
        if let Some(how) = difference(self.issuer, &claims.iss) {
            return Err(format!("its issuer is not ours: {how}"));
        }
        if !self.is_for_us(claims) {
            return Err("it is meant for somebody else (`aud`, `azp`)".into());
        }
        if claims.nonce.as_deref() != Some(self.nonce) {
            return Err("it belongs to another sign-in (`nonce`)".into());
        }
        if claims.sub.is_empty() {
            return Err("it says of nobody (`sub`)".into());
        }
        self.is_of_now(claims)
    }

    fn is_for_us(&self, claims: &Claims) -> bool {
        let all = claims.aud.as_array().map_or(std::slice::from_ref(&claims.aud), Vec::as_slice);
        let ours = all.iter().any(|one| one.as_str() == Some(self.client));
        let party = claims.azp.as_deref();
        ours && (party == Some(self.client) || party.is_none() && all.len() == 1)
    }

    fn is_of_now(&self, claims: &Claims) -> Result<(), String> {
        let early = self.now.as_seconds() + SKEW;
        if claims.exp <= self.now.as_seconds() - SKEW {
            return Err("it has expired (`exp`)".into());
        }
        if claims.iat > early || claims.nbf.is_some_and(|from| from > early) {
            return Err("it is from the time to come (`iat`, `nbf`): are both clocks right?".into());
        }
        Ok(())
    }
}

fn json<T: DeserializeOwned>(part: &str, what: &str) -> Result<T, Disbelief> {
    let bytes = decoded(part, what)?;
    serde_json::from_slice(&bytes).map_err(|why| bad(&format!("its {what} cannot be read: {why}")))
}

fn decoded(part: &str, what: &str) -> Result<Vec<u8>, Disbelief> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| bad(&format!("its {what} is no base64url")))
}

fn bad(words: &str) -> Disbelief {
    Disbelief::Bad(words.to_owned())
}

/// The keys of a provider, a record separator and a token; and the same as the claims of one that is signed well.
#[cfg(any(test, fuzzing))]
pub(in crate::serve) fn fuzz(bytes: &[u8]) {
    let (keys, token) = bytes.split_at(bytes.iter().position(|byte| *byte == 0x1e).unwrap_or(0));
    let now = Moment::from_ms(1_790_000_000_000);
    let expected = Expected { issuer: "https://id.example", client: "wardround", nonce: "n-1", now };
    if let (Ok(keys), Ok(token)) = (Keys::read(keys), str::from_utf8(token)) {
        assert!(
            read(token.trim_start_matches('\u{1e}'), &keys, &expected).is_err(),
            "a forged token is believed"
        );
    }
    let Ok(claims) = serde_json::from_slice::<Claims>(bytes) else { return };
    if expected.judge(&claims).is_ok() {
        let named = |value: &Value| {
            value == "wardround" || value.as_array().is_some_and(|all| all.contains(&"wardround".into()))
        };
        assert!(named(&claims.aud) && claims.iss == expected.issuer && !claims.sub.is_empty());
        assert!(claims.nonce.as_deref() == Some("n-1") && claims.exp > 1_789_999_940.0);
    }
}

#[cfg(test)]
mod tests;
