//! What if the ledger does not take it? It is tried again, on-call is told all the same, and looks give way at last.

use std::{path::Path, sync::Arc, time::Duration};

use super::{Scribe, desk::Trouble};
use crate::{ledger, model::Moment};

/// What was not remembered for so long is told all the same.
const PATIENCE: Duration = Duration::from_secs(5);

/// A ledger that failed is tried again after this long.
const REST: Duration = Duration::from_secs(1);

/// Since when the ledger fails, and when it is tried again, in time awake.
#[derive(Clone, Copy)]
pub(super) struct Since {
    pub(super) began: Duration,
    pub(super) rests_until: Duration,
    /// Whether only a new book helps.
    pub(super) renew: bool,
    /// Whether anything was dropped.
    overflows: bool,
}

impl Scribe {
    pub(super) fn failed(&mut self, trouble: &Trouble, took: Duration) {
        let ledger = self.tellers.metrics.ledger();
        ledger.failed();
        ledger.took(took);
        self.backlog.put_back();
        let now = self.awake.0;
        let since = self.in_trouble(&trouble.words);
        since.renew |= trouble.is_lasting;
        since.rests_until = now + REST;
    }

    /// Says once that the ledger fails.
    fn in_trouble(&mut self, words: &str) -> &mut Since {
        let now = self.awake.0;
        if self.trouble.is_none() {
            tracing::error!(
                "the ledger fails: {words}. Probing goes on, and the ledger is tried again every second"
            );
            self.tellers.metrics.ledger().up(false);
        }
        self.trouble.get_or_insert(Since { began: now, rests_until: now, renew: false, overflows: false })
    }

    pub(super) fn renewed(&mut self, aside: Option<&Path>, at: Moment) {
        let name = aside.map_or("gone".to_owned(), |aside| aside.display().to_string());
        tracing::error!(aside = %name, "a new ledger was begun; the old one was set aside");
        self.tellers.metrics.ledger().set_aside();
        let first = Arc::new(ledger::set_aside(aside, at));
        self.backlog.begin_with(std::iter::once(first).chain(self.standing.entries()).collect());
        self.trouble = self.trouble.map(|since| Since { renew: false, ..since });
    }

    /// Tells what has waited for too long; once anything has, everything.
    pub(super) fn lose_patience(&mut self) {
        let overdue = |since: Duration| self.awake.0 >= since + PATIENCE;
        if !self.impatient && self.backlog.oldest_untold().is_some_and(overdue) {
            self.in_trouble("it has taken nothing in for 5 s");
            tracing::error!("what is seen is told before it is remembered, until the ledger works again");
            self.impatient = true;
        }
        if self.impatient {
            self.tell_all();
        }
    }

    /// Drops what is too much, looks first; what is dropped is told all the same.
    pub(super) fn make_room(&mut self) {
        while self.backlog.len() > self.room {
            self.tell_all();
            let Some(entry) = self.backlog.drop_one() else { return };
            self.overflows();
            self.tellers.metrics.ledger().dropped(&entry);
        }
    }

    /// Says once that the ledger fails for longer than there is room.
    fn overflows(&mut self) {
        let since = self.in_trouble("it takes in less than is seen");
        if !since.overflows {
            since.overflows = true;
            tracing::error!("too much waits for the ledger: looks are dropped, and will be a gap");
        }
    }

    pub(super) fn works_again(&mut self) {
        self.impatient = false;
        if let Some(since) = self.trouble.take() {
            let after = self.awake.0.saturating_sub(since.began);
            tracing::warn!(?after, waiting = self.backlog.waiting(), "the ledger works again");
            self.tellers.metrics.ledger().up(true);
        }
    }
}
