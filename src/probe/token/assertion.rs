//! How do we say who we are, signed? A JSON web token (RFC 7523), as SMART backend services want it.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::key::Key;
use crate::{
    model::{Failure, Moment, Ours},
    probe::random,
    raw::Secret,
};

/// How long an assertion is good: SMART allows five minutes, and clocks differ.
const LASTS: Duration = Duration::from_mins(4);

/// What is said of us.
#[derive(Debug)]
pub(super) struct Claims<'a> {
    pub(super) client: &'a str,
    pub(super) audience: &'a str,
    pub(super) kid: Option<&'a str>,
}

impl Claims<'_> {
    /// An assertion that begins `at`, unlike any other.
    pub(super) fn signed(&self, key: &Key, at: Moment) -> Result<Secret, Failure> {
        let cannot = || Failure::ours(Ours::Internal, "an assertion cannot be signed");
        let unique = URL_SAFE_NO_PAD.encode(random::<16>()?);
        let message = format!("{}.{}", part(&self.head(key)), part(&self.body(&unique, at)));
        let signature = key.sign(message.as_bytes()).ok_or_else(cannot)?;
        Ok(Secret::new(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    fn head(&self, key: &Key) -> Value {
        let mut head = json!({"alg": key.algorithm().name(), "typ": "JWT"});
        if let Some(kid) = self.kid {
            head["kid"] = kid.into();
        }
        head
    }

    fn body(&self, unique: &str, at: Moment) -> Value {
        let seconds = |at: Moment| at.as_ms().div_euclid(1000);
        json!({
            "iss": self.client,
            "sub": self.client,
            "aud": self.audience,
            "jti": unique,
            "iat": seconds(at),
            "exp": seconds(at + LASTS),
        })
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
