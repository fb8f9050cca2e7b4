//! Who goes to whom, and when again? The loop beside the loop: it tells, waits, tries again, and holds up nobody.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Channel, Receiver, Undelivered,
    account::{Account, Content, Parcel},
    desk::Desk,
};
use crate::{
    entry::{Entry, Tail, Told},
    metrics::Metrics,
    model::{Incident, Moment, Slug},
    probe::Agent,
};

/// The loop looks up at least this often.
const NAP: Duration = Duration::from_secs(1);

/// How long deliveries under way may go on once the monitor is to stop.
const GRACE: Duration = Duration::from_secs(2);

/// No heart beats for an agent whose loop has not turned for this long.
const FAINT: Duration = Duration::from_secs(30);

/// What the teller is given.
pub struct Setting<'t> {
    /// Counts deliveries.
    pub metrics: Metrics,
    /// The wall clock.
    pub wall: fn() -> Moment,
    /// A clock that is never set.
    pub ticks: fn() -> Duration,
    /// Where the book broke off.
    pub tail: &'t Tail,
    /// The incidents that somebody was told of, and that are not open any more.
    pub ended: Vec<Incident>,
    /// Where it is said what was acknowledged.
    pub told: mpsc::Sender<Told>,
}

/// Tells whoever is to be told.
pub struct Teller {
    desk: Desk,
    told_before: Vec<Told>,
    known_before: Vec<Slug>,
    people: BTreeMap<Slug, Person>,
    agent: Option<Arc<Agent>>,
    flights: JoinSet<Landed>,
    news: UnboundedReceiver<News>,
    turned: Arc<AtomicU64>,
    metrics: Metrics,
    wall: fn() -> Moment,
    ticks: fn() -> Duration,
    told: mpsc::Sender<Told>,
}

/// The way to a [`Teller`]. To speak never waits.
#[derive(Clone, Debug)]
pub struct Ear {
    news: UnboundedSender<News>,
    turned: Arc<AtomicU64>,
    ticks: fn() -> Duration,
}

#[derive(Debug)]
enum News {
    Entry(Box<Entry>),
    Plan(Vec<Receiver>, Vec<SocketAddr>),
}

/// One receiver, and how it stands with it.
struct Person {
    receiver: Receiver,
    account: Account,
    is_busy: bool,
    /// When its heart beats next, if it is one.
    beat: Duration,
}

/// A delivery that has ended.
struct Landed {
    receiver: Slug,
    marks: Vec<(Slug, bool)>,
    /// What was refused for good, of what was taken; or why nothing was.
    how: Result<Vec<(Slug, Undelivered)>, Undelivered>,
}

impl Ear {
    /// Hears one entry.
    pub fn hear(&self, entry: &Entry) {
        let matters = matches!(
            entry,
            Entry::Planned { .. }
                | Entry::Incident(_)
                | Entry::Maintenance(_)
                | Entry::CutOff { .. }
                | Entry::Rejoined { .. }
        );
        if matters {
            drop(self.news.send(News::Entry(Box::new(entry.clone()))));
        }
    }

    /// Hears who is to be told from now on, and which name servers know where they are.
    pub fn replan(&self, receivers: &[Receiver], resolver: &[SocketAddr]) {
        drop(self.news.send(News::Plan(receivers.to_vec(), resolver.to_vec())));
    }

    /// The loop of the monitor has turned.
    pub fn turned(&self) {
        let ms = u64::try_from((self.ticks)().as_millis()).unwrap_or(u64::MAX);
        self.turned.store(ms, Ordering::Relaxed);
    }
}

impl Teller {
    /// One that goes on from what is remembered, and the way to it.
    pub fn new(setting: Setting<'_>) -> (Self, Ear) {
        let Setting { metrics, wall, ticks, tail, ended, told } = setting;
        let (speak, news) = mpsc::unbounded_channel();
        let turned = Arc::new(AtomicU64::new(0));
        let ear = Ear { news: speak, turned: Arc::clone(&turned), ticks };
        ear.turned();
        let teller = Self {
            desk: Desk::recover(tail, ended, wall()),
            told_before: tail.told.values().cloned().collect(),
            known_before: tail.outline.receivers.clone(),
            people: BTreeMap::new(),
            agent: None,
            flights: JoinSet::new(),
            news,
            turned,
            metrics,
            wall,
            ticks,
            told,
        };
        (teller, ear)
    }

