//! Which series are there about a service?

use super::{Family, Label, Unit};

const ONE: &[Label] = &[Label::Site, Label::Service];
const BY_OBJECTIVE: &[Label] = &[Label::Site, Label::Service, Label::Objective];
const BY_KIND: &[Label] = &[Label::Site, Label::Service, Label::IncidentKind];

pub(crate) static SERVICE_STATE: Family = Family::gauge(
    "wardround_service_state",
    Unit::Code,
    "What is believed of the service: 1 for the state that holds, 0 for the others.",
)
.labels(&[Label::Site, Label::Service, Label::State]);

pub(crate) static SINCE: Family = Family::gauge(
    "wardround_service_since_timestamp_seconds",
    Unit::Timestamp,
    "Since when the service has been in the state that holds.",
)
.labels(ONE);

pub(crate) static INCIDENTS: Family =
    Family::counter("wardround_incidents_total", Unit::Count, "Incidents that were opened, by kind.")
        .labels(BY_KIND);

pub(crate) static INCIDENT_OPEN: Family = Family::gauge(
    "wardround_incident_open",
    Unit::Code,
    "Whether an incident of the kind is open: 1, also while nobody sees, or 0.",
)
.labels(BY_KIND);

pub(crate) static BLAME: Family = Family::gauge(
    "wardround_incident_blame",
    Unit::Code,
    "Whose failure the open incident of the kind is, as far as telling it is concerned: 1 for the one that holds, 0 \
     for the others, and for all while none is open.",
)
.labels(&[Label::Site, Label::Service, Label::IncidentKind, Label::Blame]);

pub(crate) static CAUSE: Family = Family::gauge(
    "wardround_incident_cause",
    Unit::One,
    "Which service the open incident of the kind is blamed on.",
)
.labels(&[Label::Site, Label::Service, Label::IncidentKind, Label::Cause])
.absent("while none is open, or none that is blamed on another service");

pub(crate) static MAINTENANCE: Family = Family::gauge(
    "wardround_maintenance_active",
    Unit::Code,
    "Whether planned work on the service is under way: 1 or 0.",
)
.labels(ONE);

pub(crate) static SERVICE_INFO: Family = Family::gauge(
    "wardround_service_info",
    Unit::One,
    "What the service is, to be joined to other series about it.",
)
.labels(&[Label::Site, Label::Service, Label::Title, Label::Owner, Label::Tier, Label::Runbook]);

pub(crate) static SEVERITY: Family = Family::gauge(
    "wardround_service_severity",
    Unit::One,
    "How loudly an incident of the kind is told, by the service's tier.",
)
.labels(&[Label::Site, Label::Service, Label::IncidentKind, Label::Severity]);

pub(crate) static DEPENDS_ON: Family = Family::gauge(
    "wardround_service_depends_on",
    Unit::One,
    "A service without which this one does not work: a series for each.",
)
.labels(&[Label::Site, Label::Service, Label::Dependency])
.absent("if it depends on none");

pub(crate) static OBJECTIVE_RATIO: Family = Family::gauge(
    "wardround_objective_ratio",
    Unit::Ratio,
    "The share of the time that counts in which the service is promised to be available. Of two promises about the \
     same time the higher.",
)
.labels(BY_OBJECTIVE)
.absent("if nothing is promised");

pub(crate) static OBJECTIVE_ACTIVE: Family = Family::gauge(
    "wardround_objective_active",
    Unit::Code,
    "Whether the present moment counts for the objective, by its calendar: 1 or 0. Planned work is not looked at.",
)
.labels(BY_OBJECTIVE)
.absent("if nothing is promised");

/// Every metric about a service.
pub(super) const SERVICE: &[&Family] = &[
    &SERVICE_STATE,
    &SINCE,
    &INCIDENTS,
    &INCIDENT_OPEN,
    &BLAME,
    &CAUSE,
    &MAINTENANCE,
    &SEVERITY,
    &DEPENDS_ON,
    &OBJECTIVE_RATIO,
    &OBJECTIVE_ACTIVE,
    &SERVICE_INFO,
];
