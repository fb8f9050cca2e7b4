//! What is written on the board, and what does an entry change there?

use std::{collections::BTreeMap, collections::HashMap, sync::Arc};

use super::seen::Seen;
use crate::{
    entry::{Entry, IncidentNews, IncidentTurn, MaintenanceNews, MaintenanceTurn, Tail},
    model::{Incident, Maintenance, Moment, Note, Outline, ProbeId, ServiceTransition, Slug},
};

/// All that is shown. A copy shares its rows with the original.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub(super) newest: Option<Moment>,
    pub(super) cut_off: Option<Moment>,
    pub(super) outline: Arc<Outline>,
    /// A row for each probe of the outline, in its order.
    pub(super) probes: Vec<Arc<Seen>>,
    places: Arc<HashMap<ProbeId, usize>>,
    pub(super) services: BTreeMap<Slug, Arc<ServiceTransition>>,
    pub(super) incidents: BTreeMap<Slug, Arc<Incident>>,
    /// Of the incidents above.
    pub(super) notes: BTreeMap<Slug, Vec<Arc<Note>>>,
    pub(super) works: BTreeMap<Slug, (Moment, Arc<Maintenance>)>,
}

impl Sheet {
    pub(super) fn of(tail: &Tail) -> Self {
        let mut sheet = Self { newest: tail.newest, cut_off: tail.cut_off, ..Self::default() };
        sheet.planned(&tail.outline);
        for (id, last) in &tail.probes {
            sheet.change(id, |seen| *seen = Seen::of(last));
        }
        sheet.services =
            tail.services.iter().map(|(id, turn)| (id.clone(), Arc::new(turn.clone()))).collect();
        let open = tail.incidents.values().filter(|incident| incident.is_open());
        sheet.incidents = open.map(|incident| (incident.id.clone(), Arc::new(incident.clone()))).collect();
        let works = tail.maintenance.iter();
        sheet.works = works.map(|(id, (at, work))| (id.clone(), (*at, Arc::new(work.clone())))).collect();
        sheet
    }

    /// Takes in one more entry; says whether it is more than another look.
    pub(super) fn absorb(&mut self, entry: &Entry) -> bool {
        self.newest = self.newest.max(Some(entry.at()));
        match entry {
            Entry::Observed(look) => {
                let id = &look.probe;
                self.change(id, |seen| seen.saw(look));
                return false;
            }
            Entry::Planned { outline, .. } => self.planned(outline),
            Entry::Changed(turn) => self.change(&turn.probe, |seen| seen.turn = Some(turn.clone())),
            Entry::Gap(gap) => self.change(&gap.probe, |seen| seen.gap = Some(gap.clone())),
            Entry::ServiceChanged(turn) => {
                self.services.insert(turn.service.clone(), Arc::new(turn.clone()));
            }
            Entry::ServiceRemoved { service, .. } => drop(self.services.remove(service)),
            Entry::Incident(news) => self.incident(news),
            Entry::Maintenance(news) => self.maintenance(news),
            Entry::Note(note) => self.noted(note.clone()),
            Entry::CutOff { since, .. } => self.cut_off = Some(*since),
            Entry::Rejoined { .. } => self.cut_off = None,
            Entry::Blip(_)
            | Entry::Told(_)
            | Entry::Deed(_)
            | Entry::ProbeRemoved { .. }
            | Entry::Started { .. }
            | Entry::Stopped { .. }
            | Entry::SetAside { .. }
            | Entry::ClockStepped { .. } => return false,
        }
        true
    }

    /// What was written beside an incident that is open.
    pub(super) fn noted(&mut self, note: Note) {
        if self.incidents.contains_key(&note.incident) {
            self.notes.entry(note.incident.clone()).or_default().push(Arc::new(note));
        }
    }

    /// From now on there is a row for each probe of `outline`; who was there before keeps his.
    fn planned(&mut self, outline: &Arc<Outline>) {
        let kept = |id: &ProbeId| self.places.get(id).map(|place| Arc::clone(&self.probes[*place]));
        let probes = outline.probes.iter().map(|probe| kept(&probe.id).unwrap_or_default()).collect();
        let places = outline.probes.iter().enumerate().map(|(place, probe)| (probe.id.clone(), place));
        self.places = Arc::new(places.collect());
        self.probes = probes;
        self.outline = Arc::clone(outline);
    }

    fn change(&mut self, id: &ProbeId, change: impl FnOnce(&mut Seen)) {
        if let Some(place) = self.places.get(id) {
            change(Arc::make_mut(&mut self.probes[*place]));
        }
    }

    fn incident(&mut self, news: &IncidentNews) {
        let incident = &news.incident;
        if incident.is_open() && news.what != IncidentTurn::Withdrawn {
            self.incidents.insert(incident.id.clone(), Arc::new(incident.clone()));
        } else {
            self.incidents.remove(&incident.id);
            self.notes.remove(&incident.id);
        }
    }

    fn maintenance(&mut self, news: &MaintenanceNews) {
        match &news.what {
            MaintenanceTurn::Declared(work) => {
                self.works.insert(work.id.clone(), (news.at, Arc::new(work.clone())));
            }
            MaintenanceTurn::Withdrawn { id } => drop(self.works.remove(id)),
            MaintenanceTurn::Began { .. } | MaintenanceTurn::Ended { .. } => {}
        }
    }
}
