//! What was asked, checked: whoever holds a [`Plan`] checks nothing again.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use super::{Reports, Serving};
use crate::{
    blackbox::Modules,
    model::{
        Cadence, Calendar, Confirm, Group, Impact, Links, Maintenance, Objective, ProbeId, Rebase,
        Severities, Slug,
    },
    notify::{Receiver, Site},
    probe::Kind,
};

/// All that one agent is to watch, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) site: Slug,
    pub(super) zone: jiff::tz::TimeZone,
    pub(super) services: Vec<Service>,
    pub(super) probes: Vec<Probe>,
    pub(super) calendars: Vec<Calendar>,
    pub(super) maintenance: Vec<Maintenance>,
    pub(super) links: Links,
    pub(super) keep: Duration,
    pub(super) limits: Limits,
    pub(super) resolver: Vec<SocketAddr>,
    pub(super) serve: Serving,
    pub(super) receivers: Vec<Receiver>,
    pub(super) reports: Option<Reports>,
    pub(super) sites: Vec<Site>,
    pub(super) modules: Option<Arc<Modules>>,
    pub(super) digest: String,
    pub(super) warnings: String,
}

impl Plan {
    /// The vantage point.
    pub fn site(&self) -> &Slug {
        &self.site
    }

    /// The time zone of everything local. UTC unless it was written.
    pub fn zone(&self) -> &jiff::tz::TimeZone {
        &self.zone
    }

    /// Every service, in the order written.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Every probe of every service, in the order written. No two have the same id.
    pub fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// The spans of the week to which objectives refer. No two have the same name.
    pub fn calendars(&self) -> &[Calendar] {
        &self.calendars
    }

    /// Planned work, in the order written. No two have the same id; their services exist.
    pub fn maintenance(&self) -> &[Maintenance] {
        &self.maintenance
    }

    /// Where people find more. No link ends in what cannot be written on.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// How long looks are kept.
    pub fn keep(&self) -> Duration {
        self.keep
    }

    /// How hard others may be pressed.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The name servers to ask; none: those of this machine.
    pub fn resolver(&self) -> &[SocketAddr] {
        &self.resolver
    }

    /// Where we serve, and who may come in.
    pub fn serve(&self) -> &Serving {
        &self.serve
    }

    /// Who is told at once, in the order written. No two have the same name.
    pub fn receivers(&self) -> &[Receiver] {
        &self.receivers
    }

    /// The reports that are written by themselves.
    pub fn reports(&self) -> Option<&Reports> {
        self.reports.as_ref()
    }

    /// The modules by which others may have targets probed.
    pub fn modules(&self) -> Option<&Arc<Modules>> {
        self.modules.as_ref()
    }

    /// Other sites whose agents are asked how everything stands there. No two have the same name.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// SHA-256, in hexadecimal, of every byte that was read; not of secrets.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What is allowed and probably not meant, for a person; empty if there is nothing.
    pub fn warnings(&self) -> &str {
        &self.warnings
    }
}

/// A clinical service.
#[derive(Clone, Debug)]
pub struct Service {
    pub(super) id: Slug,
    pub(super) title: String,
    pub(super) owner: Option<String>,
    pub(super) tier: Option<String>,
    pub(super) severities: Severities,
    pub(super) users: Option<u64>,
    pub(super) runbook: Option<url::Url>,
    pub(super) depends_on: Vec<Slug>,
    pub(super) public: bool,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) groups: Vec<Group>,
    pub(super) objectives: Vec<Objective>,
    pub(super) rebase: Vec<Rebase>,
}

impl Service {
    /// Its name, the same everywhere.
    pub fn id(&self) -> &Slug {
        &self.id
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who looks after it.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// How much it matters.
    pub fn tier(&self) -> Option<&str> {
        self.tier.as_deref()
    }

    /// How loudly its incidents are told: by its tier.
    pub fn severities(&self) -> Severities {
        self.severities
    }

    /// How many people use it.
    pub fn users(&self) -> Option<u64> {
        self.users
    }

    /// What to do when it is down.
    pub fn runbook(&self) -> Option<&url::Url> {
        self.runbook.as_ref()
    }

    /// The services without which it does not work, each once. They exist, and none depends on itself, however far round.
    pub fn depends_on(&self) -> &[Slug] {
        &self.depends_on
    }

    /// Whether anybody may see it.
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// Labels of the hospital's own.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    /// Its groups of probes. Each has as many probes as it needs.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What is promised of it. The calendars exist.
    pub fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    /// Declared changes of it, from which its charts begin anew.
    pub fn rebase(&self) -> &[Rebase] {
        &self.rebase
    }
}

/// One way of looking at a service.
#[derive(Clone, Debug)]
pub struct Probe {
    pub(super) id: ProbeId,
    pub(super) kind: Kind,
    pub(super) cadence: Cadence,
    pub(super) confirm: Confirm,
    pub(super) slow: Option<Duration>,
    pub(super) impact: Impact,
    pub(super) group: Option<Slug>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) reference: bool,
}

impl Probe {
    /// Which probe of which service.
    pub fn id(&self) -> &ProbeId {
        &self.id
    }

    /// How it looks.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// How often it looks and how long it waits.
    pub fn cadence(&self) -> Cadence {
        self.cadence
    }

    /// After how many looks it is believed.
    pub fn confirm(&self) -> Confirm {
        self.confirm
    }

    /// A look that takes longer is degraded. Shorter than the timeout.
    pub fn slow(&self) -> Option<Duration> {
        self.slow
    }

    /// The worst that its state can mean for the service; without meaning in a group.
    pub fn impact(&self) -> Impact {
        self.impact
    }

    /// The group of its service that it is one of. It exists.
    pub fn group(&self) -> Option<&Slug> {
        self.group.as_ref()
    }

    /// Labels of the hospital's own: its service's, the probe's and the target's; the nearest wins.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    /// Whether it watches our own way out.
    pub fn reference(&self) -> bool {
        self.reference
    }
}

/// How many looks may be under way at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(super) in_flight: usize,
    pub(super) per_host: usize,
    pub(super) clinical_per_host: usize,
    pub(super) clinical_interval: Duration,
}

impl Limits {
    /// In all. At least 1.
    pub fn in_flight(self) -> usize {
        self.in_flight
    }

    /// At one host. At least 1.
    pub fn per_host(self) -> usize {
        self.per_host
    }

    /// At one host by probes of clinical kinds. At least 1.
    pub fn clinical_per_host(self) -> usize {
        self.clinical_per_host
    }

    /// The least interval of a probe of a clinical kind.
    pub fn clinical_interval(self) -> Duration {
        self.clinical_interval
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 1000,
            per_host: 20,
            clinical_per_host: 1,
            clinical_interval: Duration::from_secs(10),
        }
    }
}