    /// Tells until `stop`, then waits a little for what is under way.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let rest = self.rest();
            tokio::select! { biased;
                () = stop.cancelled() => break,
                Some(news) = self.news.recv() => self.hear(news),
                Some(landed) = self.flights.join_next() => self.land(landed),
                () = sleep(rest) => {}
            }
            while let Ok(news) = self.news.try_recv() {
                self.hear(news);
            }
            self.pass();
        }
        drop(timeout(GRACE, self.finish()).await);
    }

    async fn finish(&mut self) {
        while let Some(landed) = self.flights.join_next().await {
            self.land(landed);
        }
    }

    /// Until somebody who rests is to be tried again.
    fn rest(&self) -> Duration {
        let tick = (self.ticks)();
        let resting = self.people.values().filter_map(|person| person.account.rests(tick));
        resting.min().unwrap_or(NAP).clamp(Duration::from_millis(1), NAP)
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Entry(entry) => self.desk.absorb(&entry),
            News::Plan(receivers, resolver) => self.replan(receivers, &resolver),
        }
    }

    fn replan(&mut self, receivers: Vec<Receiver>, resolver: &[SocketAddr]) {
        match Agent::new(resolver) {
            Ok(agent) => self.agent = Some(Arc::new(agent)),
            Err(error) => tracing::error!(%error, "whoever is to be told cannot be found"),
        }
        self.metrics.notify().receivers(receivers.iter().map(Receiver::name));
        let mut before = std::mem::take(&mut self.people);
        for receiver in receivers {
            let known = before.remove(receiver.name());
            let person = self.person(receiver, known);
            self.people.insert(person.receiver.name().clone(), person);
        }
        for (name, _) in before {
            self.desk.failing(&name, None, (self.wall)());
        }
    }

    fn person(&self, receiver: Receiver, known: Option<Person>) -> Person {
        if let Some(mut known) = known {
            known.account.retry();
            let receiver = receiver.remembering(&known.receiver);
            return Person { receiver, ..known };
        }
        let mut account = Account::recover(receiver.name(), self.told_before.iter());
        if !self.known_before.contains(receiver.name()) {
            account.begin(&self.desk, (self.wall)());
        }
        Person { receiver, account, is_busy: false, beat: Duration::ZERO }
    }

    /// Time has passed, or something has happened: sends whatever is due.
    fn pass(&mut self) {
        let (now, tick) = ((self.wall)(), (self.ticks)());
        for (name, person) in &self.people {
            self.desk.failing(name, person.account.failing(), now);
        }
        self.desk.pass(now);
        let names: Vec<Slug> = self.people.keys().cloned().collect();
        for name in names {
            self.tell(&name, now, tick);
        }
        self.tidy(now);
    }

    fn tell(&mut self, name: &Slug, now: Moment, tick: Duration) {
        let Some(agent) = self.agent.clone() else { return };
        let has_fainted = tick.saturating_sub(self.turned()) > FAINT;
        let Some(person) = self.people.get_mut(name) else { return };
        if person.is_busy {
            return;
        }
        if let Channel::Heartbeat(heartbeat) = person.receiver.channel() {
            if tick >= person.beat && !has_fainted {
                let heartbeat = heartbeat.clone();
                person.beat = tick + heartbeat.interval();
                person.is_busy = true;
                let receiver = name.clone();
                self.flights.spawn(async move {
                    Landed {
                        receiver,
                        marks: Vec::new(),
                        how: heartbeat.beat(now, &agent).await.map(nothing),
                    }
                });
            }
            return;
        }
        if let Some(parcel) = person.account.due(&person.receiver, &self.desk, now, tick) {
            person.is_busy = true;
            self.flights.spawn(deliver(person.receiver.clone(), parcel, now, agent));
        }
    }

    fn turned(&self) -> Duration {
        Duration::from_millis(self.turned.load(Ordering::Relaxed))
    }

    fn land(&mut self, landed: Result<Landed, tokio::task::JoinError>) {
        let Ok(Landed { receiver, marks, how }) = landed else {
            tracing::error!("a delivery panicked");
            self.people.values_mut().for_each(|person| person.is_busy = false);
            return;
        };
        let (now, tick) = ((self.wall)(), (self.ticks)());
        let Some(person) = self.people.get_mut(&receiver) else { return };
        person.is_busy = false;
        match how {
            Ok(refused) => {
                let taken = |(id, _): &(Slug, bool)| refused.iter().all(|(other, _)| other != id);
                let (taken, lost): (Vec<_>, Vec<_>) = marks.into_iter().partition(taken);
                self.took(&receiver, taken, now, tick);
                for (_, why) in &refused {
                    self.refused(&receiver, &lost, why);
                }
            }
            Err(why) => {
                person.account.failed(now, tick, why.retry_after);
                let lost = if why.lasting { marks } else { Vec::new() };
                self.refused(&receiver, &lost, &why);
            }
        }
    }

    fn took(&mut self, receiver: &Slug, marks: Vec<(Slug, bool)>, now: Moment, tick: Duration) {
        self.metrics.notify().delivered(receiver, now);
        let Some(person) = self.people.get_mut(receiver) else { return };
        if person.account.failing().is_some() {
            tracing::warn!(%receiver, "can be told again");
        }
        for (alert, resolved) in person.account.delivered(marks, now, tick) {
            let told = Told { at: now, receiver: receiver.clone(), alert, resolved };
            if self.told.try_send(told).is_err() {
                tracing::warn!(%receiver, "that it was told is not remembered: too much waits");
            }
        }
    }

    /// It did not take it; what is `lost` it never will.
    fn refused(&mut self, receiver: &Slug, lost: &[(Slug, bool)], why: &Undelivered) {
        self.metrics.notify().failed(receiver);
        tracing::warn!(%receiver, lost = lost.len(), "could not be told: {why}");
        if let Some(person) = self.people.get_mut(receiver) {
            person.account.give_up(lost, (self.wall)());
        }
        for _ in lost {
            self.metrics.notify().dropped(receiver);
        }
    }

    fn tidy(&mut self, now: Moment) {
        let people = &self.people;
        let awaits =
            |person: &Person, id: &Slug, standing: &_| person.account.awaits(&person.receiver, id, standing);
        self.desk.forget_told(now, |id, standing| people.values().any(|person| awaits(person, id, standing)));
        let given_up = self.desk.given_up();
        for (name, person) in &mut self.people {
            let mine = given_up.iter().filter(|(_, severity)| person.receiver.hears(*severity));
            let lost = mine.filter(|(id, _)| person.account.gives_up(id)).count();
            (0..lost).for_each(|_| self.metrics.notify().dropped(name));
            person.account.tidy(&self.desk);
            self.metrics.notify().pending(name, person.account.pending(&person.receiver, &self.desk));
        }
    }
}

async fn deliver(receiver: Receiver, parcel: Parcel, now: Moment, agent: Arc<Agent>) -> Landed {
    let how = match (receiver.channel(), &parcel.content) {
        (Channel::Alertmanager(to), Content::Alerts(alerts)) => to.deliver(alerts, now, &agent).await,
        (Channel::Webhook(to), Content::Message(message)) => {
            to.deliver(message, now, &agent).await.map(nothing)
        }
        (Channel::Email(to), Content::Message(message)) => {
            to.deliver(message, now, &agent).await.map(nothing)
        }
        _ => Ok(Vec::new()),
    };
    Landed { receiver: receiver.name().clone(), marks: parcel.marks, how }
}

/// Nothing of what was taken was refused.
fn nothing((): ()) -> Vec<(Slug, Undelivered)> {
    Vec::new()
}
