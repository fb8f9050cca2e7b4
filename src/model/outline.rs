//! What is remembered of a plan, so that all that was told under it can be derived again?

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Cadence, Calendar, Confirm, Impact, Objective, ProbeId, Severities, Slug};

/// A plan as it is remembered: whom it watched and what each meant. No secrets, no settings of kinds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// The vantage point.
    pub site: String,
    /// The time zone of everything local, by its name.
    pub zone: String,
    /// Spans of the week to which objectives refer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<Calendar>,
    /// Where people find more.
    #[serde(default, skip_serializing_if = "Links::is_empty")]
    pub links: Links,
    /// Who is told, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receivers: Vec<Slug>,
    /// Every service.
    pub services: Vec<ServiceOutline>,
    /// Every probe.
    pub probes: Vec<ProbeOutline>,
}

/// Where people find more; empty where nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The page with a heading for each alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbooks: Option<String>,
    /// The Grafana that has the dashboards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboards: Option<String>,
}

impl Links {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is remembered of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceOutline {
    /// Its name, the same everywhere.
    pub id: Slug,
    /// Its name for people.
    pub title: String,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// How loudly its incidents are told.
    #[serde(default)]
    pub severities: Severities,
    /// How many people use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<u64>,
    /// What to do when it is down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// The services without which it does not work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Slug>,
    /// Whether anybody may see it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub public: bool,
    /// Its groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What is promised of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<Objective>,
    /// Declared changes of it, from which its charts begin anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rebase: Vec<Rebase>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(truth: &bool) -> bool {
    !truth
}

/// A declared change of a service: what was measured before says nothing of what is to be expected after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rebase {
    /// The first day after it.
    pub from: Date,
    /// What changed.
    pub note: String,
}

/// Several probes that stand in for each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name within the service.
    pub id: Slug,
    /// With fewer than this many answering the service is down, with fewer than this many up it is degraded. At least 1.
    pub need: u32,
    /// The worst that it can mean for the service.
    pub impact: Impact,
}

/// What is remembered of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeOutline {
    /// Which probe.
    pub id: ProbeId,
    /// The name of its kind.
    pub kind: String,
    /// Where it looks, without secrets.
    pub target: String,
    /// How often it looks and how long it waits.
    pub cadence: Cadence,
    /// After how many looks it is believed.
    pub confirm: Confirm,
    /// Milliseconds after which a good look is degraded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_ms: Option<u64>,
    /// The worst that it can mean for its service; without meaning in a group.
    pub impact: Impact,
    /// The group of its service that it is one of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Slug>,
    /// Whether it watches our own way out.
    #[serde(default)]
    pub reference: bool,
    /// The names of its steps, if it has any: each is a hop of its looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
}
