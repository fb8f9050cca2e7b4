//! What of a plan do the metrics need to know?

use std::collections::BTreeMap;

use crate::model::{ProbeId, Slug};

/// The site, services and probes whose series there shall be. Nothing in it may be secret: it is shown as it is.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// The vantage point: the label `site` of every series about a service or a probe.
    pub site: Slug,
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
    /// Labels of the configuration, without the prefix `label_`.
    pub labels: BTreeMap<String, String>,
}
