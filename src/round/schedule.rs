//! What must the round know of a plan? Whom to look at, how often, and how many looks may be in flight.

use std::sync::Arc;

use crate::model::{Cadence, Confirm, Impact, Maintenance, Outline, ProbeId, Slug};

/// All that the round needs of a plan. The engine keeps the rest (what kind each probe is, and its settings).
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The vantage point: the same probe is due at another time elsewhere, so that sites do not look in step.
    pub site: Slug,
    /// SHA-256 of the configuration, in hexadecimal; recorded when the plan comes into force.
    pub digest: String,
    /// How many looks may be in flight.
    pub limits: Limits,
    /// What of the plan is remembered.
    pub outline: Arc<Outline>,
    /// Planned work that the configuration announces.
    pub maintenance: Vec<Maintenance>,
    /// Every probe, each id once. A [`Job`](super::Job) names its probe by the place in this list too.
    pub probes: Vec<Scheduled>,
}

/// How many looks may be in flight. Zero is read as one: nobody means a round that never looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In all.
    pub in_flight: usize,
    /// At one host, so that a host that hangs holds up nobody else.
    pub per_host: usize,
    /// At one host by probes of clinical kinds.
    pub clinical_per_host: usize,
}

/// One probe, as the round sees it.
#[derive(Clone, Debug)]
pub struct Scheduled {
    /// Which probe.
    pub id: ProbeId,
    /// How often it looks.
    pub cadence: Cadence,
    /// After how many looks it is believed.
    pub confirm: Confirm,
    /// The worst that it can mean for its service.
    pub impact: Impact,
    /// The host it speaks to; probes of one host share [`Limits::per_host`].
    pub host: Arc<str>,
    /// Whether it looks at a clinical system; those of one host share [`Limits::clinical_per_host`] among themselves.
    pub clinical: bool,
    /// The group of its service that it is one of; its own impact then says nothing.
    pub group: Option<Slug>,
    /// Whether it watches our own way out.
    pub reference: bool,
}
