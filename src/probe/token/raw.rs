//! How is written where a token comes from?

use hyper::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Proof, Token,
    key::{Algorithm, Key},
};
use crate::{
    probe::{
        dial::tls::RawTls,
        http::{Asking, Place},
    },
    raw::{Door, Field, SecretSource, Span},
};

/// A token server (OAuth 2.0, client credentials), and how we prove to it who we are: by `secret`, or by `key` (SMART backend
/// services, `private_key_jwt`).
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawToken {
    /// Where tokens are asked for: `https://auth.example.nhs.uk/token`.
    #[schemars(with = "String", extend("format" = "uri"))]
    url: Field<Place>,
    /// Who we are there (`client_id`).
    client: Field<String>,
    /// Our secret: `${env:NAME}` or `{file: path}`.
    secret: Option<Field<SecretSource>>,
    /// Where our secret is sent.
    #[schemars(extend("default" = "header"))]
    secret_in: Option<Field<SecretIn>>,
    /// Our private key as unencrypted PEM: `{file: path}` or `${env:NAME}`.
    key: Option<Field<SecretSource>>,
    /// Which of the public keys that the server knows of us is its counterpart.
    kid: Option<Field<String>>,
    /// How it signs. By default RS384 for an RSA key, ES384 or ES256 for one of a curve.
    algorithm: Option<Field<Algorithm>>,
    /// To whom the assertion is addressed (`aud`). By default the `url`.
    audience: Option<Field<String>>,
    /// What the token is to allow: `system/Organization.rs system/Location.rs`.
    scope: Option<Field<String>>,
    /// How TLS is spoken to the token server and whom it trusts. By default as to the service, without our certificate.
    tls: Option<Field<RawTls>>,
}

/// Where a secret is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum SecretIn {
    /// In the header `Authorization` (basic), as every server must allow.
    #[default]
    Header,
    /// In the body, as some insist on.
    Body,
}

impl Token {
    /// Checks what was written; the token server is reached as `service` is.
    pub(in crate::probe) fn parse(
        raw: Field<RawToken>,
        service: &Asking,
        door: &mut Door<'_>,
    ) -> Option<Self> {
        let span = raw.span();
        let raw = raw.good()?;
        let url = raw.url.get().map(|place| place.as_str().to_owned());
        let mut asking = service.beside(raw.url, raw.tls, door);
        if let Some(asking) = &mut asking {
            asking.template.method = Method::POST;
        }
        let signed = Signed { key: raw.key, kid: raw.kid, algorithm: raw.algorithm, audience: raw.audience };
        let proof = match raw.secret {
            Some(secret) => {
                signed.tell_needless(door);
                let secret = door.secret(secret);
                let place = raw.secret_in.and_then(Field::good).unwrap_or_default();
                secret.map(if place == SecretIn::Body { Proof::Body } else { Proof::Header })
            }
            None => signed.parse(url?, span, door),
        };
        Some(Self {
            asking: asking?,
            client: raw.client.good()?,
            proof: proof?,
            scope: raw.scope.and_then(Field::good),
            patience: crate::probe::patience::Patience::default(),
            held: tokio::sync::Mutex::default(),
        })
    }
}

/// What is written of an assertion.
struct Signed {
    key: Option<Field<SecretSource>>,
    kid: Option<Field<String>>,
    algorithm: Option<Field<Algorithm>>,
    audience: Option<Field<String>>,
}

impl Signed {
    fn tell_needless(&self, door: &mut Door<'_>) {
        let spans = [
            self.key.as_ref().map(Field::span),
            self.kid.as_ref().map(Field::span),
            self.algorithm.as_ref().map(Field::span),
            self.audience.as_ref().map(Field::span),
        ];
        for span in spans.into_iter().flatten() {
            door.problem(
                span,
                "this belongs to a key, and there is a secret",
                "keep either `secret` or `key`",
            );
        }
    }

    fn parse(self, url: String, at: Span, door: &mut Door<'_>) -> Option<Proof> {
        let Some(key) = self.key else {
            let message = "nothing says how we prove who we are";
            door.problem(at, message, "add `secret: \"${env:NAME}\"` or `key: {file: path}`");
            return None;
        };
        let span = key.span();
        let key = Key::read(&door.secret(key)?, self.algorithm.and_then(Field::good));
        let key = key.map_err(|refusal| door.refuse(span, refusal)).ok()?;
        let kid = self.kid.and_then(Field::good);
        Some(Proof::Signed { key, kid, audience: self.audience.and_then(Field::good).unwrap_or(url) })
    }
}
