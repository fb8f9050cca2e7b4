//! Who goes to whom, and when again? The loop beside the loop: it tells, waits, tries again, and holds up nobody.

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender, error::TrySendError},
    task::{Id, JoinError, JoinSet},
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
    before: Before,
    people: BTreeMap<Slug, Person>,
    agent: Option<Arc<Agent>>,
    flights: JoinSet<Landed>,
    news: UnboundedReceiver<News>,
    turned: Arc<AtomicU64>,
    metrics: Metrics,
    wall: fn() -> Moment,
    ticks: fn() -> Duration,
    told: mpsc::Sender<Told>,
    /// What was acknowledged and not said there yet.
    unsaid: VecDeque<Told>,
}

/// What is remembered of receivers from before this start, until the first plan says who is there.
#[derive(Default)]
struct Before {
    told: Vec<Told>,
    known: Vec<Slug>,
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
    /// The delivery that is under way.
    flight: Option<Id>,
    /// When its heart beats next, if it is one.
    beat: Duration,
}

/// A delivery that has ended.
struct Landed {
    marks: Vec<(Slug, bool)>,
    /// What was refused for good, of what was taken; or why nothing was.
    how: Result<Vec<(Slug, Undelivered)>, Undelivered>,
}

impl Landed {
    fn panicked() -> Self {
        Self { marks: Vec::new(), how: Err(Undelivered::for_now("the delivery panicked")) }
    }
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
            before: Before {
                told: tail.told.values().cloned().collect(),
                known: tail.outline.receivers.clone(),
            },
            people: BTreeMap::new(),
            agent: None,
            flights: JoinSet::new(),
            news,
            turned,
            metrics,
            wall,
            ticks,
            told,
            unsaid: VecDeque::new(),
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
                Some(landed) = self.flights.join_next_with_id() => self.land(landed),
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
        self.say();
        while let Some(landed) = self.flights.join_next_with_id().await {
            self.land(landed);
            self.say();
        }
        for told in self.unsaid.drain(..) {
            drop(self.told.send(told).await);
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
        self.desk.receivers(|name| self.people.contains_key(name), (self.wall)());
        // Whoever comes later was not there before.
        self.before = Before::default();
    }

    fn person(&self, receiver: Receiver, known: Option<Person>) -> Person {
        if let Some(mut known) = known {
            known.account.retry();
            let receiver = receiver.remembering(&known.receiver);
            return Person { receiver, ..known };
        }
        let mut account = Account::recover(receiver.name(), self.before.told.iter());
        if !self.before.known.contains(receiver.name()) {
            account.begin(&self.desk, (self.wall)());
        }
        Person { receiver, account, flight: None, beat: Duration::ZERO }
    }

    /// Time has passed, or something has happened: sends whatever is due. Before it is known to whom nothing may be forgotten.
    fn pass(&mut self) {
        let Some(agent) = self.agent.clone() else { return };
        let (now, tick) = ((self.wall)(), (self.ticks)());
        for (name, person) in &self.people {
            self.desk.failing(name, person.account.failing(), now);
        }
        self.desk.pass(now, self.people.values().any(|person| person.account.failing().is_some()));
        let names: Vec<Slug> = self.people.keys().cloned().collect();
        for name in names {
            self.tell(&name, now, tick, &agent);
        }
        self.tidy(now);
        self.say();
    }

    fn tell(&mut self, name: &Slug, now: Moment, tick: Duration, agent: &Arc<Agent>) {
        let has_fainted = tick.saturating_sub(self.turned()) > FAINT;
        let Some(person) = self.people.get_mut(name).filter(|person| person.flight.is_none()) else { return };
        let parcel = match person.receiver.channel() {
            Channel::Heartbeat(heartbeat) if tick >= person.beat && !has_fainted => {
                person.beat = tick + heartbeat.interval();
                Some(Parcel { content: Content::Beat, marks: Vec::new() })
            }
            _ => person.account.due(&person.receiver, &self.desk, now, tick),
        };
        if let Some(parcel) = parcel {
            let flight = deliver(person.receiver.clone(), parcel, now, Arc::clone(agent));
            person.flight = Some(self.flights.spawn(flight).id());
        }
    }

