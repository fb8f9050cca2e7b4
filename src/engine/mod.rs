//! Who does it? The one loop that turns events into steps and effects into deeds; tokio lives here.
//!
//! [`Engine::run`] awaits one fact at a time (a look ended, something is due, somebody asks, stop), lets the pure
//! [`Round`] step, and carries out what it asks for. Everything that may be slow happens elsewhere: looks are tasks, a
//! configuration is read and the ledger written on threads beside, and readers of entries take nothing but a few numbers.

mod clock;
mod diary;
mod file;
mod limits;
mod looks;
mod manager;
mod plan;
mod reports;
mod scribe;
mod signals;
#[cfg(test)]
mod tests;

pub use clock::{ticks, wall};
pub use file::replace;
pub use limits::raise_descriptors;
pub use manager::{is_managed, tell_manager};
pub use plan::schedule;
pub use reports::{Compose, Composed, Order, Reporter, compose};
pub use scribe::Keeping;
pub use signals::{hang_ups, stop_on_signals};

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Plan,
    entry::{Entry, Tail, Told},
    metrics::Metrics,
    model::{Announcement, By, Deed, Moment, Remark, Slug},
    notify::Ear,
    probe::Agent,
    round::{Effect, Event, Notice, Round, Ticket},
    serve::{Answer, Ask},
};
use clock::Clock;
use looks::{Looks, RealLook, TakeLook};
use scribe::{Done, Scribe};

/// How long the ledger may take at the end.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// How long looks in flight may go on once the monitor is asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// The loop sleeps no longer than this, so that a clock that was set is noticed soon.
const NAP: Duration = Duration::from_secs(1);

/// Reads the configuration anew; `Err` carries the problems as text.
pub type Load = Arc<dyn Fn() -> Result<Plan, String> + Send + Sync>;

/// Told every entry, in order, once it is remembered. Must not wait for anything.
pub type Reader = Box<dyn FnMut(&Entry) + Send>;

/// What the loop is given.
pub struct Setting {
    /// The plan to begin with.
    pub plan: Plan,
    /// Reads the plan again at a reload.
    pub load: Load,
    /// The book that everything goes into before it is told.
    pub keeping: Keeping,
    /// Where that book broke off.
    pub tail: Tail,
    /// Counts.
    pub metrics: Metrics,
    /// Questions from outside: is it ready, reload.
    pub asks: mpsc::Receiver<Ask>,
    /// The way to whoever tells on-call at once.
    pub ear: Ear,
    /// What was acknowledged there.
    pub told: mpsc::Receiver<Told>,
    /// Who else is told every entry.
    pub readers: Vec<Reader>,
    /// Where it is said which plan is in force, for whoever does not hear of entries alone.
    pub plans: watch::Sender<Option<Arc<Plan>>>,
    /// Cancelled when the monitor is to stop.
    pub stop: CancellationToken,
    /// How many descriptors this process may open, if there is a limit: there are never more looks than that.
    pub descriptors: Option<u64>,
}

/// The loop and what it holds.
pub struct Engine<L = RealLook> {
    round: Round,
    plan: Arc<Plan>,
    agent: Arc<Agent>,
    clock: Clock,
    looks: Looks<L>,
    load: Load,
    loading: Option<JoinHandle<Result<Plan, String>>>,
    waiting: Vec<(By, Answer)>,
    scribe: Scribe,
    tail: Tail,
    metrics: Metrics,
    asks: mpsc::Receiver<Ask>,
    ear: Ear,
    told: mpsc::Receiver<Told>,
    plans: watch::Sender<Option<Arc<Plan>>>,
    stop: CancellationToken,
    give_up: Option<Instant>,
    descriptors: Option<u64>,
}

/// What the loop awaits.
enum Fact {
    Done(Ticket, Box<crate::model::Observation>),
    Asked(Ask),
    Told(Told),
    Loaded(Box<Result<Plan, String>>),
    Written(Done),
    Due,
    Stop,
    GiveUp,
}

impl Engine {
    /// A monitor of `setting.plan`, looking for real.
    ///
    /// # Errors
    /// The system's resolver configuration could not be read.
    pub fn new(setting: Setting) -> Result<Self, String> {
        Self::with(setting, RealLook, clock::wall)
    }
}

