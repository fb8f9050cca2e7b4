//! What comes into the round, and what comes out?

use super::{Notice, Schedule};
use crate::{
    entry::{Entry, Tail},
    model::{Cadence, Moment, Observation, ProbeId, Why},
};

/// A fact that comes in.
#[derive(Debug)]
pub enum Event {
    /// The time asked for by [`Round::next_due`](super::Round::next_due) has come.
    Due,
    /// A look ended, was given up, or panicked (the latter two with an unknown outcome).
    Done(Ticket, Box<Observation>),
    /// What is remembered from before this start; before the first plan, if at all.
    Recover(Box<Tail>),
    /// A plan comes into force: the first, or a changed one.
    Replan(Schedule),
    /// The clock was set, or the machine slept; "now" is already on the new clock.
    Stepped {
        /// What the clock would say had it not been set.
        from: Moment,
        /// What it says.
        to: Moment,
    },
    /// Somebody announced planned work, or took it back.
    Notice(Notice),
    /// A look or a gap that was remembered elsewhere or before, to be judged as if it had just happened. A round that is told
    /// of such takes no look itself; they come in order of time.
    Recalled(Entry),
    /// No more looks. Those in flight are still to be told as done; then the round is over.
    Stop,
}

/// What is to be done.
#[derive(Debug)]
pub enum Effect {
    /// Take this look and come back with [`Event::Done`].
    Look(Job),
    /// Remember this.
    Record(Entry),
}

/// A look to be taken now.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which look this is; it comes back with what was seen.
    pub ticket: Ticket,
    /// The probe's place in the newest [`Schedule::probes`].
    pub index: usize,
    /// Which probe looks.
    pub probe: ProbeId,
    /// Why now.
    pub why: Why,
    /// When it should have begun. What lies between that and its beginning is our lateness.
    pub due: Moment,
    /// The cadence in force.
    pub cadence: Cadence,
}

/// One look among those in flight. No two looks of a [`Round`](super::Round) ever have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(u64);

impl Ticket {
    /// The one after this.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
