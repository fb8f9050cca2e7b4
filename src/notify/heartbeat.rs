//! How does somebody outside learn that we live? A URL is asked for, again and again, and its owner cries out when that stops.

use std::time::Duration;

use bytes::Bytes;
use hyper::Method;

use super::{
    Undelivered,
    call::Below,
    client::{Ask, Client, TIMEOUT},
    raw::{RawBeat, RawHeartbeat},
};
use crate::{
    model::Moment,
    probe::Agent,
    raw::{Door, Field},
};

/// A URL that is asked for at every beat.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    pub(super) client: Client,
    method: Method,
    pub(super) interval: Duration,
}

impl Heartbeat {
    pub(super) fn parse(raw: RawHeartbeat, interval: Duration, door: &mut Door<'_>) -> Option<Self> {
        let method = match raw.method.as_ref().and_then(Field::get) {
            Some(RawBeat::Post) => Method::POST,
            _ => Method::GET,
        };
        Some(Self { client: Client::parse(raw.into(), Below::Nothing, door)?, method, interval })
    }

    /// From one beat to the next.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Asks for the URL, at the wall-clock time `now`.
    ///
    /// # Errors
    /// It was not answered with a status of 2xx.
    pub async fn beat(&self, now: Moment, agent: &Agent) -> Result<(), Undelivered> {
        let ask = Ask { method: self.method.clone(), body: Bytes::new(), key: None };
        self.client.ask(ask, TIMEOUT, now, agent).await
    }
}
