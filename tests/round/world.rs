//! What is around the round? A clock that can be set, looks that take their time, and a loop that can be held up.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    time::Duration,
};

use wardround::{
    entry::Entry,
    model::{Details, Fault, Moment, Observation, Ours, Outcome, Reason, Seen, Timeline},
    round::{Effect, Event, Job, Round, Ticket},
};

/// Whoever looks on: says how each look goes, and hears of all that is done and remembered.
pub(crate) trait Witness {
    /// How long the look takes, and what it finds.
    fn look(&mut self, job: &Job, now: Moment) -> (Duration, Outcome);

    /// Something is to be remembered.
    fn entry(&mut self, entry: Entry, now: Moment);

    /// A look has ended and is about to be told.
    fn ended(&mut self, _ticket: Ticket) {}
}

/// A round, the clock by which it is told the time, and the looks in flight.
pub(crate) struct World<W> {
    pub(crate) round: Round,
    pub(crate) witness: W,
    /// Time as it really passes.
    real: Moment,
    /// How far the clock is ahead of that, in milliseconds.
    ahead: i64,
    flying: BinaryHeap<Reverse<(Moment, Ticket)>>,
    looks: BTreeMap<Ticket, Box<Observation>>,
    effects: Vec<Effect>,
}

impl<W: Witness> World<W> {
    pub(crate) fn new(start: Moment, witness: W) -> Self {
        let (round, flying, looks, effects) = Default::default();
        Self { round, witness, real: start, ahead: 0, flying, looks, effects }
    }

    /// What the clock says.
    pub(crate) fn now(&self) -> Moment {
        self.clock(self.real)
    }

    fn clock(&self, real: Moment) -> Moment {
        Moment::from_ms(real.as_ms() + self.ahead)
    }

    /// Tells the round of `event` and carries out what it asks for.
    pub(crate) fn tell(&mut self, event: Event) {
        let now = self.now();
        let mut effects = std::mem::take(&mut self.effects);
        self.round.step(event, now, &mut effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Look(job) => self.launch(job),
                Effect::Record(entry) => self.witness.entry(entry, now),
            }
        }
        self.effects = effects;
        assert!(self.round.next_due().is_none_or(|due| due > now), "what is due is done at once");
    }

    fn launch(&mut self, job: Job) {
        let now = self.now();
        let (takes, outcome) = self.witness.look(&job, now);
        self.flying.push(Reverse((self.real + takes, job.ticket)));
        self.looks.insert(job.ticket, Box::new(observed(job, now, outcome)));
    }

    /// Lets time pass, telling the round of everything in time.
    pub(crate) fn pass(&mut self, span: Duration) {
        let until = self.real + span;
        while let Some(at) = self.next_event().filter(|at| *at <= until) {
            self.real = at.max(self.real);
            self.tell_what_happened();
        }
        self.real = until;
    }

    /// Lets time pass without telling anybody; then tells what happened meanwhile.
    pub(crate) fn stall(&mut self, span: Duration) {
        self.real += span;
        self.tell_what_happened();
    }

    /// Sets the clock.
    pub(crate) fn set_clock(&mut self, by_ms: i64) {
        let from = self.now();
        self.ahead += by_ms;
        self.tell(Event::Stepped { from, to: self.now() });
    }

    /// Lets all looks end, without a look at the clock before that.
    pub(crate) fn land(&mut self) {
        while let Some(Reverse((at, _))) = self.flying.peek() {
            self.real = self.real.max(*at);
            self.tell_what_happened();
        }
    }

    fn next_event(&self) -> Option<Moment> {
        let landing = self.flying.peek().map(|Reverse((at, _))| *at);
        let due = self.round.next_due().map(|due| Moment::from_ms(due.as_ms() - self.ahead));
        landing.into_iter().chain(due).min()
    }

    fn tell_what_happened(&mut self) {
        while let Some(Reverse((at, ticket))) =
            self.flying.peek().copied().filter(|Reverse((at, _))| *at <= self.real)
        {
            self.flying.pop();
            let mut look = self.looks.remove(&ticket).expect("who flies has looked");
            look.ended = self.clock(at);
            self.witness.ended(ticket);
            self.tell(Event::Done(ticket, look));
        }
        self.tell(Event::Due);
    }
}

/// A look that found its target down.
pub(crate) fn down() -> Outcome {
    Outcome::Down(Reason::Fault { fault: Fault::ConnectionRefused, words: String::new() })
}

/// A look that we failed to take.
pub(crate) fn unknown() -> Outcome {
    Outcome::Unknown { ours: Ours::Internal, words: String::new() }
}

/// What `job` saw that began at `at` and took no time.
pub(crate) fn observed(job: Job, at: Moment, outcome: Outcome) -> Observation {
    let Job { probe, why, due, cadence, .. } = job;
    let seen = Seen { timeline: Timeline::default(), outcome, details: Details::default() };
    Observation { probe, why, due, began: at, ended: at, late: at.since(due), cadence, seen }
}
