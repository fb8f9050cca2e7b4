//! Which series are there about a service?

use super::{Family, Label, Unit};

const BY_KIND: &[Label] = &[Label::Site, Label::Service, Label::IncidentKind];

pub(in crate::metrics) static SERVICE_STATE: Family = Family::gauge(
    "wardround_service_state",
    Unit::Code,
    "What is believed of the service: 1 for the state that holds, 0 for the others.",
)
.labels(&[Label::Site, Label::Service, Label::State]);

pub(in crate::metrics) static INCIDENTS: Family =
    Family::counter("wardround_incidents_total", Unit::Count, "Incidents that were opened, by kind.")
        .labels(BY_KIND);

pub(in crate::metrics) static INCIDENT_OPEN: Family = Family::gauge(
    "wardround_incident_open",
    Unit::Code,
    "Whether an incident of the kind is open: 1, also while nobody sees, or 0.",
)
.labels(BY_KIND);

pub(in crate::metrics) static MAINTENANCE: Family = Family::gauge(
    "wardround_maintenance_active",
    Unit::Code,
    "Whether planned work on the service is under way: 1 or 0.",
)
.labels(&[Label::Site, Label::Service]);

pub(in crate::metrics) static SERVICE_INFO: Family = Family::gauge(
    "wardround_service_info",
    Unit::One,
    "What the service is, to be joined to other series about it.",
)
.labels(&[Label::Site, Label::Service, Label::Title, Label::Owner, Label::Tier]);

/// Every metric about a service.
pub(in crate::metrics) const SERVICE: &[&Family] =
    &[&SERVICE_STATE, &INCIDENTS, &INCIDENT_OPEN, &MAINTENANCE, &SERVICE_INFO];
