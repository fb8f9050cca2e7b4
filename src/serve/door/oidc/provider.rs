//! What does the provider say? Of itself, of its keys, of somebody whom it sent back to us. It may be slow, or not there: what it
//! said is kept for a while, and nobody waits for it long.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::{StatusCode, header::HeaderValue};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{sync::Mutex, time::timeout};
use url::form_urlencoded;

use crate::{
    config::Oidc,
    model::Moment,
    probe::{
        Agent, Looking, Place,
        oidc::{Discovery, Keys, Line, Question, difference, discovery_url},
        printable,
    },
};

/// How long what a provider says of itself is believed.
const FRESH: Duration = Duration::from_hours(1);

/// After it did not answer, or named a key that it does not tell of, it is not asked again for so long.
const PAUSE: Duration = Duration::from_secs(10);

/// The most that is read of a reply, in bytes.
const LIMIT: usize = 512 << 10;

/// How much of an error is shown in the log.
const SHOWN: usize = 100;

/// What was heard of the provider in force.
#[derive(Debug, Default)]
pub(super) struct Provider(Mutex<Option<Heard>>);

/// What was heard, and when.
#[derive(Debug)]
struct Heard {
    of: Arc<Oidc>,
    itself: Result<Arc<Discovery>, Trouble>,
    at: Duration,
    keys: Option<(Arc<Keys>, Duration)>,
}

/// Why the provider cannot be asked, or what it says cannot be used; for the log.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// It does not answer, or not sensibly.
    Silent(String),
    /// It refuses what it gave to somebody: a code that is old, or was shown before.
    Stale(String),
    /// It does not know us, or we do not believe it: somebody has to put that right.
    Wrong(String),
}

/// Somebody who asks, and is in a hurry.
pub(super) struct Call<'c> {
    pub(super) oidc: &'c Arc<Oidc>,
    pub(super) resolver: &'c [SocketAddr],
    pub(super) wall: fn() -> Moment,
    pub(super) ticks: fn() -> Duration,
    /// When nobody waits any longer, by `ticks`.
    pub(super) until: Duration,
}

/// What was given for a code.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

/// Why nothing was given.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Provider {
    /// What it says of itself.
    pub(super) async fn itself(&self, call: &Call<'_>) -> Result<Arc<Discovery>, Trouble> {
        let mut heard = call.turn(&self.0).await?;
        let kept = heard.as_ref().filter(|heard| heard.holds(call));
        if let Some(heard) = kept {
            return heard.itself.clone();
        }
        let itself = call.itself().await;
        if let Err(Trouble::Silent(why) | Trouble::Stale(why) | Trouble::Wrong(why)) = &itself {
            tracing::warn!(provider = call.oidc.issuer(), "signing in by the provider does not work: {why}");
        }
        *heard =
            Some(Heard { of: Arc::clone(call.oidc), itself: itself.clone(), at: (call.ticks)(), keys: None });
        itself
    }

    /// Its keys; `anew` where those that are known do not do.
    pub(super) async fn keys(&self, call: &Call<'_>, anew: bool) -> Result<Arc<Keys>, Trouble> {
        let itself = self.itself(call).await?;
        let mut heard = call.turn(&self.0).await?;
        let kept = heard.as_ref().and_then(|heard| heard.keys.clone());
        let age = |read: Duration| (call.ticks)().saturating_sub(read);
        if let Some((keys, _)) = kept.filter(|(_, read)| age(*read) < if anew { PAUSE } else { FRESH }) {
            return Ok(keys);
        }
        let keys = Arc::new(call.keys(&itself).await?);
        if let Some(heard) = heard.as_mut() {
            heard.keys = Some((Arc::clone(&keys), (call.ticks)()));
        }
        Ok(keys)
    }
}

impl Heard {
    fn holds(&self, call: &Call<'_>) -> bool {
        let age = (call.ticks)().saturating_sub(self.at);
        Arc::ptr_eq(&self.of, call.oidc) && age < if self.itself.is_ok() { FRESH } else { PAUSE }
    }
}

