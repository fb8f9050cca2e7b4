//! What is counted? One catalogue of every series, fed by entries, rendered for Prometheus.

mod agent;
mod book;
pub(crate) mod catalogue;
mod counts;
mod inventory;
mod labels;
mod ledger;
mod notify;
mod number;
mod page;
mod process;
mod promises;
mod render;
mod reports;
mod serve;
mod standing;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;

use self::{agent::Agent, book::Book, page::Page, standing::Standing};
use crate::{
    entry::{Entry, MaintenanceNews, MaintenanceTurn, Tail},
    model::{Moment, Slug},
};

pub use catalogue::{Family, Label, Shape, Unit, catalogue, document};
pub use inventory::{Inventory, ProbeFacts, ServiceFacts};
pub use ledger::Ledger;
pub use notify::Notify;
pub use page::Gone;
pub use reports::Reports;
pub use serve::{Asked, SignIn};

/// Every number that is shown. A cheap handle: clones count into the same numbers.
#[derive(Clone)]
pub struct Metrics(Arc<Shared>);

struct Shared {
    agent: Agent,
    notify: Notify,
    asked: Asked,
    /// Milliseconds since 1970 when the agent last went round: no scrape reads a clock.
    now: AtomicI64,
    /// Replaced as a whole; whoever reads it copies the `Arc` or keeps the lock for a copy's time.
    book: RwLock<Arc<Book>>,
}

impl Metrics {
    /// Numbers of an agent that has seen nothing yet.
    pub fn new() -> Self {
        let (agent, notify, asked) = (Agent::new(), Notify::default(), Asked::default());
        Self(Arc::new(Shared { agent, notify, asked, now: AtomicI64::default(), book: RwLock::default() }))
    }

    /// Counts one entry. Never waits for a scrape. What is about a probe or service that is no longer in the plan
    /// counts for the agent only.
    pub fn absorb(&self, entry: &Entry) {
        let agent = &self.0.agent;
        match entry {
            Entry::Started { at } => agent.started(*at),
            Entry::Planned { at, .. } => agent.planned(*at),
            Entry::Observed(look) => {
                agent.observed(look);
                self.with_book(|book| book.probes.change(&look.probe, |counts| counts.absorb(look)));
            }
            Entry::Changed(turn) => {
                self.with_book(|book| book.probes.change(&turn.probe, |counts| counts.state = turn.to));
            }
            Entry::ServiceChanged(turn) => {
                self.with_book(|book| book.services.change(&turn.service, |service| service.turned(turn)));
            }
            Entry::Gap(gap) => agent.missed(gap),
            Entry::Incident(news) => {
                self.with_book(|book| book.services.change(&news.incident.service, |it| it.incident(news)));
            }
            Entry::Maintenance(news) => self.with_book(|book| maintenance(book, news)),
            Entry::CutOff { .. } => agent.cut_off(true),
            Entry::Rejoined { .. } => agent.cut_off(false),
            Entry::ClockStepped { .. } => agent.clock_stepped(),
            Entry::SetAside { .. }
            | Entry::Blip(_)
            | Entry::Told(_)
            | Entry::Note(_)
            | Entry::Deed(_)
            | Entry::Stopped { .. }
            | Entry::ProbeRemoved { .. }
            | Entry::ServiceRemoved { .. } => {}
        }
    }

    /// Goes on from where it broke off: there are series for `inventory`, and what was believed then holds until something
    /// else is told. Nobody sees a plan of which nothing is believed yet.
    pub fn recover(&self, inventory: &Inventory, tail: &Tail) {
        let book = self.book().next(inventory);
        for (probe, last) in &tail.probes {
            let state = last.turn.as_ref().map(|turn| turn.to).unwrap_or_default();
            book.probes.change(probe, |counts| counts.state = state);
        }
        for (service, turn) in &tail.services {
            book.services.change(service, |standing| standing.turned(turn));
        }
        for incident in tail.incidents.values() {
            book.services.change(&incident.service, |standing| standing.stands(incident));
        }
        self.0.agent.cut_off(tail.cut_off.is_some());
        self.put_in_force(book);
    }

    /// From now on there are series for `inventory`: a probe or service that was there before keeps its numbers, new
    /// ones begin at zero, removed ones are gone. To be called before the new plan's first entries are absorbed.
    pub fn replan(&self, inventory: &Inventory) {
        self.put_in_force(self.book().next(inventory));
        self.0.agent.reload_ok.set(1);
    }

    fn put_in_force(&self, book: Book) {
        *self.0.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
    }

    /// It is `now`: calendars are read by it until the next call.
    pub fn passed(&self, now: Moment) {
        self.0.now.store(now.as_ms(), Ordering::Relaxed);
    }

    /// When the agent last went round.
    pub fn turned(&self) -> Moment {
        Moment::from_ms(self.0.now.load(Ordering::Relaxed))
    }

    /// `count` looks are under way.
    pub fn in_flight(&self, count: usize) {
        self.0.agent.in_flight.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// What is counted of reports.
    pub fn reports(&self) -> &Reports {
        &self.0.agent.reports
    }

    /// What is counted of the ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.0.agent.ledger
    }

    /// What is counted of telling receivers.
    pub fn notify(&self) -> &Notify {
        &self.0.notify
    }

    /// What is counted of those who ask us.
    pub fn asked(&self) -> &Asked {
        &self.0.asked
    }

    /// A reload was refused, and the old plan stays in force. (The next [`replan`](Self::replan) says that one was not.)
    pub fn reload_refused(&self) {
        self.0.agent.reload_ok.set(0);
    }

    /// Writes the exposition in chunks of about 64 KiB. Blocks as `sink` does; ends when `sink` says [`Gone`].
    pub fn scrape(&self, mut sink: impl FnMut(Bytes) -> Result<(), Gone>) -> Result<(), Gone> {
        let mut page = Page::new(&mut sink);
        let book = self.book();
        page.whole(&self.0.agent.text(book.site.as_ref()));
        process::write(&book.labels(), &mut page);
        self.0.notify.write(&book.labels(), &mut page);
        self.0.asked.write(&book.labels(), &mut page);
        render::write(&book, self.turned(), &mut page)?;
        page.finish()
    }

    /// The whole exposition at once.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        // This sink takes everything.
        let _ = self.scrape(|chunk| {
            text.extend_from_slice(&chunk);
            Ok(())
        });
        String::from_utf8_lossy(&text).into_owned()
    }

    fn book(&self) -> Arc<Book> {
        self.with_book(Arc::clone)
    }

    fn with_book<T>(&self, read: impl FnOnce(&Arc<Book>) -> T) -> T {
        read(&self.0.book.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn maintenance(book: &Book, news: &MaintenanceNews) {
    let each = |services: &[Slug], change: &dyn Fn(&mut Standing)| {
        for service in services {
            book.services.change(service, change);
        }
    };
    match &news.what {
        MaintenanceTurn::Declared(_) => {}
        MaintenanceTurn::Began { id, services, .. } => each(services, &|service| service.work_began(id)),
        MaintenanceTurn::Ended { id, services } => each(services, &|service| service.work_ended(id)),
        MaintenanceTurn::Withdrawn { id } => book.services.change_all(|service| service.work_ended(id)),
    }
}

/// Numbers stay usable when a thread that held them panicked: each change is a few plain assignments.
fn lock<T>(numbers: &Mutex<T>) -> MutexGuard<'_, T> {
    numbers.lock().unwrap_or_else(PoisonError::into_inner)
}
