//! What next? Pure: which look is due, what a look that ended changes, what was missed.

mod blame;
mod event;
mod grid;
mod places;
mod recall;
mod recover;
mod replan;
mod roster;
mod schedule;
mod uplink;
mod watched;
mod works;

use std::collections::{BTreeMap, BTreeSet};

pub use event::{Effect, Event, Job, Ticket};
pub use schedule::{Limits, Schedule, Scheduled};
pub use works::Notice;

use places::Places;
use recall::Recalled;
use roster::{Roster, Told};
use watched::{Standing, Watched};
use works::Works;

use crate::{
    entry::{Entry, Gap},
    judge::{Turn, Uplink},
    model::{Evidence, Maintenance, Moment, Observation, ProbeId, ServiceState, Slug, State},
};

/// The round: whom we look at, what we believe of them, who is due next. It reads no clock and opens no socket.
///
/// ```text
/// let mut round = Round::default();
/// round.step(Event::Replan(schedule), now, &mut effects);   // records Started and Planned
/// // … carry out the effects, wait until next_due() or for a look to end, step again …
/// round.step(Event::Stop, now, &mut effects);               // records Stopped once nothing is in flight
/// ```
///
/// Every due of every probe, from the plan that brings it to the one that takes it away, is either looked at once or
/// counted in one recorded gap.
#[derive(Debug, Default)]
pub struct Round {
    stage: Stage,
    watched: Vec<Watched>,
    roster: Roster,
    uplink: Uplink,
    /// The places of the reference probes among the watched.
    references: Vec<u32>,
    works: Works,
    recalled: Recalled,
    places: Places,
    flights: BTreeMap<Ticket, Flight>,
    /// When to wake whom; each probe has one alarm at most, and knows it.
    alarms: BTreeSet<(Moment, u32)>,
    newest: Ticket,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    New,
    Running,
    Stopping,
    Over,
}

/// A look in flight.
#[derive(Clone, Copy, Debug)]
struct Flight {
    /// The probe's place among the watched, unless the plan has dropped it.
    slot: Option<u32>,
    host: u32,
}

impl Round {
    /// Takes in one event and appends what is to be done, in order. Also begins whatever is due at `now`.
    pub fn step(&mut self, event: Event, now: Moment, effects: &mut Vec<Effect>) {
        self.mind_blame(now, effects);
        match event {
            Event::Due => {}
            Event::Done(ticket, observation) => self.done(ticket, observation, now, effects),
            Event::Recover(tail) => self.recover(&tail, now, effects),
            Event::Replan(schedule) => self.replan(&schedule, now, effects),
            Event::Stepped { from, to } => self.clock_stepped(from, to, effects),
            Event::Notice(notice) => self.notice(notice, now, effects),
            Event::Recalled(entry) => self.recall(entry, effects),
            Event::Stop => self.stop(now, effects),
        }
        self.mind_works(now, effects);
        self.mind_blame(now, effects);
        self.begin_what_waits(now, effects);
        self.end_if_done(now, effects);
    }

    /// When to wake the round with [`Event::Due`] if nothing else happens; `None` if there is nothing to wait for.
    pub fn next_due(&self) -> Option<Moment> {
        let alarm = self.alarms.first().map(|(at, _)| *at);
        if self.stage != Stage::Running {
            return alarm;
        }
        [alarm, self.works.next(), self.roster.next_verdict()].into_iter().flatten().min()
    }

