//! What does the plan say of a service and a probe, in shapes that do not change with how it is remembered?

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Impact, Objective, Outline, ProbeOutline, ServiceOutline, Severity, Slug};

/// What the plan says of a service.
#[derive(Serialize, JsonSchema)]
pub(super) struct ServicePlan {
    /// Its name for people.
    title: String,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// How much it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<String>,
    /// How many people use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<u64>,
    /// What to do when it is down.
    #[serde(skip_serializing_if = "Option::is_none")]
    runbook: Option<String>,
    /// Whether anybody may see it.
    public: bool,
    /// The services without which it does not work.
    depends_on: Vec<Slug>,
    /// How loudly an outage of it is told.
    severity: Severity,
    /// What is promised of it.
    objectives: Vec<Promise>,
    /// Probes that stand in for each other.
    groups: Vec<GroupPlan>,
    /// Its probes.
    probes: Vec<ProbePlan>,
}

/// What is promised of a service.
#[derive(Serialize, JsonSchema)]
struct Promise {
    /// The share of the time that counts, in millionths.
    target_millionths: u32,
    /// Which time counts, and what is unavailable then if that is more than down.
    when: String,
}

/// Probes that stand in for each other.
#[derive(Serialize, JsonSchema)]
struct GroupPlan {
    group: Slug,
    /// With fewer than this many answering the service is down.
    need: u32,
    /// The worst that it can mean for the service.
    impact: Impact,
}

/// What the plan says of a probe.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProbePlan {
    probe: Slug,
    /// The name of its kind.
    kind: String,
    /// Where it looks, without secrets.
    target: String,
    /// From one look to the next.
    interval_ms: u64,
    /// How long it waits.
    timeout_ms: u64,
    /// Bad looks in a row until it is down.
    failures: u32,
    /// From a look that contradicts belief to the quick one after it.
    recheck_ms: u64,
    /// Good looks in a row until it is up again.
    successes: u32,
    /// After how long a good look is degraded.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_ms: Option<u64>,
    /// The worst that it can mean for its service.
    impact: Impact,
    /// The group that it is one of.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Slug>,
    /// Whether it watches our own way out.
    reference: bool,
}

impl ServicePlan {
    pub(super) fn of(outline: &Outline, service: &ServiceOutline) -> Self {
        let of = |probe: &&ProbeOutline| probe.id.service == service.id;
        Self {
            title: service.title.clone(),
            owner: service.owner.clone(),
            tier: service.tier.clone(),
            users: service.users,
            runbook: service.runbook.clone(),
            public: service.public,
            depends_on: service.depends_on.clone(),
            severity: service.severities.down,
            objectives: service.objectives.iter().map(Promise::of).collect(),
            groups: service
                .groups
                .iter()
                .map(|one| GroupPlan { group: one.id.clone(), need: one.need, impact: one.impact })
                .collect(),
            probes: outline.probes.iter().filter(of).map(ProbePlan::of).collect(),
        }
    }
}

impl Promise {
    fn of(objective: &Objective) -> Self {
        Self { target_millionths: objective.target.millionths(), when: objective.label() }
    }
}

impl ProbePlan {
    pub(super) fn of(probe: &ProbeOutline) -> Self {
        Self {
            probe: probe.id.probe.clone(),
            kind: probe.kind.clone(),
            target: probe.target.clone(),
            interval_ms: ms(probe.cadence.interval()),
            timeout_ms: ms(probe.cadence.timeout()),
            failures: probe.confirm.failures,
            recheck_ms: ms(probe.confirm.recheck),
            successes: probe.confirm.successes,
            slow_ms: probe.slow_ms,
            impact: probe.impact,
            group: probe.group.clone(),
            reference: probe.reference,
        }
    }
}

fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
