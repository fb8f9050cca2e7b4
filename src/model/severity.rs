//! How loudly is somebody told?

use serde::{Deserialize, Serialize};

use super::IncidentKind;

/// How loudly somebody is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody is woken.
    Critical,
    /// Somebody looks within the working day.
    Warning,
    /// It can be read.
    Info,
    /// Nobody is told.
    None,
}

/// How loudly each kind of incident of a service is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severities {
    /// Of an outage.
    pub down: Severity,
    /// Where some function is missing.
    pub partial: Severity,
    /// Where it works, but badly.
    pub degraded: Severity,
    /// Where what stands in for a part of it is gone.
    pub at_risk: Severity,
}

impl Severity {
    /// Every severity, the loudest first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::Warning, Self::Info, Self::None];

    /// The value of the label `severity`.
    pub fn label(self) -> &'static str {
        ["critical", "warning", "info", "none"][self as usize]
    }
}

impl Severities {
    /// That of an incident of `kind`.
    pub fn of(self, kind: IncidentKind) -> Severity {
        match kind {
            IncidentKind::Outage => self.down,
            IncidentKind::Partial => self.partial,
            IncidentKind::Degradation => self.degraded,
            IncidentKind::LossOfRedundancy => self.at_risk,
        }
    }
}

impl Default for Severities {
    fn default() -> Self {
        Self {
            down: Severity::Critical,
            partial: Severity::Critical,
            degraded: Severity::Warning,
            at_risk: Severity::Info,
        }
    }
}
