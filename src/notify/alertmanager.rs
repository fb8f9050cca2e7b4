//! How is an Alertmanager told? By its API, version 2, with the labels that the rules of Prometheus give the same alert.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use hyper::Method;
use serde::Serialize;

use super::{
    Alert, Undelivered,
    call::Below,
    client::{Ask, Client, TIMEOUT},
    raw::{RawAlertmanager, RawCall},
};
use crate::{
    model::{Moment, Slug},
    probe::{Agent, Stopwatch},
    raw::{Door, Entries, Field, Key},
};

/// Where alerts are posted, below the address of an Alertmanager.
const API: &str = "api/v2/alerts";

/// The most alerts in one request.
const MOST: usize = 500;

/// For how long an alert that lasts is taken to last where nothing more is heard of it.
const LASTS: Duration = Duration::from_hours(24);

/// An Alertmanager.
#[derive(Clone, Debug)]
pub struct Alertmanager {
    pub(super) client: Client,
    labels: BTreeMap<String, String>,
}

impl Alertmanager {
    pub(super) fn parse(raw: RawAlertmanager, door: &mut Door<'_>) -> Option<Self> {
        let RawAlertmanager { url, auth, tls, proxy, labels: own } = raw;
        let labels = labels(own, door);
        let client = Client::parse(RawCall { url, auth, tls, proxy }, Below::Path(API), door)?;
        Some(Self { client, labels })
    }

    /// Tells of `alerts`, at the wall-clock time `now`. `Ok` with those that it will never take, and why; it has all others.
    ///
    /// # Errors
    /// Not all alerts were taken, and all of them are to be told again; telling one twice does no harm.
    pub async fn deliver(
        &self,
        alerts: &[Alert],
        now: Moment,
        agent: &Agent,
    ) -> Result<Vec<(Slug, Undelivered)>, Undelivered> {
        let watch = Stopwatch::start(TIMEOUT);
        let mut refused = Vec::new();
        // What follows from another alert would be told as well, were it not known before that what it follows from mutes it.
        let (follow, lead): (Vec<_>, Vec<_>) = alerts.iter().partition(|alert| alert.follows());
        let mut rest: Vec<&[&Alert]> = lead.chunks(MOST).chain(follow.chunks(MOST)).rev().collect();
        while let Some(some) = rest.pop() {
            match (self.post(some, now, watch.remaining(), agent).await, some) {
                (Ok(()), _) => {}
                (Err(why), [one]) if why.lasting => refused.push((one.id.clone(), why)),
                // One of them is bad: the others must not suffer for it.
                (Err(why), several) if why.lasting => {
                    let (first, second) = several.split_at(several.len() / 2);
                    rest.extend([second, first]);
                }
                (Err(why), _) => return Err(why),
            }
        }
        match refused.pop() {
            // It takes nothing at all: that need not be the fault of the alerts.
            Some((_, why)) if refused.len() + 1 == alerts.len() => Err(Undelivered { lasting: false, ..why }),
            last => Ok(refused.into_iter().chain(last).collect()),
        }
    }

    async fn post(
        &self,
        alerts: &[&Alert],
        now: Moment,
        within: Duration,
        agent: &Agent,
    ) -> Result<(), Undelivered> {
        let posted: Vec<Posted<'_>> = alerts.iter().map(|alert| self.posted(alert, now)).collect();
        let body = serde_json::to_vec(&posted).map_err(|why| Undelivered::for_good(why.to_string()))?;
        self.client
            .ask(Ask { method: Method::POST, body: Bytes::from(body), key: None }, within, now, agent)
            .await
    }

    fn posted<'a>(&'a self, alert: &'a Alert, now: Moment) -> Posted<'a> {
        let own = self.labels.iter().filter(|(name, _)| !alert.labels.contains_key(*name));
        let labels = own.chain(&alert.labels).map(|(name, value)| (&**name, &**value)).collect();
        Posted {
            labels,
            annotations: &alert.annotations,
            starts_at: alert.since.to_string(),
            ends_at: alert.until.map_or(now + LASTS, |until| until.max(alert.since)).to_string(),
        }
    }
}

/// An alert as the API wants it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Posted<'a> {
    labels: BTreeMap<&'a str, &'a str>,
    annotations: &'a BTreeMap<String, String>,
    starts_at: String,
    ends_at: String,
}

/// Labels that every alert has already, or that say which alert it is.
const TAKEN: [&str; 7] = ["alertname", "site", "service", "cause", "owner", "tier", "severity"];

fn labels(raw: Option<Field<Entries<String>>>, door: &mut Door<'_>) -> BTreeMap<String, String> {
    let entries = raw.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
    let checked = entries.into_iter().filter_map(|(key, value)| label(key, value, door));
    checked.collect()
}

fn label(key: Key, value: Field<String>, door: &mut Door<'_>) -> Option<(String, String)> {
    if TAKEN.contains(&key.text.as_str()) {
        let message = format!("every alert has its own label `{}`", key.text);
        door.problem(key.span, message, "take it out, or give it another name");
    }
    if !is_name(&key.text) {
        let message = format!("`{}` is no name of a label", key.text);
        door.problem(key.span, message, "write letters, digits and `_`, and no digit first");
    }
    let span = value.span();
    let value = value.good()?;
    if value.is_empty() {
        door.problem(span, "a label without a value is none", "write its value, or leave it out");
    }
    Some((key.text, value))
}

fn is_name(text: &str) -> bool {
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
