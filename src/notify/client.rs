//! How is something told over HTTP? One request on a connection of its own: bounded in time and size, no redirects, no cookies.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, StatusCode, Uri,
    header::{self, HeaderValue},
};
use tokio::time::timeout_at;

use super::{Undelivered, peer::Peer};
use crate::{
    model::{Failure, Moment},
    probe::{Agent, Answer, Looking, OURS, Place, Reach, http1, printable},
};

/// How long one delivery may take, with all its requests.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// The most that is read of a reply, in bytes.
const LIMIT: usize = 64 << 10;

/// How much of a reply is shown.
const SHOWN: usize = 300;

/// The longest that a receiver may ask us to be patient.
const PATIENCE: Duration = Duration::from_hours(1);

/// A URL that is told things.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) place: Place,
    pub(super) peer: Peer,
    /// What `Authorization` says.
    pub(super) authorization: Option<HeaderValue>,
    /// Whether what it answers may be shown: not where it could repeat a secret URL.
    pub(super) quotes: bool,
}

/// What is asked.
pub(super) struct Ask {
    pub(super) method: Method,
    /// JSON, or nothing.
    pub(super) body: Bytes,
    /// The same for the same message, so that it is taken once.
    pub(super) key: Option<HeaderValue>,
}

impl Client {
    /// Asks once, within the time given. A reply that is good at its first line is good, however it goes on: the far side has
    /// acted on the request.
    pub(super) async fn ask(
        &self,
        ask: Ask,
        within: Duration,
        at: Moment,
        agent: &Agent,
    ) -> Result<(), Undelivered> {
        let mut looking = Looking::begin(agent, within, at);
        let answer = self.answer(ask, LIMIT, &mut looking).await;
        match (answer, looking.details.http_status) {
            (Err(_), Some(200..=299)) => Ok(()),
            (answer, _) => self.judge(&answer?),
        }
    }

    /// What it shows: the whole body of a good reply, of at most `limit` bytes.
    pub(super) async fn fetch(
        &self,
        limit: usize,
        within: Duration,
        at: Moment,
        agent: &Agent,
    ) -> Result<Bytes, Undelivered> {
        let ask = Ask { method: Method::GET, body: Bytes::new(), key: None };
        let answer = self.answer(ask, limit, &mut Looking::begin(agent, within, at)).await?;
        self.judge(&answer)?;
        if answer.body.cut {
            return Err(Undelivered::for_now(format!("{} answered more than {limit} bytes", self.origin())));
        }
        Ok(answer.body.bytes)
    }

    /// Scheme, host and port: all of its URL that is ever shown.
    pub(super) fn origin(&self) -> String {
        origin(&self.place)
    }

    async fn answer(&self, ask: Ask, limit: usize, looking: &mut Looking<'_>) -> Result<Answer, Failure> {
        let deadline = looking.watch.deadline();
        let answer = timeout_at(deadline, self.exchange(ask, limit, looking)).await;
        let answer = answer.unwrap_or_else(|_| Err(looking.timed_out(TIMEOUT)));
        answer.map_err(|failure| self.discreet(failure))
    }

    /// Without our own request, which some say back, whole or in part: its path may be a secret.
    fn discreet(&self, mut failure: Failure) -> Failure {
        const FIRST: usize = 5;
        let path = self.place.uri.path_and_query().map_or("/", |path| path.as_str());
        let begins = path.get(..FIRST).unwrap_or(path);
        if let Some(at) = failure.words.find(begins).filter(|_| path.len() > 1) {
            failure.words.truncate(at);
            failure.words.push('…');
        }
        failure
    }

    async fn exchange(&self, ask: Ask, limit: usize, looking: &mut Looking<'_>) -> Result<Answer, Failure> {
        let stream = self.peer.open(looking).await?;
        http1(looking, stream, self.request(ask), Reach { limit, follow: true }).await
    }

    fn request(&self, ask: Ask) -> Request<Full<Bytes>> {
        let told = !ask.body.is_empty();
        let mut request = Request::new(Full::new(ask.body));
        *request.method_mut() = ask.method;
        *request.uri_mut() = self.place.uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        let headers = [
            (header::HOST, Some(self.place.authority.clone())),
            (header::USER_AGENT, Some(HeaderValue::from_static(OURS))),
            (header::ACCEPT, Some(HeaderValue::from_static("*/*"))),
            (header::CONNECTION, Some(HeaderValue::from_static("close"))),
            (header::CONTENT_TYPE, told.then(|| HeaderValue::from_static("application/json"))),
            (header::AUTHORIZATION, self.authorization.clone()),
            (header::HeaderName::from_static("idempotency-key"), ask.key),
        ];
        *request.headers_mut() =
            headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        request
    }

    fn judge(&self, answer: &Answer) -> Result<(), Undelivered> {
        let status = answer.status;
        if status.is_success() {
            return Ok(());
        }
        let words = format!("{} answered {}", self.origin(), self.told(answer));
        Err(Undelivered {
            retry_after: retry_after(&answer.headers),
            ..if is_of_the_message(status) {
                Undelivered::for_good(words)
            } else {
                Undelivered::for_now(words)
            }
        })
    }

    fn told(&self, answer: &Answer) -> String {
        let status = answer.status;
        let mut words = status.as_u16().to_string();
        words.extend(status.canonical_reason().map(|reason| format!(" {reason}")));
        match status.as_u16() {
            300..=399 => words.push_str(&whereto(&self.place, &answer.headers)),
            401 | 403 if self.authorization.is_none() => words.push_str(", and there is no `auth` here"),
            401 | 403 => words.push_str(": does it know the credential in `auth`?"),
            _ if self.quotes && !answer.body.bytes.is_empty() => {
                words = format!("{words}: \"{}\"", printable(&answer.body.bytes, SHOWN));
            }
            _ => {}
        }
        words
    }
}

/// Nothing of the URL behind its host, and no credential.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

/// Scheme, host and port: all of a URL that is ever shown.
fn origin(place: &Place) -> String {
    let scheme = if place.is_secure() { "https" } else { "http" };
    format!("{scheme}://{}", place.endpoint)
}

/// Whether this status says that the message is bad, and not the way, the credential or the server.
fn is_of_the_message(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY
    )
}

/// Where a redirect leads, as far as that may be shown.
fn whereto(place: &Place, headers: &HeaderMap) -> String {
    let there = headers.get(header::LOCATION).and_then(|value| place.follow(value.to_str().ok()?).ok());
    let there = there.map_or_else(|| "nowhere".to_owned(), |place| origin(&place));
    format!(", a redirect to {there}, and redirects are not followed: write the URL at the end of the way")
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(PATIENCE))
}
