//! What is counted? One catalogue of every series, fed by entries, rendered for Prometheus.

mod agent;
mod book;
mod catalogue;
mod counts;
mod inventory;
mod labels;
mod number;
mod page;
mod process;
mod render;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use bytes::Bytes;

use self::{agent::Agent, book::Book, page::Page};
use crate::entry::Entry;

pub use catalogue::{Family, Label, Shape, Unit, catalogue, document};
pub use inventory::{Inventory, ProbeFacts, ServiceFacts};
pub use page::Gone;

/// Every number that is shown. A cheap handle: clones count into the same numbers.
#[derive(Clone)]
pub struct Metrics(Arc<Shared>);

struct Shared {
    agent: Agent,
    /// Replaced as a whole; whoever reads it copies the `Arc` or keeps the lock for a copy's time.
    book: RwLock<Arc<Book>>,
}

impl Metrics {
    /// Numbers of an agent that has seen nothing yet.
    pub fn new() -> Self {
        Self(Arc::new(Shared { agent: Agent::new(), book: RwLock::default() }))
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
                self.with_book(|book| book.services.change(&turn.service, |state| *state = turn.to));
            }
            Entry::Gap(gap) => agent.missed(gap),
            Entry::Stopped { .. }
            | Entry::Incident(_)
            | Entry::ProbeRemoved { .. }
            | Entry::ServiceRemoved { .. }
            | Entry::Maintenance(_)
            | Entry::CutOff { .. }
            | Entry::Rejoined { .. }
            | Entry::ClockStepped { .. } => {}
        }
    }

    /// From now on there are series for `inventory`: a probe or service that was there before keeps its numbers, new
    /// ones begin at zero, removed ones are gone. To be called before the new plan's first entries are absorbed.
    pub fn replan(&self, inventory: &Inventory) {
        let next = Arc::new(self.book().next(inventory));
        *self.0.book.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// `count` looks are under way.
    pub fn in_flight(&self, count: usize) {
        self.0.agent.in_flight.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A reload was refused, and the old plan stays in force. (That a plan came into force says `Entry::Planned`.)
    pub fn reload_refused(&self) {
        self.0.agent.reload_ok.set(0);
    }

    /// Writes the exposition in chunks of about 64 KiB. Blocks as `sink` does; ends when `sink` says [`Gone`].
    pub fn scrape(&self, mut sink: impl FnMut(Bytes) -> Result<(), Gone>) -> Result<(), Gone> {
        let mut page = Page::new(&mut sink);
        page.whole(&self.0.agent.text());
        process::write(&mut page);
        render::write(&self.book(), &mut page)?;
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

/// Numbers stay usable when a thread that held them panicked: each change is a few plain assignments.
fn lock<T>(numbers: &Mutex<T>) -> MutexGuard<'_, T> {
    numbers.lock().unwrap_or_else(PoisonError::into_inner)
}
