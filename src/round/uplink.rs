//! Is it they, or are we cut off? Where the reference probes come into the round.

use std::time::Duration;

use super::{Round, Schedule, Stage};
use crate::{
    entry::Entry,
    judge::{Crossing, Uplink, Way},
    model::{Moment, Observation, Ours, Outcome, State},
};

/// A reference is asked no more often than this, however many probes want to know.
const PACE: Duration = Duration::from_secs(1);

impl Round {
    /// Names the reference probes of `schedule`. What they saw is kept where they stay the same.
    pub(super) fn refer(&mut self, schedule: &Schedule) {
        let mut places = 0..;
        for (probe, scheduled) in self.watched.iter_mut().zip(&schedule.probes) {
            probe.reference = if scheduled.reference { places.next() } else { None };
        }
        let is_reference = |slot: &u32| self.watched[*slot as usize].reference.is_some();
        self.references = self.slots().filter(is_reference).collect();
        let count = self.references.len();
        if self.uplink.references() != count {
            self.uplink = Uplink::new(count, self.uplink.cut_off());
        }
    }

    /// What the look of a reference probe says of this site.
    pub(super) fn cross(&mut self, slot: u32, look: &Observation) -> Option<Entry> {
        let place = self.watched[slot as usize].reference?;
        let crossing = self.uplink.saw(usize::from(place), look.began, look.seen.outcome.is_good())?;
        let at = look.ended;
        Some(match crossing {
            Crossing::CutOff(since) => Entry::CutOff { at, since },
            Crossing::Rejoined(since) => Entry::Rejoined { at, since },
        })
    }

    /// Whether a bad look is not to be believed yet, because nobody knows whose failure it was: then the references are
    /// asked. Where this site is known to be cut off it becomes unknown.
    pub(super) fn is_held(&mut self, slot: u32, look: &mut Observation, now: Moment) -> bool {
        let probe = &self.watched[slot as usize];
        if probe.reference.is_some() || !matches!(look.seen.outcome, Outcome::Down(_)) {
            return false;
        }
        // What is down already asks nobody: its looks would have the references looked at for as long as it lasts.
        let is_news = probe.state() != State::Down;
        let since = probe.suspect_since().unwrap_or(look.began);
        match self.uplink.way(since) {
            Way::Cut => {
                let words =
                    format!("no reference probe of this site can be reached; seen: {}", look.seen.words());
                look.seen.outcome = Outcome::Unknown { ours: Ours::CutOff, words };
                false
            }
            Way::Unsure if is_news => {
                self.ask_references(now);
                true
            }
            Way::Open | Way::Unsure => false,
        }
    }

    fn ask_references(&mut self, now: Moment) {
        if self.stage != Stage::Running || self.is_recalling() {
            return;
        }
        for place in 0..self.references.len() {
            let slot = self.references[place];
            self.watched[slot as usize].hurry(now, PACE);
            self.arm(slot);
        }
    }
}
