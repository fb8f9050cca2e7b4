//! How long was a probe believed to be what?

use std::time::Duration;

use crate::{
    entry::Entry,
    model::{Moment, Period, State},
};

/// How long each state lasted. Time outside the life of the probe is in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct States {
    lasted: [Duration; 4],
}

impl States {
    /// How long `state` lasted.
    pub fn of(&self, state: State) -> Duration {
        self.lasted[state as usize]
    }
}

/// What is believed since when, by what was said last.
#[derive(Debug, Default)]
pub(super) struct Turns {
    turns: Vec<(Moment, Option<State>)>,
}

impl Turns {
    /// Takes in one more entry of the probe.
    pub(super) fn absorb(&mut self, entry: &Entry) {
        match entry {
            Entry::Changed(turn) => self.turn(turn.since, Some(turn.to)),
            Entry::ProbeRemoved { at, .. } => self.turn(*at, None),
            _ => {}
        }
    }

    /// What was said of the time after `since` no longer holds.
    fn turn(&mut self, since: Moment, to: Option<State>) {
        while self.turns.pop_if(|(later, _)| *later >= since).is_some() {}
        self.turns.push((since, to));
    }

    pub(super) fn within(&self, period: Period) -> States {
        let mut states = States::default();
        let ends = self.turns.iter().skip(1).map(|(since, _)| *since).chain([period.until]);
        for ((since, state), until) in self.turns.iter().zip(ends) {
            if let Some(state) = state {
                states.lasted[*state as usize] += Period::new(*since, until).within(period).length();
            }
        }
        states
    }
}