impl Call<'_> {
    fn left(&self) -> Duration {
        self.until.saturating_sub((self.ticks)())
    }

    async fn turn<'m, T>(&self, held: &'m Mutex<T>) -> Result<tokio::sync::MutexGuard<'m, T>, Trouble> {
        let turn = timeout(self.left(), held.lock()).await;
        turn.map_err(|_| Trouble::Silent("others wait for it already".into()))
    }

    async fn itself(&self) -> Result<Arc<Discovery>, Trouble> {
        let url = discovery_url(self.oidc.issuer());
        let itself = Discovery::read(&self.fetch(&url, None).await?).map_err(Trouble::Silent)?;
        match difference(self.oidc.issuer(), &itself.issuer) {
            None => Ok(Arc::new(itself)),
            Some(how) => {
                let said = printable(itself.issuer.as_bytes(), SHOWN);
                let words = format!("its `issuer` is not the one of the configuration: {how} ({said})");
                Err(Trouble::Wrong(words))
            }
        }
    }

    async fn keys(&self, itself: &Discovery) -> Result<Keys, Trouble> {
        let url = told(itself.jwks_uri.as_ref(), "jwks_uri")?;
        Keys::read(&self.fetch(url, None).await?).map_err(Trouble::Silent)
    }

    /// What it gives for a code.
    pub(super) async fn tokens(&self, itself: &Discovery, form: &[(&str, &str)]) -> Result<Tokens, Trouble> {
        let place = self.place(told(itself.token_endpoint.as_ref(), "token_endpoint")?)?;
        let (status, body) = self.ask(&place, self.credential(itself, form)).await?;
        if status == StatusCode::OK {
            return read(&body, "no tokens");
        }
        let refusal: Refusal = read(&body, &format!("{status}"))?;
        let words = format!("it refused the code: {}", printable(refusal.error.as_bytes(), SHOWN));
        Err(if refusal.error == "invalid_grant" { Trouble::Stale(words) } else { Trouble::Wrong(words) })
    }

    /// What it tells of whoever holds `token`, who is `subject`.
    pub(super) async fn person(
        &self,
        itself: &Discovery,
        token: &str,
        subject: &Value,
    ) -> Result<Value, Trouble> {
        let url = told(itself.userinfo_endpoint.as_ref(), "userinfo_endpoint")?;
        let bearer = sealed(&format!("Bearer {token}"))?;
        let told: Value = read(&self.fetch(url, Some(bearer)).await?, "nobody")?;
        if told["sub"] == *subject {
            Ok(told)
        } else {
            Err(Trouble::Wrong("it told of somebody else".into()))
        }
    }

    /// `form`, with whatever shows that it is us who ask.
    fn credential(&self, itself: &Discovery, form: &[(&str, &str)]) -> Question {
        let mut written = form_urlencoded::Serializer::new(String::new());
        written.extend_pairs(form);
        let methods = itself.token_endpoint_auth_methods_supported.as_deref();
        let by_header = methods.is_none_or(|all| all.iter().any(|one| one == "client_secret_basic"));
        let Some(secret) = &self.oidc.client_secret else {
            written.append_pair("client_id", &self.oidc.client_id);
            return Question { form: Some(written.finish()), authorization: None };
        };
        if !by_header {
            written.append_pair("client_id", &self.oidc.client_id);
            written.append_pair("client_secret", secret.expose());
        }
        let basic = || sealed(&format!("Basic {}", basic(&self.oidc.client_id, secret.expose()))).ok();
        Question { form: Some(written.finish()), authorization: by_header.then(basic).flatten() }
    }

    async fn fetch(&self, url: &str, authorization: Option<HeaderValue>) -> Result<Bytes, Trouble> {
        let place = self.place(url)?;
        match self.ask(&place, Question { form: None, authorization }).await? {
            (StatusCode::OK, body) => Ok(body),
            (status, _) => Err(Trouble::Silent(format!("{} answered {status}", place.endpoint))),
        }
    }

    async fn ask(&self, place: &Place, question: Question) -> Result<(StatusCode, Bytes), Trouble> {
        let agent = Agent::new(self.resolver).map_err(Trouble::Silent)?;
        let mut looking = Looking::begin(&agent, self.left(), (self.wall)());
        let line = Line { tls: self.oidc.tls.as_ref(), proxy: self.oidc.proxy.as_ref(), limit: LIMIT };
        let silent = |words: String| Trouble::Silent(format!("{}: {words}", place.endpoint));
        let answer = line.ask(place, question, &mut looking).await.map_err(|why| silent(why.words))?;
        if answer.body.cut {
            return Err(silent(format!("it answered more than {LIMIT} bytes")));
        }
        Ok((answer.status, answer.body.bytes))
    }

    /// Where `url` of the provider leads; nowhere that is less safe than the provider itself.
    pub(super) fn place(&self, url: &str) -> Result<Place, Trouble> {
        let refused = |why: &str| Trouble::Wrong(format!("{why}: {}", printable(url.as_bytes(), SHOWN)));
        let place = Place::parse(url).map_err(|_| refused("this is no URL"))?;
        let safe = if self.oidc.tls.is_some() { place.is_secure() } else { place.endpoint.host.is_here() };
        if safe && place.is_secure() == self.oidc.tls.is_some() {
            Ok(place)
        } else {
            Err(refused("this is not TLS"))
        }
    }
}

/// What the provider tells of itself as `key`.
pub(super) fn told<'d>(url: Option<&'d String>, key: &str) -> Result<&'d str, Trouble> {
    url.map(String::as_str).ok_or_else(|| Trouble::Wrong(format!("it tells no `{key}`")))
}

fn read<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Trouble> {
    // serde's words may hold what was read, which may be a token.
    serde_json::from_slice(bytes)
        .map_err(|why| Trouble::Silent(format!("it answered {what}, at {}:{}", why.line(), why.column())))
}

/// Who we are, as RFC 6749, 2.3.1 has it.
fn basic(id: &str, secret: &str) -> String {
    let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    STANDARD.encode(format!("{}:{}", coded(id), coded(secret)))
}

fn sealed(text: &str) -> Result<HeaderValue, Trouble> {
    let mut value =
        HeaderValue::try_from(text).map_err(|_| Trouble::Wrong("a header cannot hold this".into()))?;
    value.set_sensitive(true);
    Ok(value)
}
