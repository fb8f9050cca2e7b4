//! What is told? An alert, with the labels and annotations that the rules of Prometheus give it.

use std::collections::BTreeMap;

use crate::model::{Moment, Severity, Slug};

/// One alert, firing or over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name for ever: the incident's id, or what stands for one.
    pub id: Slug,
    /// What makes it this alert and no other, `alertname` and `severity` included. None is empty.
    pub labels: BTreeMap<String, String>,
    /// What a person reads: `summary`, `description`, `runbook_url`, … None is empty.
    pub annotations: BTreeMap<String, String>,
    /// How loudly it is told.
    pub severity: Severity,
    /// Since when.
    pub since: Moment,
    /// Until when; `None` while it lasts.
    pub until: Option<Moment>,
}

/// What one receiver without an Alertmanager is told at once: somebody reads it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is about.
    pub alert: Alert,
    /// All of it in one line.
    pub subject: String,
    /// What is known, in plain text.
    pub text: String,
    /// When the same receiver last took a message about the same alert: what tells the beginning of one that came again from
    /// its first.
    pub after: Option<Moment>,
}

impl Alert {
    /// Whether it is about what another service's outage does.
    pub fn follows(&self) -> bool {
        self.labels.get("cause") != self.labels.get("service")
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.until.is_some()
    }
}
