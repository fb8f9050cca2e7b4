//! What is counted? One catalogue of every series, fed by entries, rendered for Prometheus.

mod inventory;

use crate::entry::Entry;

pub use inventory::{Inventory, ProbeFacts, ServiceFacts};

/// Every number that is shown. A cheap handle: clones count into the same numbers.
#[derive(Clone, Debug, Default)]
pub struct Metrics;

impl Metrics {
    /// Numbers of an agent that has seen nothing yet.
    pub fn new() -> Self {
        Self
    }

    /// Counts one entry. Never waits for a scrape.
    pub fn absorb(&self, _entry: &Entry) {}

    /// From now on there are series for `inventory`: probes and services that look at the same thing as before keep
    /// their numbers, new ones begin at zero, removed ones are gone.
    pub fn replan(&self, _inventory: &Inventory) {}

    /// `count` looks are under way.
    pub fn in_flight(&self, _count: usize) {}

    /// A reload was refused, and the old plan stays in force. (That a plan came into force says `Entry::Planned`.)
    pub fn reload_refused(&self) {}

    /// The whole exposition at once.
    pub fn text(&self) -> String {
        String::new()
    }
}