    fn turned(&self) -> Duration {
        Duration::from_millis(self.turned.load(Ordering::Relaxed))
    }

    fn land(&mut self, landed: Result<(Id, Landed), JoinError>) {
        let id = landed.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let mut people = self.people.iter_mut();
        // Nobody's, if the receiver is not there any more.
        let Some((name, person)) = people.find(|(_, person)| person.flight == Some(id)) else { return };
        person.flight = None;
        let receiver = name.clone();
        self.answered(&receiver, landed.map_or_else(|_| Landed::panicked(), |(_, landed)| landed));
    }

    fn answered(&mut self, receiver: &Slug, Landed { marks, how }: Landed) {
        let (now, tick) = ((self.wall)(), (self.ticks)());
        match how {
            Ok(refused) => {
                let is_refused = |(id, _): &(Slug, bool)| refused.iter().any(|(other, _)| other == id);
                let (lost, taken): (Vec<_>, Vec<_>) = marks.into_iter().partition(is_refused);
                self.took(receiver, taken, now, tick);
                if let Some((_, why)) = refused.first() {
                    self.refused(receiver, lost, why);
                }
            }
            Err(why) => {
                if let Some(person) = self.people.get_mut(receiver) {
                    if why.lasting {
                        person.account.refuses(&marks, now, tick);
                    } else {
                        person.account.failed(now, tick, why.retry_after);
                    }
                }
                self.refused(receiver, Vec::new(), &why);
            }
        }
    }

    fn took(&mut self, receiver: &Slug, mut marks: Vec<(Slug, bool)>, now: Moment, tick: Duration) {
        // What was forgotten since was said already.
        marks.retain(|(id, _)| self.desk.knows(id));
        self.metrics.notify().delivered(receiver, now);
        let Some(person) = self.people.get_mut(receiver) else { return };
        if person.account.failing().is_some() {
            tracing::warn!(%receiver, "can be told again");
        }
        for (alert, resolved) in person.account.delivered(marks, now, tick) {
            self.unsaid.push_back(Told { at: now, receiver: receiver.clone(), alert, resolved });
        }
    }

    /// Says what was acknowledged, as far as there is room; the rest later.
    fn say(&mut self) {
        while let Some(told) = self.unsaid.pop_front() {
            if let Err(TrySendError::Full(told)) = self.told.try_send(told) {
                return self.unsaid.push_front(told);
            }
        }
    }

    /// It did not take it; what is `lost` it never will.
    fn refused(&mut self, receiver: &Slug, lost: Vec<(Slug, bool)>, why: &Undelivered) {
        let given_up =
            self.people.get_mut(receiver).map(|person| person.account.give_up(lost, (self.wall)()));
        let lost = given_up.unwrap_or_default();
        tracing::warn!(%receiver, lost, "could not be told: {why}");
        self.metrics.notify().failed(receiver);
        (0..lost).for_each(|_| self.metrics.notify().dropped(receiver));
    }

    fn tidy(&mut self, now: Moment) {
        let people = &self.people;
        let awaits =
            |person: &Person, id: &Slug, standing: &_| person.account.awaits(&person.receiver, id, standing);
        self.desk.forget_told(now, |id, standing| people.values().any(|person| awaits(person, id, standing)));
        let given_up = self.desk.given_up();
        for (name, person) in &mut self.people {
            let lost = given_up.iter().filter(|(id, standing)| awaits(person, id, standing)).count();
            (0..lost).for_each(|_| self.metrics.notify().dropped(name));
            person.account.tidy(&person.receiver, &self.desk);
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
        (Channel::Heartbeat(to), Content::Beat) => to.beat(now, &agent).await.map(nothing),
        // What is sent is made for the channel.
        _ => Ok(Vec::new()),
    };
    Landed { marks: parcel.marks, how }
}

/// Nothing of what was taken was refused.
fn nothing((): ()) -> Vec<(Slug, Undelivered)> {
    Vec::new()
}