impl<L: TakeLook> Engine<L> {
    fn with(setting: Setting, take: L, wall: fn() -> Moment) -> Result<Self, String> {
        let clock = Clock::new(wall);
        let scribe = Scribe::new(setting.keeping, setting.metrics.clone(), setting.readers, clock.tick());
        Ok(Self {
            round: Round::default(),
            agent: Arc::new(Agent::new(setting.plan.resolver())?),
            plan: Arc::new(setting.plan),
            clock,
            looks: Looks::new(take),
            load: setting.load,
            loading: None,
            waiting: Vec::new(),
            scribe,
            tail: setting.tail,
            metrics: setting.metrics,
            asks: setting.asks,
            ear: setting.ear,
            told: setting.told,
            plans: setting.plans,
            stop: setting.stop,
            give_up: None,
            descriptors: setting.descriptors,
        })
    }

    /// Goes round until stopped and the last look is remembered and told.
    pub async fn run(mut self) {
        let mut effects = Vec::new();
        self.recover(&mut effects);
        self.begin(&mut effects);
        while !self.round.is_over() {
            let fact = self.next_fact().await;
            self.follow_clock(&mut effects);
            self.apply(fact, &mut effects);
            self.scribe.turn(self.clock.tick(), self.clock.now());
            self.metrics.passed(self.clock.now());
            self.metrics.in_flight(self.round.in_flight());
            self.ear.turned();
        }
        self.finish().await;
    }

    /// Writes what is left, as long as that is not too long.
    async fn finish(&mut self) {
        let until = self.clock.after(LAST_WORDS);
        self.scribe.hurry();
        while !(self.scribe.is_done() && self.told.is_closed()) && self.clock.tick() < until {
            self.scribe.turn(self.clock.tick(), self.clock.now());
            let wake = self.clock.after(self.scribe.sleeps());
            tokio::select! { biased;
                Some(told) = self.told.recv() => self.scribe.hand(Entry::Told(told)),
                done = self.scribe.done() => self.scribe.back(done, self.clock.tick(), self.clock.now()),
                () = sleep_until(wake.min(until)) => {}
            }
        }
        self.scribe.close();
    }

    /// Goes on from where the book broke off.
    fn recover(&mut self, effects: &mut Vec<Effect>) {
        let tail = std::mem::take(&mut self.tail);
        self.metrics.recover(&plan::inventory(&self.plan), &tail);
        self.scribe.recover(&tail);
        self.step(Event::Recover(Box::new(tail)), effects);
    }

    fn begin(&mut self, effects: &mut Vec<Effect>) {
        self.metrics.passed(self.clock.now());
        self.metrics.replan(&plan::inventory(&self.plan));
        self.scribe.keep = self.plan.keep();
        self.ear.replan(self.plan.receivers(), self.plan.resolver());
        self.plans.send_replace(Some(self.plan.clone()));
        self.step(Event::Replan(plan::schedule(&self.plan, self.descriptors)), effects);
    }

    async fn next_fact(&mut self) -> Fact {
        let nap = self.clock.after(NAP.min(self.scribe.sleeps()));
        let wake = self.round.next_due().map_or(nap, |due| self.clock.instant(due).min(nap));
        let give_up = self.give_up;
        tokio::select! { biased;
            () = self.stop.cancelled(), if give_up.is_none() => Fact::Stop,
            () = sleep_until(give_up.unwrap_or(nap)), if give_up.is_some() => Fact::GiveUp,
            done = self.scribe.done() => Fact::Written(done),
            Some((ticket, observation)) = self.looks.next() => Fact::Done(ticket, observation),
            Some(ask) = self.asks.recv() => Fact::Asked(ask),
            Some(told) = self.told.recv() => Fact::Told(told),
            loaded = loaded(&mut self.loading), if self.loading.is_some() => Fact::Loaded(Box::new(loaded)),
            () = sleep_until(wake) => Fact::Due,
        }
    }

    fn apply(&mut self, fact: Fact, effects: &mut Vec<Effect>) {
        match fact {
            Fact::Done(ticket, observation) => self.step(Event::Done(ticket, observation), effects),
            Fact::Written(done) => self.scribe.back(done, self.clock.tick(), self.clock.now()),
            Fact::Due => self.step(Event::Due, effects),
            Fact::Told(told) => self.scribe.hand(Entry::Told(told)),
            Fact::Asked(Ask::Ready(answer)) => drop(answer.send(Ok(()))),
            Fact::Asked(Ask::Remember(by, what)) => self.did(by, what),
            Fact::Asked(Ask::Reload(by, answer)) => self.reload(by, answer),
            Fact::Asked(Ask::Announce(announcement, by, answer)) => {
                let said = self.announce(announcement, by, effects);
                self.scribe.once_told(|| drop(answer.send(said)));
            }
            Fact::Asked(Ask::Withdraw(id, by, answer)) => {
                let said = self.withdraw(id, by, effects);
                self.scribe.once_told(|| drop(answer.send(said)));
            }
            Fact::Asked(Ask::Note(incident, remark, by, answer)) => {
                let said = self.note(incident, remark, by);
                self.scribe.once_told(|| drop(answer.send(said)));
            }
            Fact::Loaded(loaded) => self.put_in_force(*loaded, effects),
            Fact::Stop => {
                self.give_up = Some(self.clock.after(GRACE));
                self.step(Event::Stop, effects);
            }
            Fact::GiveUp => {
                self.looks.give_up();
                self.give_up = Some(self.clock.after(NAP));
            }
        }
    }

