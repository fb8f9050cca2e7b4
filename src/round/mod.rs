//! What next? Pure: which look is due, what a look that ended changes, what was missed.

mod schedule;

pub use schedule::{Limits, Schedule, Scheduled};

use crate::{
    entry::Entry,
    model::{Cadence, Moment, Observation, ProbeId, Why},
};

/// A fact that comes in.
#[derive(Debug)]
pub enum Event {
    /// The time asked for by [`Round::next_due`] has come.
    Due,
    /// A look ended, was given up, or panicked (the latter two with an unknown outcome).
    Done(Ticket, Box<Observation>),
    /// A plan comes into force: the first, or a changed one.
    Replan(Schedule),
    /// The clock was set, or the machine slept; "now" is already on the new clock.
    Stepped {
        /// What the clock would say had it not been set.
        from: Moment,
        /// What it says.
        to: Moment,
    },
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

/// One look among those in flight. No two looks of a [`Round`] ever have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// The round: whom we look at, what we believe of them, who is due next. It reads no clock and opens no socket.
///
/// ```text
/// let mut round = Round::default();
/// round.step(Event::Replan(schedule), now, &mut effects);   // records Started and Planned
/// // … carry out the effects, wait until next_due() or for a look to end, step again …
/// round.step(Event::Stop, now, &mut effects);               // records Stopped once nothing is in flight
/// ```
#[derive(Debug, Default)]
pub struct Round {}

impl Round {
    /// Takes in one event and appends what is to be done, in order. Also begins whatever is due at `now`.
    pub fn step(&mut self, event: Event, now: Moment, effects: &mut Vec<Effect>) {
        let _ = (event, now, effects);
    }

    /// When to wake the round with [`Event::Due`] if nothing else happens; `None` if there is nothing to wait for.
    pub fn next_due(&self) -> Option<Moment> {
        None
    }

    /// How many looks are in flight.
    pub fn in_flight(&self) -> usize {
        0
    }

    /// Whether it was stopped and nothing is in flight any more: `Stopped` was the last entry.
    pub fn is_over(&self) -> bool {
        false
    }
}
