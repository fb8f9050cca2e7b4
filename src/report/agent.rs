//! What became of the agent itself, as far as it bears on what was seen?

use std::sync::Arc;

use crate::{
    entry::Entry,
    model::{Moment, Outline, Period},
};

/// A plan, from when it came into force.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Since when.
    pub at: Moment,
    /// SHA-256 of the configuration, in hexadecimal.
    pub digest: String,
    /// What of it is remembered.
    pub outline: Arc<Outline>,
}

/// Starts, lost books, clocks and times at which this site was cut off.
#[derive(Clone, Debug, Default)]
pub struct Agent {
    first: Option<Moment>,
    starts: Vec<Moment>,
    set_aside: Vec<Moment>,
    steps: Vec<Moment>,
    cut_off: Vec<Period>,
    cut_since: Option<Moment>,
}

impl Agent {
    pub(super) fn absorb(&mut self, entry: &Entry) {
        self.first.get_or_insert(entry.at());
        match entry {
            Entry::Started { at } => self.starts.push(*at),
            Entry::SetAside { at, .. } => self.set_aside.push(*at),
            Entry::ClockStepped { to, .. } => self.steps.push(*to),
            Entry::CutOff { since, .. } => self.cut_since = Some(*since),
            Entry::Rejoined { since, .. } => {
                self.cut_off.extend(self.cut_since.take().map(|from| Period::new(from, *since)));
            }
            _ => {}
        }
    }

    /// When the first entry was known: of the time before nothing is remembered.
    pub fn first(&self) -> Option<Moment> {
        self.first
    }

    /// How often it was started within a period.
    pub fn starts(&self, period: Period) -> usize {
        count(&self.starts, period)
    }

    /// How often the book was lost within a period.
    pub fn lost_books(&self, period: Period) -> usize {
        count(&self.set_aside, period)
    }

    /// How often the clock stepped within a period.
    pub fn clock_steps(&self, period: Period) -> usize {
        count(&self.steps, period)
    }

    /// When the site was cut off within a period.
    pub fn cut_off(&self, period: Period) -> Vec<Period> {
        let open = self.cut_since.map(|from| Period::new(from, period.until));
        let all = self.cut_off.iter().copied().chain(open);
        all.map(|one| one.within(period)).filter(|one| !one.is_empty()).collect()
    }
}

fn count(moments: &[Moment], period: Period) -> usize {
    moments.iter().filter(|at| period.contains(**at)).count()
}
