//! How is a webhook told? One POST a message, in JSON that a relay can read without knowing us.

use std::collections::BTreeMap;

use bytes::Bytes;
use hyper::{Method, header::HeaderValue};
use serde::Serialize;

use super::{
    Alert, Message, Undelivered,
    call::Below,
    client::{Ask, Client, TIMEOUT},
    raw::RawWebhook,
};
use crate::{
    model::{Moment, Severity, Slug},
    probe::Agent,
    raw::Door,
};

/// The version of what is sent.
const VERSION: u8 = 1;

/// A URL to which messages are posted.
#[derive(Clone, Debug)]
pub struct Webhook(pub(super) Client);

impl Webhook {
    pub(super) fn parse(raw: RawWebhook, door: &mut Door<'_>) -> Option<Self> {
        Client::parse(raw.into(), Below::Nothing, door).map(Self)
    }

    /// Posts `message`, at the wall-clock time `now`.
    ///
    /// # Errors
    /// It was not answered with a status of 2xx. It may have been taken all the same, if the reply was lost.
    pub async fn deliver(&self, message: &Message, now: Moment, agent: &Agent) -> Result<(), Undelivered> {
        let body = serde_json::to_vec(&Posted::of(message));
        let body = body.map_err(|why| Undelivered::for_good(why.to_string()))?;
        let key = HeaderValue::try_from(key(message)).ok();
        let ask = Ask { method: Method::POST, body: Bytes::from(body), key };
        self.0.ask(ask, TIMEOUT, now, agent).await
    }
}

/// What a message tells: that an alert began, or that it is over.
fn event(message: &Message) -> &'static str {
    if message.alert.is_over() { "resolved" } else { "firing" }
}

/// The same each time the same message is told, and another for every other one: the alert may have begun before, and ended.
pub(super) fn key(message: &Message) -> String {
    let Alert { id, since, .. } = &message.alert;
    let after = message.after.map_or_else(String::new, |after| format!(".{}", after.as_ms()));
    format!("{id}.{}{after}.{}", since.as_ms(), event(message))
}

/// A message as it is sent: `docs/notify.md` says what each is.
#[derive(Serialize)]
struct Posted<'a> {
    version: u8,
    event: &'static str,
    id: &'a Slug,
    subject: &'a str,
    text: &'a str,
    severity: Severity,
    since: String,
    until: Option<String>,
    labels: &'a BTreeMap<String, String>,
    annotations: &'a BTreeMap<String, String>,
}

impl<'a> Posted<'a> {
    fn of(message: &'a Message) -> Self {
        let Message { alert, subject, text, .. } = message;
        Self {
            version: VERSION,
            event: event(message),
            id: &alert.id,
            subject,
            text,
            severity: alert.severity,
            since: alert.since.to_string(),
            until: alert.until.map(|until| until.to_string()),
            labels: &alert.labels,
            annotations: &alert.annotations,
        }
    }
}
