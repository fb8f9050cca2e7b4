//! Which series are there about a service?

use super::{Family, Label, Unit};

pub(in crate::metrics) static SERVICE_STATE: Family = Family::gauge(
    "wardround_service_state",
    Unit::Code,
    "What is believed of the service: 1 for the state that holds, 0 for the others.",
)
.labels(&[Label::Site, Label::Service, Label::State]);

pub(in crate::metrics) static SERVICE_INFO: Family = Family::gauge(
    "wardround_service_info",
    Unit::One,
    "What the service is, to be joined to other series about it.",
)
.labels(&[Label::Site, Label::Service, Label::Title, Label::Owner, Label::Tier]);

/// Every metric about a service.
pub(in crate::metrics) const SERVICE: &[&Family] = &[&SERVICE_STATE, &SERVICE_INFO];
