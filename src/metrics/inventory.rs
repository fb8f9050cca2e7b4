//! What of a plan do the metrics need to know?

use std::{collections::BTreeMap, time::Duration};

use jiff::tz::TimeZone;

use crate::model::{Calendar, Links, Objective, ProbeId, Severities, Slug};

/// The site, services and probes whose series there shall be. Nothing in it may be secret: it is shown as it is.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// The vantage point: the label `site` of every series.
    pub site: Slug,
    /// The time zone of everything local.
    pub zone: TimeZone,
    /// Spans of the week to which objectives refer.
    pub calendars: Vec<Calendar>,
    /// Where people find more.
    pub links: Links,
    /// Every service.
    pub services: Vec<ServiceFacts>,
    /// Every probe.
    pub probes: Vec<ProbeFacts>,
}

/// What is shown of a service. An empty text is left out.
#[derive(Clone, Debug)]
pub struct ServiceFacts {
    /// Which service.
    pub id: Slug,
    /// Its name for people.
    pub title: String,
    /// Who looks after it.
    pub owner: String,
    /// How much it matters.
    pub tier: String,
    /// How loudly its incidents are told.
    pub severities: Severities,
    /// What to do when it is down.
    pub runbook: String,
    /// The services without which it does not work, each once.
    pub depends_on: Vec<Slug>,
    /// What is promised of it.
    pub objectives: Vec<Objective>,
}

/// What is shown of a probe. An empty text is left out.
#[derive(Clone, Debug)]
pub struct ProbeFacts {
    /// Which probe.
    pub id: ProbeId,
    /// The name of its kind: `http`, `dns`, …
    pub kind: &'static str,
    /// What it looks at, safe to show: no user, no password, no query.
    pub target: String,
    /// Who looks after its service.
    pub owner: String,
    /// How much its service matters.
    pub tier: String,
    /// From one look to the next.
    pub interval: Duration,
    /// A look that takes longer is degraded.
    pub slow: Option<Duration>,
    /// Labels of the configuration, without the prefix `label_`.
    pub labels: BTreeMap<String, String>,
    /// The names of its steps, if it has any: no quotes, no backslashes, no control characters.
    pub steps: Vec<String>,
}
