//! Which planned work is announced, and which is under way?

use std::collections::BTreeMap;

use super::{Effect, Round};
use crate::{
    entry::{Entry, MaintenanceNews, MaintenanceTurn, Tail},
    judge::Timetable,
    model::{Maintenance, Moment, Period, Slug},
};

/// All planned work that is announced.
#[derive(Debug, Default)]
pub(super) struct Works {
    works: BTreeMap<Slug, Work>,
    /// When the next of them begins or ends.
    next: Option<Moment>,
}

#[derive(Debug)]
struct Work {
    maintenance: Maintenance,
    timetable: Timetable,
    /// Since when the ledger knows.
    known: Moment,
    /// The occurrence that is under way.
    active: Option<Period>,
}

/// Somebody announces planned work, or takes it back.
#[derive(Clone, Debug)]
pub enum Notice {
    /// It is announced from now on.
    Declare(Maintenance),
    /// It is announced no more.
    Withdraw(Slug),
}

impl Works {
    /// When somebody is to look at the clock again.
    pub(super) fn next(&self) -> Option<Moment> {
        self.next
    }

    /// Announces exactly `planned`, beside what was announced by hand.
    pub(super) fn plan(&mut self, planned: &[Maintenance], now: Moment) -> Vec<Entry> {
        let stays =
            |work: &Work| work.maintenance.by_hand || planned.iter().any(|one| one.id == work.maintenance.id);
        let gone: Vec<Slug> =
            self.works.iter().filter(|(_, work)| !stays(work)).map(|(id, _)| id.clone()).collect();
        let withdrawn: Vec<Entry> = gone.iter().flat_map(|id| self.withdraw(id, now)).collect();
        let declared = planned.iter().filter_map(|work| self.declare(work.clone(), now));
        withdrawn.into_iter().chain(declared.collect::<Vec<_>>()).collect()
    }

    /// Announces `maintenance`, if it is not yet.
    pub(super) fn declare(&mut self, maintenance: Maintenance, now: Moment) -> Option<Entry> {
        if self.works.contains_key(&maintenance.id) {
            return None;
        }
        self.works.insert(maintenance.id.clone(), Work::new(maintenance.clone(), now));
        self.next = Some(now);
        Some(told(now, MaintenanceTurn::Declared(maintenance)))
    }

    /// Whether work on `service` is under way.
    pub(super) fn touch(&self, service: &Slug) -> bool {
        let under_way = self.works.values().filter(|work| work.active.is_some());
        under_way.into_iter().any(|work| work.maintenance.services.contains(service))
    }

    /// All that is announced.
    pub(super) fn announced(&self) -> impl Iterator<Item = &Maintenance> {
        self.works.values().map(|work| &work.maintenance)
    }

    /// Takes back what was announced as `id`; what is under way ends.
    pub(super) fn withdraw(&mut self, id: &Slug, now: Moment) -> Vec<Entry> {
        let Some(work) = self.works.remove(id) else { return Vec::new() };
        let ended = work.active.map(|_| work.ended(now));
        let withdrawn = told(now, MaintenanceTurn::Withdrawn { id: id.clone() });
        ended.into_iter().chain([withdrawn]).collect()
    }

    /// Goes on from what is remembered. What was under way at the last entry has ended if it is not under way at `now`;
    /// what still is begins again, so that whoever listens since this start hears of it.
    pub(super) fn recall(&mut self, tail: &Tail, now: Moment) {
        let newest = tail.newest.unwrap_or_default();
        for (known, maintenance) in tail.maintenance.values() {
            let mut work = Work::new(maintenance.clone(), *known);
            let was = work.timetable.active_at(newest);
            work.active = was.filter(|_| was != work.timetable.active_at(now));
            if !maintenance.by_hand || was.is_some() || work.timetable.next_boundary(newest).is_some() {
                self.works.insert(maintenance.id.clone(), work);
            }
        }
        self.next = tail.newest;
    }

    /// Looks at the clock: what begins and what ends?
    pub(super) fn mind(&mut self, now: Moment) -> Vec<Entry> {
        let entries = self.works.values_mut().flat_map(|work| work.mind(now)).collect();
        self.next = self.works.values().filter_map(|work| work.timetable.next_boundary(now)).min();
        entries
    }
}

impl Work {
    fn new(maintenance: Maintenance, known: Moment) -> Self {
        let timetable = Timetable::of(&maintenance.when);
        Self { maintenance, timetable, known, active: None }
    }

    fn mind(&mut self, now: Moment) -> impl Iterator<Item = Entry> + use<> {
        let active = self.timetable.active_at(now);
        let before = std::mem::replace(&mut self.active, active);
        let changed = before != active;
        let ended = before.filter(|_| changed).map(|_| self.ended(now));
        let began = active.filter(|_| changed).map(|period| self.began(period, now));
        ended.into_iter().chain(began)
    }

    fn began(&self, period: Period, now: Moment) -> Entry {
        let Maintenance { id, services, .. } = self.maintenance.clone();
        told(now, MaintenanceTurn::Began { id, services, period, late: self.known > period.from })
    }

    fn ended(&self, now: Moment) -> Entry {
        let Maintenance { id, services, .. } = self.maintenance.clone();
        told(now, MaintenanceTurn::Ended { id, services })
    }
}

impl Round {
    /// Takes in that somebody announced planned work, or took it back.
    pub(super) fn notice(&mut self, notice: Notice, now: Moment, effects: &mut Vec<Effect>) {
        let entries = match notice {
            Notice::Declare(maintenance) => self.works.declare(maintenance, now).into_iter().collect(),
            Notice::Withdraw(id) => self.works.withdraw(&id, now),
        };
        effects.extend(entries.into_iter().map(Effect::Record));
        self.mark_works();
    }

    /// Records what planned work begins or ends by `now`.
    pub(super) fn mind_works(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.works.next().is_some_and(|next| next <= now) {
            effects.extend(self.works.mind(now).into_iter().map(Effect::Record));
            self.mark_works();
        }
    }
}

fn told(at: Moment, what: MaintenanceTurn) -> Entry {
    Entry::Maintenance(Box::new(MaintenanceNews { at, what }))
}
