//! What changes when another plan comes into force?

use std::{collections::BTreeMap, mem, sync::Arc};

use super::{
    Effect, Round, Schedule, Scheduled, Stage,
    grid::Grid,
    places::{Places, Spot},
    roster::Roster,
    watched::Watched,
};
use crate::{
    entry::Entry,
    model::{Moment, ProbeId},
};

/// Every host of a plan, by its place.
#[derive(Debug, Default)]
struct Hosts {
    spots: Vec<Spot>,
    places: BTreeMap<Spot, u32>,
}

impl Round {
    /// Brings `schedule` into force. Probes of the same id go on as they were, the look in flight included.
    pub(super) fn replan(&mut self, schedule: &Schedule, now: Moment, effects: &mut Vec<Effect>) {
        match self.stage {
            Stage::Stopping | Stage::Over => return,
            Stage::New => effects.push(Effect::Record(Entry::Started { at: now })),
            Stage::Running => {}
        }
        self.stage = Stage::Running;
        effects.push(Effect::Record(Entry::Planned {
            at: now,
            digest: schedule.digest.clone(),
            outline: Arc::clone(&schedule.outline),
        }));
        effects.extend(self.works.plan(&schedule.maintenance, now).into_iter().map(Effect::Record));
        self.close(schedule, now, effects);
        let moved = self.rewatch(schedule, now, effects);
        let waiting = self.replace(schedule, &moved);
        self.refer(schedule);
        let roster = Roster::new(&mut self.watched, schedule, now);
        let before = mem::replace(&mut self.roster, roster);
        self.mark_works();
        effects.extend(self.roster.follow(before, &self.watched, now).into_iter().map(Effect::Record));
        self.resume(&waiting, now, effects);
    }

    /// Gives up what still waits of dues that `schedule` does not know: the probe leaves, or has other dues from now on.
    fn close(&mut self, schedule: &Schedule, now: Moment, effects: &mut Vec<Effect>) {
        let grid = |probe: &Scheduled| Grid::new(&schedule.site, &probe.id, probe.cadence.interval());
        let grids: BTreeMap<&ProbeId, Grid> =
            schedule.probes.iter().map(|probe| (&probe.id, grid(probe))).collect();
        for slot in self.slots() {
            let probe = &mut self.watched[slot as usize];
            if grids.get(&probe.id) != Some(&probe.grid()) {
                let gap = probe.give_up_all(now, probe.blame());
                self.record_gap(slot, gap, effects);
            }
        }
    }

    /// Watches whom `schedule` names and nobody else; gives the old place and the new of each who stays.
    fn rewatch(&mut self, schedule: &Schedule, now: Moment, effects: &mut Vec<Effect>) -> BTreeMap<u32, u32> {
        let before = mem::take(&mut self.watched).into_iter().zip(0..);
        let mut before: BTreeMap<ProbeId, (Watched, u32)> =
            before.map(|(probe, slot)| (probe.id.clone(), (probe, slot))).collect();
        let mut moved = BTreeMap::new();
        for (scheduled, slot) in schedule.probes.iter().zip(0..) {
            let probe = match before.remove(&scheduled.id) {
                Some((probe, was)) => {
                    moved.insert(was, slot);
                    probe.replanned(&schedule.site, scheduled, now)
                }
                None => Watched::new(&schedule.site, scheduled, now),
            };
            self.watched.push(probe);
        }
        let removed = before.into_keys().map(|probe| Entry::ProbeRemoved { at: now, probe });
        effects.extend(removed.map(Effect::Record));
        moved
    }

    /// Gives places anew: first to the looks in flight; gives who waited for one, in order.
    fn replace(&mut self, schedule: &Schedule, moved: &BTreeMap<u32, u32>) -> Vec<u32> {
        let mut hosts = Hosts::default();
        for (probe, scheduled) in self.watched.iter_mut().zip(&schedule.probes) {
            probe.host = hosts.place(&scheduled.spot());
        }
        for flight in self.flights.values_mut() {
            flight.slot = flight.slot.and_then(|slot| moved.get(&slot).copied());
            flight.host = hosts.place(self.places.spot(flight.host));
        }
        let waiting = self.places.waiting().filter_map(|slot| moved.get(&slot).copied()).collect();
        self.places = Places::new(schedule.limits, hosts.spots.into_iter());
        for flight in self.flights.values() {
            self.places.occupy(flight.host);
        }
        waiting
    }

    fn resume(&mut self, waiting: &[u32], now: Moment, effects: &mut Vec<Effect>) {
        self.alarms.clear();
        for slot in self.slots() {
            self.arm(slot);
        }
        for slot in waiting {
            if self.places.ask(*slot, self.watched[*slot as usize].host) {
                self.begin(*slot, now, effects);
            }
        }
    }
}

impl Hosts {
    fn place(&mut self, spot: &Spot) -> u32 {
        let next = u32::try_from(self.spots.len()).unwrap_or(u32::MAX);
        *self.places.entry(spot.clone()).or_insert_with(|| {
            self.spots.push(spot.clone());
            next
        })
    }
}

impl Scheduled {
    fn spot(&self) -> Spot {
        Spot { host: Arc::clone(&self.host), clinical: self.clinical }
    }
}