    /// How many looks are in flight.
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }

    /// What is believed of each probe.
    pub fn states(&self) -> impl Iterator<Item = (&ProbeId, State)> {
        self.watched.iter().map(|probe| (&probe.id, probe.state()))
    }

    /// How each service is.
    pub fn services(&self) -> impl Iterator<Item = (&Slug, ServiceState)> {
        self.roster.states()
    }

    /// The planned work that is announced.
    pub fn announced(&self) -> impl Iterator<Item = &Maintenance> {
        self.works.announced()
    }

    /// Whether it was stopped and nothing is in flight any more: there will be no further entry.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    fn begin_what_waits(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        while let Some(slot) = self.places.next() {
            self.begin(slot, now, effects);
        }
        while let Some((_, slot)) = self.alarms.first().copied().filter(|(at, _)| *at <= now) {
            self.wake(slot, now, effects);
        }
    }

    fn wake(&mut self, slot: u32, now: Moment, effects: &mut Vec<Effect>) {
        self.give_up_late(slot, now, effects);
        let probe = &mut self.watched[slot as usize];
        if probe.standing == Standing::Idle && probe.wish(now).is_some() {
            if self.places.ask(slot, probe.host) {
                return self.begin(slot, now, effects);
            }
            probe.standing = Standing::InLine;
        }
        self.arm(slot);
    }

    /// Begins the look of a probe that has a place; what it waited for may have been given up meanwhile.
    fn begin(&mut self, slot: u32, now: Moment, effects: &mut Vec<Effect>) {
        self.give_up_late(slot, now, effects);
        let probe = &mut self.watched[slot as usize];
        if let Some(wish) = probe.begin(now) {
            self.newest = self.newest.next();
            self.flights.insert(self.newest, Flight { slot: Some(slot), host: probe.host });
            effects.push(Effect::Look(probe.job(self.newest, slot, wish)));
        } else {
            probe.standing = Standing::Idle;
            self.places.release(probe.host);
        }
        self.arm(slot);
    }

    fn done(&mut self, ticket: Ticket, look: Box<Observation>, now: Moment, effects: &mut Vec<Effect>) {
        let flight = self.flights.remove(&ticket);
        if let Some(flight) = flight {
            self.places.release(flight.host);
        }
        match flight.and_then(|flight| flight.slot) {
            Some(slot) => self.take_in(slot, look, now, effects),
            None => effects.push(Effect::Record(Entry::Observed(look))),
        }
    }

    fn take_in(&mut self, slot: u32, look: Box<Observation>, now: Moment, effects: &mut Vec<Effect>) {
        let ended = look.ended;
        self.judge(slot, look, now, effects);
        let probe = &mut self.watched[slot as usize];
        let reason = probe.blame_look(ended);
        if self.stage == Stage::Running {
            let gap = self.watched[slot as usize].give_up_late(now, reason);
            self.record_gap(slot, gap, effects);
            self.arm(slot);
        }
    }

    /// What a look says of its probe, its service and this site.
    fn judge(&mut self, slot: u32, mut look: Box<Observation>, now: Moment, effects: &mut Vec<Effect>) {
        let crossing = self.cross(slot, &look);
        let held = self.is_held(slot, &mut look, now);
        let probe = &mut self.watched[slot as usize];
        let blip = probe.blip(&look);
        let turns = probe.saw(&look, held);
        probe.back(&look, now);
        self.ask_dependencies(slot, &look, now);
        let evidence = evidence(&look);
        effects.push(Effect::Record(Entry::Observed(look)));
        effects.extend(crossing.map(Effect::Record));
        effects.extend(blip.map(Entry::Blip).map(Effect::Record));
        for turn in turns {
            self.believe(slot, turn, evidence.as_ref(), effects);
        }
    }

    fn give_up_late(&mut self, slot: u32, now: Moment, effects: &mut Vec<Effect>) {
        let probe = &mut self.watched[slot as usize];
        let gap = probe.give_up_late(now, probe.blame());
        self.record_gap(slot, gap, effects);
    }

    fn record_gap(&mut self, slot: u32, gap: Option<Gap>, effects: &mut Vec<Effect>) {
        let Some(gap) = gap else { return };
        let turn = self.watched[slot as usize].missed(&gap);
        effects.push(Effect::Record(Entry::Gap(gap)));
        if let Some(turn) = turn {
            self.believe(slot, turn, None, effects);
        }
    }

    fn believe(&mut self, slot: u32, turn: Turn, evidence: Option<&Evidence>, effects: &mut Vec<Effect>) {
        let probe = &self.watched[slot as usize];
        effects.push(Effect::Record(Entry::Changed(turn.of(probe.id.clone()))));
        let (service, part) = (probe.service, probe.part);
        let told = Told { watched: &self.watched, probe: &probe.id, service, part, turn: &turn, evidence };
        effects.extend(self.roster.turn(&told).into_iter().map(Effect::Record));
    }

    fn clock_stepped(&mut self, from: Moment, to: Moment, effects: &mut Vec<Effect>) {
        if self.stage != Stage::Running {
            return;
        }
        effects.push(Effect::Record(Entry::ClockStepped { from, to }));
        for slot in self.slots() {
            let gap = self.watched[slot as usize].step(from, to);
            self.record_gap(slot, gap, effects);
            self.arm(slot);
        }
    }

    fn stop(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        match self.stage {
            Stage::New => self.stage = Stage::Over,
            Stage::Running => self.give_up(now, effects),
            Stage::Stopping | Stage::Over => {}
        }
    }

    fn give_up(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.stage = Stage::Stopping;
        for slot in self.slots() {
            let probe = &mut self.watched[slot as usize];
            let gap = probe.give_up_all(now, probe.blame());
            self.record_gap(slot, gap, effects);
        }
        self.alarms.clear();
        self.places.send_away();
    }

    fn end_if_done(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.stage == Stage::Stopping && self.flights.is_empty() {
            self.stage = Stage::Over;
            effects.push(Effect::Record(Entry::Stopped { at: now }));
        }
    }

    fn arm(&mut self, slot: u32) {
        let probe = &mut self.watched[slot as usize];
        let at = probe.wakes();
        if probe.alarm == at {
            return;
        }
        self.alarms.extend(at.map(|at| (at, slot)));
        if let Some(before) = std::mem::replace(&mut probe.alarm, at) {
            self.alarms.remove(&(before, slot));
        }
    }

    fn slots(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.watched.len()).unwrap_or(u32::MAX)
    }
}

/// What a look says that was not good.
fn evidence(look: &Observation) -> Option<Evidence> {
    let fault = look.seen.outcome.fault_label()?.to_owned();
    Some(Evidence { probe: look.probe.clone(), fault, words: look.seen.words() })
}
