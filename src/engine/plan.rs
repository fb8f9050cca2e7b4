//! What of the plan does each part need?

use std::{collections::HashMap, sync::Arc};

use crate::{
    config::{Plan, Probe, Service},
    metrics::{Inventory, ProbeFacts, ServiceFacts},
    model::{Outline, ProbeOutline, ServiceOutline, Slug},
    round::{Limits, Schedule, Scheduled},
};

/// Descriptors for everything that is no look: the server, the resolver, files.
const KEPT_BACK: u64 = 128;

/// What the round needs of a plan: whom, how often, how many at once, given how many descriptors may be open.
pub fn schedule(plan: &Plan, descriptors: Option<u64>) -> Schedule {
    let affordable = descriptors.map_or(u64::MAX, |all| all.saturating_sub(KEPT_BACK));
    let affordable = usize::try_from(affordable).unwrap_or(usize::MAX);
    Schedule {
        site: plan.site().clone(),
        digest: plan.digest().to_owned(),
        limits: Limits {
            in_flight: plan.limits().in_flight().min(affordable),
            per_host: plan.limits().per_host(),
            clinical_per_host: plan.limits().clinical_per_host(),
        },
        outline: Arc::new(outline(plan)),
        maintenance: plan.maintenance().to_vec(),
        probes: plan.probes().iter().map(scheduled).collect(),
    }
}

/// What of the plan is remembered.
fn outline(plan: &Plan) -> Outline {
    Outline {
        site: plan.site().to_string(),
        zone: plan.zone().iana_name().unwrap_or("UTC").to_owned(),
        calendars: plan.calendars().to_vec(),
        links: plan.links().clone(),
        receivers: plan.receivers().iter().map(|receiver| receiver.name().clone()).collect(),
        services: plan.services().iter().map(service_outline).collect(),
        probes: plan.probes().iter().map(probe_outline).collect(),
    }
}

fn service_outline(service: &Service) -> ServiceOutline {
    ServiceOutline {
        id: service.id().clone(),
        title: service.title().to_owned(),
        owner: service.owner().map(str::to_owned),
        tier: service.tier().map(str::to_owned),
        severities: service.severities(),
        users: service.users(),
        runbook: service.runbook().map(ToString::to_string),
        depends_on: service.depends_on().to_vec(),
        public: service.is_public(),
        groups: service.groups().to_vec(),
        objectives: service.objectives().to_vec(),
        rebase: service.rebase().to_vec(),
    }
}

fn probe_outline(probe: &Probe) -> ProbeOutline {
    ProbeOutline {
        id: probe.id().clone(),
        kind: probe.kind().name().to_owned(),
        target: probe.kind().target(),
        cadence: probe.cadence(),
        confirm: probe.confirm(),
        slow_ms: probe.slow().map(|slow| u64::try_from(slow.as_millis()).unwrap_or(u64::MAX)),
        impact: probe.impact(),
        group: probe.group().cloned(),
        reference: probe.reference(),
        steps: probe.kind().steps(),
    }
}

fn scheduled(probe: &Probe) -> Scheduled {
    Scheduled {
        id: probe.id().clone(),
        cadence: probe.cadence(),
        confirm: probe.confirm(),
        impact: probe.impact(),
        host: probe.kind().host(),
        clinical: probe.kind().is_clinical(),
        group: probe.group().cloned(),
        reference: probe.reference(),
    }
}

/// What the metrics show of the plan.
pub(super) fn inventory(plan: &Plan) -> Inventory {
    let services: HashMap<&Slug, &Service> =
        plan.services().iter().map(|service| (service.id(), service)).collect();
    let of = |probe: &Probe| services.get(&probe.id().service).copied();
    Inventory {
        site: plan.site().clone(),
        zone: plan.zone().clone(),
        calendars: plan.calendars().to_vec(),
        links: plan.links().clone(),
        services: plan.services().iter().map(service_facts).collect(),
        probes: plan.probes().iter().map(|probe| probe_facts(probe, of(probe))).collect(),
    }
}

fn service_facts(service: &Service) -> ServiceFacts {
    ServiceFacts {
        id: service.id().clone(),
        title: service.title().to_owned(),
        owner: service.owner().unwrap_or_default().to_owned(),
        tier: service.tier().unwrap_or_default().to_owned(),
        severities: service.severities(),
        runbook: service.runbook().map(ToString::to_string).unwrap_or_default(),
        depends_on: service.depends_on().to_vec(),
        objectives: service.objectives().to_vec(),
    }
}

fn probe_facts(probe: &Probe, service: Option<&Service>) -> ProbeFacts {
    ProbeFacts {
        id: probe.id().clone(),
        kind: probe.kind().name(),
        target: probe.kind().target(),
        owner: service.and_then(Service::owner).unwrap_or_default().to_owned(),
        tier: service.and_then(Service::tier).unwrap_or_default().to_owned(),
        interval: probe.cadence().interval(),
        slow: probe.slow(),
        labels: probe.labels().clone(),
        steps: probe.kind().steps(),
    }
}
