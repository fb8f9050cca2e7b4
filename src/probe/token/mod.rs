//! Who lets us in? A token server (OAuth 2.0, client credentials): by a secret, or by a signed assertion.

mod assertion;
mod grant;
mod key;
mod raw;

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::{
    Method,
    header::{self, HeaderValue},
};
use tokio::sync::Mutex;
use url::form_urlencoded::{Serializer, byte_serialize};

use self::{assertion::Claims, grant::Grant, key::Key};
pub(in crate::probe) use raw::RawToken;

use super::{
    Looking,
    http::{Asking, Content, Template},
    patience::Patience,
};
use crate::{
    model::{Cause, Failure, Moment},
    raw::Secret,
};

/// Checked settings, and the token that they last led to. One fetch at a time.
#[derive(Debug)]
pub(in crate::probe) struct Token {
    asking: Asking,
    client: String,
    proof: Proof,
    scope: Option<String>,
    patience: Patience,
    held: Mutex<Option<Grant>>,
}

/// How we prove who we are.
#[derive(Debug)]
enum Proof {
    /// By a secret in the header `Authorization`.
    Header(Secret),
    /// By a secret in the body.
    Body(Secret),
    /// By a signed assertion.
    Signed { key: Key, kid: Option<String>, audience: String },
}

/// What lets us in.
pub(in crate::probe) struct Bearer {
    /// What `Authorization` says.
    pub(in crate::probe) authorization: HeaderValue,
    /// Whether it was fetched for this very look.
    pub(in crate::probe) fresh: bool,
}

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Token {
    /// A token that lasts: the one held, or a new one.
    pub(in crate::probe) async fn bearer(&self, looking: &mut Looking<'_>) -> Result<Bearer, Failure> {
        let bearer = self.held_or_new(looking).await?;
        let said = bearer.authorization.to_str().unwrap_or_default();
        looking.keep(Secret::new(said.trim_start_matches("Bearer ").to_owned()));
        Ok(bearer)
    }

    async fn held_or_new(&self, looking: &mut Looking<'_>) -> Result<Bearer, Failure> {
        let mut held = self.held.lock().await;
        if let Some(grant) = held.as_ref().filter(|grant| looking.at < grant.until) {
            return Ok(Bearer { authorization: grant.authorization.clone(), fresh: false });
        }
        *held = None;
        let details = std::mem::take(&mut looking.details);
        let grant = self.fetch(looking).await.map_err(|failure| self.told(&failure))?;
        looking.details = details;
        let authorization = held.insert(grant).authorization.clone();
        Ok(Bearer { authorization, fresh: true })
    }

    /// The token held is good no more: it was refused.
    pub(in crate::probe) async fn forget(&self) {
        *self.held.lock().await = None;
    }

    async fn fetch(&self, looking: &mut Looking<'_>) -> Result<Grant, Failure> {
        self.patience.allows(looking.at)?;
        let template = self.template(looking.at)?;
        let reply = self.asking.walk(looking, &template).await?;
        self.patience.heed(reply.status, &reply.headers, looking.at)?;
        grant::read(&reply, self.asking.refused, looking.at)
    }

    /// The request for a token, unlike any before where it is signed.
    fn template(&self, at: Moment) -> Result<Template, Failure> {
        let mut template = self.asking.template.clone();
        template.method = Method::POST;
        template.headers.insert(header::CONTENT_TYPE, FORM);
        template.headers.insert(header::ACCEPT, JSON);
        if let Proof::Header(secret) = &self.proof {
            template.headers.insert(header::AUTHORIZATION, self.basic(secret));
        }
        template.body = Content(self.form(at)?.into());
        Ok(template)
    }

    fn form(&self, at: Moment) -> Result<String, Failure> {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        form.extend_pairs(self.scope.iter().map(|scope| ("scope", scope)));
        match &self.proof {
            Proof::Header(_) => {}
            Proof::Body(secret) => {
                form.append_pair("client_id", &self.client).append_pair("client_secret", secret.expose());
            }
            Proof::Signed { key, kid, audience } => {
                let claims = Claims { client: &self.client, audience, kid: kid.as_deref() };
                form.append_pair("client_assertion_type", ASSERTION);
                form.append_pair("client_assertion", claims.signed(key, at)?.expose());
            }
        }
        Ok(form.finish())
    }

    /// User and password, each written as in a form before they are joined (RFC 6749, 2.3.1).
    fn basic(&self, secret: &Secret) -> HeaderValue {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", encoded(&self.client), encoded(secret.expose())));
        // Base64 is made of visible characters.
        let value = HeaderValue::try_from(format!("Basic {pair}"));
        let mut value = value.unwrap_or_else(|_| HeaderValue::from_static("Basic"));
        value.set_sensitive(true);
        value
    }

    /// The failure of a token server: whoever uses the service needs it as we do.
    fn told(&self, failure: &Failure) -> Failure {
        let whose = match failure.cause {
            Cause::Theirs(_) => "no token, for the token server",
            Cause::Ours(_) => "the token server",
        };
        let words = format!("{whose} {}: {}", self.asking.target(), failure.words);
        Failure { words, cause: failure.cause }
    }
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Reads what a token server may say: what it grants is used for a day at most, and does not print.
#[cfg(any(test, fuzzing))]
pub(in crate::probe) fn fuzz(reply: &super::http::Reply, at: Moment) {
    use std::time::Duration;
    for refused in [super::http::Refused::Down, super::http::Refused::Unknown] {
        match grant::read(reply, refused, at) {
            Ok(grant) => {
                assert!(grant.authorization.is_sensitive() && reply.status.is_success());
                assert!((at..=at + Duration::from_hours(24)).contains(&grant.until));
            }
            Err(failure) => super::fuzzing::assert_tellable(&Err(failure)),
        }
    }
}
