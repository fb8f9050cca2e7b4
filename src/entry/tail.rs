//! Where did it break off? The end of what is remembered, from which a new start goes on.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use super::{Entry, Gap, IncidentTurn, MaintenanceTurn, Told};
use crate::model::{
    Incident, Maintenance, Moment, Observation, Outline, ProbeId, ServiceTransition, Slug, Transition,
};

/// All that a new start needs of what is remembered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tail {
    /// When the newest entry was known; `None` if there is no entry.
    pub newest: Option<Moment>,
    /// What is remembered of the plan last in force.
    pub outline: Arc<Outline>,
    /// Every probe of that plan.
    pub probes: BTreeMap<ProbeId, LastSeen>,
    /// The last change of each service of that plan.
    pub services: BTreeMap<Slug, ServiceTransition>,
    /// Incidents that are open, or that closed so lately that another run could reopen them.
    pub incidents: BTreeMap<Slug, Incident>,
    /// Planned work that is announced, and since when the ledger knows.
    pub maintenance: BTreeMap<Slug, (Moment, Maintenance)>,
    /// What each receiver was told last of each alert: as long as it is not told that it is over, and for
    /// [`Told::REMEMBERED`] after that.
    pub told: BTreeMap<(Slug, Slug), Told>,
    /// Since when this site is cut off, if it is.
    pub cut_off: Option<Moment>,
}

/// What is remembered last of one probe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastSeen {
    /// The last change of belief.
    pub turn: Option<Transition>,
    /// Its last looks, the newest at the end, at most [`LastSeen::LOOKS`].
    pub looks: VecDeque<Observation>,
    /// The last gap, if it is newer than the last look.
    pub gap: Option<Gap>,
}

impl LastSeen {
    /// How many looks are wanted: enough for any run that has not yet turned belief.
    pub const LOOKS: usize = 32;

    fn saw(&mut self, look: &Observation) {
        if self.looks.len() == Self::LOOKS {
            self.looks.pop_front();
        }
        self.looks.push_back(look.clone());
        self.gap = None;
    }
}

impl Tail {
    /// Takes in one more entry.
    pub fn absorb(&mut self, entry: &Entry) {
        self.newest = self.newest.max(Some(entry.at()));
        match entry {
            Entry::Planned { outline, .. } => self.outline = Arc::clone(outline),
            Entry::Observed(look) => self.probe(&look.probe).saw(look),
            Entry::Changed(turn) => self.probe(&turn.probe).turn = Some(turn.clone()),
            Entry::Gap(gap) => self.probe(&gap.probe).gap = Some(gap.clone()),
            Entry::ServiceChanged(turn) => {
                self.services.insert(turn.service.clone(), turn.clone());
            }
            Entry::ProbeRemoved { probe, .. } => {
                self.probes.remove(probe);
            }
            Entry::ServiceRemoved { service, .. } => {
                self.services.remove(service);
            }
            Entry::Incident(news) => self.incident(news.what, &news.incident),
            Entry::Maintenance(news) => self.maintenance(news.at, &news.what),
            Entry::Told(told) => self.told(told),
            Entry::CutOff { since, .. } => self.cut_off = Some(*since),
            Entry::Rejoined { .. } => self.cut_off = None,
            Entry::Blip(_)
            | Entry::Note(_)
            | Entry::Deed(_)
            | Entry::Started { .. }
            | Entry::Stopped { .. }
            | Entry::SetAside { .. }
            | Entry::ClockStepped { .. } => {}
        }
    }

    fn probe(&mut self, id: &ProbeId) -> &mut LastSeen {
        self.probes.entry(id.clone()).or_default()
    }

    fn incident(&mut self, what: IncidentTurn, incident: &Incident) {
        match what {
            IncidentTurn::Withdrawn => drop(self.incidents.remove(&incident.id)),
            _ => drop(self.incidents.insert(incident.id.clone(), incident.clone())),
        }
        let before = |other: &Incident| other.service == incident.service && !other.is_open();
        let stale = incident.since().unwrap_or_default() - Incident::MERGED_WITHIN;
        self.incidents.retain(|_, other| !before(other) || other.until() >= Some(stale));
    }

    fn told(&mut self, told: &Told) {
        self.told.insert((told.receiver.clone(), told.alert.clone()), told.clone());
        self.told.retain(|_, other| !other.is_over(told.at));
    }

    fn maintenance(&mut self, at: Moment, what: &MaintenanceTurn) {
        match what {
            MaintenanceTurn::Declared(work) => {
                self.maintenance.insert(work.id.clone(), (at, work.clone()));
            }
            MaintenanceTurn::Withdrawn { id } => drop(self.maintenance.remove(id)),
            MaintenanceTurn::Began { .. } | MaintenanceTurn::Ended { .. } => {}
        }
    }
}
