//! Which labels are there, and which values may they have?

use crate::{
    entry::GapReason,
    metrics::serve::{ANSWERS, SignIn},
    model::{Blame, Check, Fault, IncidentKind, Ours, Outcome, Phase, ServiceState, Severity},
};

/// A label of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The vantage point.
    Site,
    /// The service's id.
    Service,
    /// The probe's id within its service.
    Probe,
    /// What a look found.
    Outcome,
    /// Why a look was not up.
    Fault,
    /// A part of a look.
    Phase,
    /// A step of a journey.
    Step,
    /// What is believed of a service.
    State,
    /// Why looks were missed.
    Reason,
    /// A probe's kind.
    Kind,
    /// An incident's kind.
    IncidentKind,
    /// Whom on-call is sent to.
    Blame,
    /// The service that an incident is blamed on.
    Cause,
    /// How loudly something is told.
    Severity,
    /// A service without which another does not work.
    Dependency,
    /// Which promise.
    Objective,
    /// What a probe looks at.
    Target,
    /// How much a service matters.
    Tier,
    /// Who looks after a service.
    Owner,
    /// A service's name for people.
    Title,
    /// What to do when a service is down.
    Runbook,
    /// Where the runbooks are.
    Runbooks,
    /// Where the dashboards are.
    Dashboards,
    /// Who is told.
    Receiver,
    /// What came of telling somebody.
    Delivery,
    /// What kind of answer was given.
    Answer,
    /// What came of an attempt to sign in.
    SignIn,
    /// A label of the configuration, as `label_NAME`.
    Configured,
    /// The agent's version.
    Version,
    /// The upper bound of a histogram's bucket.
    Bound,
}

impl Label {
    /// Every label.
    pub const ALL: [Self; 30] = [
        Self::Site,
        Self::Service,
        Self::Probe,
        Self::Outcome,
        Self::Fault,
        Self::Phase,
        Self::Step,
        Self::State,
        Self::Reason,
        Self::Kind,
        Self::IncidentKind,
        Self::Blame,
        Self::Cause,
        Self::Severity,
        Self::Dependency,
        Self::Objective,
        Self::Target,
        Self::Tier,
        Self::Owner,
        Self::Title,
        Self::Runbook,
        Self::Runbooks,
        Self::Dashboards,
        Self::Receiver,
        Self::Delivery,
        Self::Answer,
        Self::SignIn,
        Self::Configured,
        Self::Version,
        Self::Bound,
    ];

    /// Its name in the exposition.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Service => "service",
            Self::Probe => "probe",
            Self::Outcome | Self::Delivery | Self::SignIn => "outcome",
            Self::Fault => "fault",
            Self::Phase => "phase",
            Self::Step => "step",
            Self::State => "state",
            Self::Reason => "reason",
            Self::Kind | Self::IncidentKind => "kind",
            Self::Blame => "blame",
            Self::Cause => "cause",
            Self::Severity => "severity",
            Self::Dependency => "dependency",
            Self::Objective => "objective",
            Self::Target => "target",
            Self::Tier => "tier",
            Self::Owner => "owner",
            Self::Title => "title",
            Self::Runbook => "runbook",
            Self::Runbooks => "runbooks",
            Self::Dashboards => "dashboards",
            Self::Receiver => "receiver",
            Self::Answer => "answer",
            Self::Configured => "label_…",
            Self::Version => "version",
            Self::Bound => "le",
        }
    }

    /// What it says.
    pub fn help(self) -> &'static str {
        match self {
            Self::Site => "The vantage point from which this agent looks.",
            Self::Service => "The service's id.",
            Self::Probe => "The probe's id within its service.",
            Self::Outcome => "What one look found.",
            Self::Fault => {
                "Why one look was not up. Plain names are the target's faults, `expect_…` a proper reply that broke \
                 an expectation, `own_…` our own failures, by which a look is unknown."
            }
            Self::Phase => "A part of a look.",
            Self::Step => {
                "The name of a step: of a journey in the words of the configuration, of other kinds in those of docs/kinds.md."
            }
            Self::State => "What is believed of a service.",
            Self::Reason => {
                "Why looks that were due were not taken, or not remembered. Always our own doing."
            }
            Self::Kind => "The probe's kind: the key that carries its settings.",
            Self::IncidentKind => "On series about incidents: what was wrong with the service.",
            Self::Blame => {
                "Whose failure an incident is: `pending` while what the service depends on is still being looked at, \
                 `own` its own, `other` that of a service that it depends on."
            }
            Self::Cause => "The id of the service that the incident is blamed on.",
            Self::Severity => "How loudly it is told: `critical` wakes somebody, `none` is told to nobody.",
            Self::Dependency => "The id of a service that the service depends on.",
            Self::Objective => {
                "What tells the objective from the service's others: `always`, `during CALENDAR`, `outside CALENDAR`; \
                 followed by `, partial or down` where partial counts as well."
            }
            Self::Target => "What the probe looks at, without user, password and query.",
            Self::Tier => "How much the service matters, in the words of the configuration.",
            Self::Owner => "Who looks after the service.",
            Self::Title => "The service's name for people.",
            Self::Runbook => "What to do when the service is down.",
            Self::Runbooks => "The page with a heading for each alert.",
            Self::Dashboards => "The Grafana that has the dashboards.",
            Self::Receiver => "The receiver's name in the configuration.",
            Self::Delivery => "On series about receivers: whether it acknowledged.",
            Self::Answer => {
                "The kind of answer: `2xx` what was asked for, `3xx` look elsewhere, `4xx` a mistake or a refusal, `5xx` our own failure."
            }
            Self::SignIn => {
                "On series about signing in: what came of it. `delayed` was not tried: too many failed before."
            }
            Self::Configured => {
                "One for each of the target's labels in the configuration; what a label name may not hold is `_`."
            }
            Self::Version => "The agent's version.",
            Self::Bound => "The upper bound of a bucket, in seconds, the bound itself included.",
        }
    }

    /// Its values, if they are a closed set.
    pub fn values(self) -> Vec<&'static str> {
        match self {
            Self::Outcome => Outcome::LABELS.to_vec(),
            Self::Fault => faults(),
            Self::Phase => Phase::ALL.map(Phase::label).to_vec(),
            Self::State => ServiceState::ALL.map(ServiceState::label).to_vec(),
            Self::IncidentKind => IncidentKind::ALL.map(IncidentKind::label).to_vec(),
            Self::Blame => Blame::LABELS.to_vec(),
            Self::Severity => Severity::ALL.map(Severity::label).to_vec(),
            Self::Delivery => vec!["delivered", "failed"],
            Self::Answer => ANSWERS.to_vec(),
            Self::SignIn => SignIn::ALL.map(SignIn::label).to_vec(),
            Self::Reason => GapReason::ALL.map(GapReason::label).to_vec(),
            _ => Vec::new(),
        }
    }
}

fn faults() -> Vec<&'static str> {
    let theirs = Fault::all().into_iter().map(Fault::label);
    let broken = Check::ALL.iter().map(|check| check.label());
    theirs.chain(broken).chain(Ours::ALL.map(Ours::label)).collect()
}
