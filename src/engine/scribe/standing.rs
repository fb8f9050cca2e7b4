//! What must a new book begin with? What is believed and announced when the old one is given up.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    entry::{Entry, IncidentNews, IncidentTurn, MaintenanceNews, MaintenanceTurn, Tail, Told},
    model::{Incident, Maintenance, Moment, ProbeId, Slug},
};

/// The last word on everything that holds, as far as it is remembered.
#[derive(Default)]
pub(super) struct Standing {
    planned: Option<Arc<Entry>>,
    cut_off: Option<Arc<Entry>>,
    works: BTreeMap<Slug, Arc<Entry>>,
    probes: BTreeMap<ProbeId, Arc<Entry>>,
    services: BTreeMap<Slug, Arc<Entry>>,
    incidents: BTreeMap<Slug, Arc<Entry>>,
    told: BTreeMap<(Slug, Slug), Arc<Entry>>,
}

impl Standing {
    /// What held where a book broke off.
    pub(super) fn of(tail: &Tail) -> Self {
        let mut standing = Self::default();
        let turns = tail.probes.values().filter_map(|last| last.turn.clone()).map(Entry::Changed);
        let services = tail.services.values().cloned().map(Entry::ServiceChanged);
        let works = tail.maintenance.values().map(|(at, work)| declared(*at, work));
        let incidents = tail.incidents.values().map(|incident| stands(tail, incident));
        let told = tail.told.values().cloned().map(Entry::Told);
        let all = turns.chain(services).chain(works).chain(incidents).chain(told);
        all.map(Arc::new).for_each(|entry| standing.absorb(&entry));
        standing
    }

    /// `entry` is remembered.
    pub(super) fn absorb(&mut self, entry: &Arc<Entry>) {
        let kept = || Arc::clone(entry);
        match &**entry {
            Entry::Planned { .. } => self.planned = Some(kept()),
            Entry::CutOff { .. } => self.cut_off = Some(kept()),
            Entry::Rejoined { .. } => self.cut_off = None,
            Entry::Changed(turn) => drop(self.probes.insert(turn.probe.clone(), kept())),
            Entry::ServiceChanged(turn) => drop(self.services.insert(turn.service.clone(), kept())),
            Entry::ProbeRemoved { probe, .. } => drop(self.probes.remove(probe)),
            Entry::ServiceRemoved { service, .. } => drop(self.services.remove(service)),
            Entry::Incident(news) if news.what == IncidentTurn::Withdrawn || !news.incident.is_open() => {
                self.incidents.remove(&news.incident.id);
            }
            Entry::Incident(news) => drop(self.incidents.insert(news.incident.id.clone(), kept())),
            Entry::Maintenance(news) => self.maintenance(&news.what, kept()),
            Entry::Told(told) if told.resolved => drop(self.told.remove(&key(told))),
            Entry::Told(told) => drop(self.told.insert(key(told), kept())),
            Entry::Started { .. }
            | Entry::Stopped { .. }
            | Entry::Note(_)
            | Entry::Deed(_)
            | Entry::SetAside { .. }
            | Entry::Observed(_)
            | Entry::Blip(_)
            | Entry::Gap(_)
            | Entry::ClockStepped { .. } => {}
        }
    }

    /// All that holds, in an order in which it can be read.
    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        let one = self.planned.iter().chain(&self.cut_off);
        let many = self.works.values().chain(self.probes.values()).chain(self.services.values());
        one.chain(many).chain(self.incidents.values()).chain(self.told.values()).cloned().collect()
    }

    fn maintenance(&mut self, what: &MaintenanceTurn, entry: Arc<Entry>) {
        match what {
            MaintenanceTurn::Declared(work) => drop(self.works.insert(work.id.clone(), entry)),
            MaintenanceTurn::Withdrawn { id } => drop(self.works.remove(id)),
            MaintenanceTurn::Began { .. } | MaintenanceTurn::Ended { .. } => {}
        }
    }
}

fn key(told: &Told) -> (Slug, Slug) {
    (told.receiver.clone(), told.alert.clone())
}

fn declared(at: Moment, work: &Maintenance) -> Entry {
    let what = MaintenanceTurn::Declared(work.clone());
    Entry::Maintenance(Box::new(MaintenanceNews { at, what }))
}

fn stands(tail: &Tail, incident: &Incident) -> Entry {
    let (at, what) = (tail.newest.unwrap_or_default(), IncidentTurn::Revised);
    Entry::Incident(Box::new(IncidentNews { at, what, incident: incident.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{State, Transition};

    fn changed(probe: &str, to: State) -> Entry {
        let probe = ProbeId::new("epr".parse().unwrap(), probe.parse().unwrap());
        let (at, from) = (Moment::default(), State::Unknown);
        Entry::Changed(Transition { probe, from, to, since: at, after: None, confirmed: at })
    }

    #[test]
    fn the_last_word_on_what_is_still_there_holds() {
        let at = Moment::default();
        let removed = ProbeId::new("epr".parse().unwrap(), "old".parse().unwrap());
        let mut standing = Standing::default();
        for entry in [
            changed("old", State::Up),
            changed("new", State::Up),
            Entry::CutOff { at, since: at },
            Entry::Rejoined { at, since: at },
            changed("new", State::Down),
            Entry::ProbeRemoved { at, probe: removed },
        ] {
            standing.absorb(&Arc::new(entry));
        }
        assert_eq!(standing.entries(), [Arc::new(changed("new", State::Down))]);
    }

    #[test]
    fn a_book_that_broke_off_holds_as_well() {
        let mut tail = Tail::default();
        tail.absorb(&changed("new", State::Degraded));
        assert_eq!(Standing::of(&tail).entries(), [Arc::new(changed("new", State::Degraded))]);
    }
}