    fn follow_clock(&mut self, effects: &mut Vec<Effect>) {
        if let Some(step) = self.clock.follow() {
            tracing::warn!(from = %step.from, to = %step.to, "the clock was set, or the machine slept");
            self.step(Event::Stepped { from: step.from, to: step.to }, effects);
        }
    }

    fn announce(
        &mut self,
        announcement: Announcement,
        by: By,
        effects: &mut Vec<Effect>,
    ) -> Result<Slug, String> {
        let work = announcement.work(self.clock.now())?;
        let known = |name: &Slug| self.plan.services().iter().any(|service| service.id() == name);
        if let Some(unknown) = work.services.iter().find(|name| !known(name)) {
            return Err(format!("there is no service `{unknown}`"));
        }
        let (id, what) = (work.id.clone(), format!("announced planned work {}: {}", work.id, work.reason));
        self.step(Event::Notice(Notice::Declare(work)), effects);
        self.did(by, what);
        Ok(id)
    }

    fn withdraw(&mut self, id: Slug, by: By, effects: &mut Vec<Effect>) -> Result<(), String> {
        match self.round.announced().find(|work| work.id == id) {
            Some(work) if work.by_hand => {}
            Some(_) => return Err(format!("`{id}` is announced in the configuration: change it there")),
            None => return Err(format!("no planned work is announced as `{id}`")),
        }
        let what = format!("withdrew planned work {id}");
        self.step(Event::Notice(Notice::Withdraw(id)), effects);
        self.did(by, what);
        Ok(())
    }

    fn note(&mut self, incident: Slug, remark: Remark, by: By) -> Result<(), String> {
        let note = remark.note(incident, by.name.clone(), self.clock.now())?;
        let deed = if note.acknowledges { "acknowledged" } else { "wrote a note on" };
        let what = format!("{deed} {}", note.incident);
        self.scribe.hand(Entry::Note(note));
        self.did(by, what);
        Ok(())
    }

    /// Remembers who changed what.
    fn did(&mut self, by: By, what: String) {
        self.scribe.hand(Entry::Deed(Deed { at: self.clock.now(), by, what }));
    }

    fn reload(&mut self, by: By, answer: Answer) {
        self.waiting.push((by, answer));
        if self.loading.is_none() {
            let load = self.load.clone();
            self.loading = Some(tokio::task::spawn_blocking(move || load()));
        }
    }

    /// A plan that was read without a problem replaces the old one; any other changes nothing.
    fn put_in_force(&mut self, loaded: Result<Plan, String>, effects: &mut Vec<Effect>) {
        self.loading = None;
        let outcome = loaded.and_then(|plan| Ok((Agent::new(plan.resolver())?, plan)));
        let answer = outcome.map(|(agent, plan)| {
            self.agent = Arc::new(agent);
            self.plan = Arc::new(plan);
            self.begin(effects);
        });
        if let Err(problems) = &answer {
            self.metrics.reload_refused();
            tracing::error!("the configuration was not reloaded, the old one stays in force:\n{problems}");
        }
        for (by, asker) in std::mem::take(&mut self.waiting) {
            let how =
                if answer.is_ok() { "reloaded the configuration" } else { "asked for a reload: refused" };
            self.did(by, how.into());
            let said = answer.clone();
            self.scribe.once_told(|| drop(asker.send(said)));
        }
    }

    fn step(&mut self, event: Event, effects: &mut Vec<Effect>) {
        self.round.step(event, self.clock.now(), effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Look(job) => {
                    let probe = &self.plan.probes()[job.index];
                    self.looks.begin(job, probe, &self.agent, &self.clock);
                }
                Effect::Record(entry) => self.scribe.hand(entry),
            }
        }
    }
}

async fn loaded(loading: &mut Option<JoinHandle<Result<Plan, String>>>) -> Result<Plan, String> {
    match loading {
        Some(handle) => handle.await.unwrap_or_else(|_| Err("reading the configuration panicked".into())),
        None => std::future::pending().await,
    }
}
