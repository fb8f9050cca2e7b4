//! Which series are there about a probe?

use super::{Family, Label, Shape, Unit};

const ONE: &[Label] = &[Label::Site, Label::Service, Label::Probe];
const BY_OUTCOME: &[Label] = &[Label::Site, Label::Service, Label::Probe, Label::Outcome];
const BY_FAULT: &[Label] = &[Label::Site, Label::Service, Label::Probe, Label::Fault];
const BY_PHASE: &[Label] = &[Label::Site, Label::Service, Label::Probe, Label::Phase];
const BY_STEP: &[Label] = &[Label::Site, Label::Service, Label::Probe, Label::Step];
const BY_BOUND: &[Label] = &[Label::Site, Label::Service, Label::Probe, Label::Bound];
const INFO: &[Label] = &[
    Label::Site,
    Label::Service,
    Label::Probe,
    Label::Kind,
    Label::Target,
    Label::Tier,
    Label::Owner,
    Label::Configured,
];

pub(crate) static UP: Family = Family::gauge(
    "wardround_probe_up",
    Unit::Code,
    "What the last look found: 1 a proper reply (up or degraded), 0 none or a wrong one (down).",
)
.labels(ONE)
.absent("before the first look, and while the last look was unknown");

pub(crate) static PROBE_STATE: Family = Family::gauge(
    "wardround_probe_state",
    Unit::Code,
    "What is believed of the probe: 0 unknown, 1 up, 2 degraded, 3 down.",
)
.labels(ONE);

pub(crate) static LOOKS: Family =
    Family::counter("wardround_probe_looks_total", Unit::Count, "Looks taken, by what each found.")
        .labels(BY_OUTCOME);

pub(crate) static FAILURES: Family = Family::counter(
    "wardround_probe_failures_total",
    Unit::Count,
    "Looks that were not up, by why: degraded, down and unknown ones.",
)
.labels(BY_FAULT)
.absent("for a fault that has not occurred yet");

pub(crate) static DURATION: Family = Family::new(
    "wardround_probe_duration_seconds",
    Shape::Histogram,
    Unit::Seconds,
    "How long good looks took (up or degraded). Bad ones are kept apart, so that an outage does not look fast.",
)
.labels(BY_BOUND);

pub(crate) static FAILED_DURATION: Family = Family::new(
    "wardround_probe_failed_duration_seconds",
    Shape::Summary,
    Unit::Seconds,
    "How long bad looks took (down).",
)
.labels(ONE);

pub(crate) static PHASE: Family = Family::new(
    "wardround_probe_phase_seconds",
    Shape::Summary,
    Unit::Seconds,
    "Time spent in each phase by good and bad looks, also in the phase in which a look died; the phases sum to the \
     two durations. Counted are the looks that came to the phase.",
)
.labels(BY_PHASE);

pub(crate) static STEP: Family = Family::new(
    "wardround_probe_step_seconds",
    Shape::Summary,
    Unit::Seconds,
    "Time spent in each step by good and bad looks of kinds that go in steps (a journey; the association and the echo of dicom; a \
     log-in and what follows it), also in the step in which a look died; the steps sum to the two durations. Counted are the looks that \
     came to the step. Steps of a journey that are always taken, such as a log-out, are in none of these.",
)
.labels(BY_STEP);

pub(crate) static LAST_LOOK: Family = Family::gauge(
    "wardround_probe_last_look_timestamp_seconds",
    Unit::Timestamp,
    "When the last look began, whatever it found.",
)
.labels(ONE);

pub(crate) static LAST_GOOD: Family = Family::gauge(
    "wardround_probe_last_good_timestamp_seconds",
    Unit::Timestamp,
    "When the last good look began (up or degraded).",
)
.labels(ONE);

pub(crate) static CONSECUTIVE: Family = Family::gauge(
    "wardround_probe_consecutive_failures",
    Unit::Count,
    "Bad looks since the last good one. An unknown look neither counts nor ends the run.",
)
.labels(ONE);

pub(crate) static HTTP_STATUS: Family =
    Family::gauge("wardround_probe_http_status_code", Unit::Code, "The HTTP status that the last look got.")
        .labels(ONE)
        .absent("if the last look got none");

pub(crate) static NOT_AFTER: Family = Family::gauge(
    "wardround_tls_not_after_timestamp_seconds",
    Unit::Timestamp,
    "When the first certificate of the chain that was last seen runs out. Told of a distrusted chain as well, and \
     kept while no chain is seen.",
)
.labels(ONE)
.absent("as long as no certificate has been seen");

pub(crate) static TRUSTED: Family = Family::gauge(
    "wardround_tls_chain_trusted",
    Unit::Code,
    "Whether the chain that was last seen was trusted: 1, or 0 if it has run out, is of another name, or unknown \
     people signed it. Kept while no chain is seen.",
)
.labels(ONE)
.absent("as long as no certificate has been seen");

pub(crate) static INTERVAL: Family = Family::gauge(
    "wardround_probe_interval_seconds",
    Unit::Seconds,
    "From one look to the next, by the configuration.",
)
.labels(ONE);

pub(crate) static SLOW: Family = Family::gauge(
    "wardround_probe_slow_seconds",
    Unit::Seconds,
    "A look that takes longer is degraded, by the configuration.",
)
.labels(ONE)
.absent("where no look is too slow until its timeout");

pub(crate) static PROBE_INFO: Family =
    Family::gauge("wardround_probe_info", Unit::One, "What the probe is, to be joined to its other series.")
        .labels(INFO);

/// Every metric about a probe.
pub(super) const PROBE: &[&Family] = &[
    &UP,
    &PROBE_STATE,
    &LOOKS,
    &FAILURES,
    &DURATION,
    &FAILED_DURATION,
    &PHASE,
    &STEP,
    &LAST_LOOK,
    &LAST_GOOD,
    &CONSECUTIVE,
    &HTTP_STATUS,
    &NOT_AFTER,
    &TRUSTED,
    &INTERVAL,
    &SLOW,
    &PROBE_INFO,
];
