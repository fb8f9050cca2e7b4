//! How does everything stand now? A reading of entries, kept up as they come, for whoever asks.

mod planned;
mod seen;
mod sheet;
mod standing;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use self::sheet::Sheet;
use crate::{
    entry::{Entry, Tail},
    model::{Moment, Note},
};

pub use planned::Planned;
pub use seen::Recent;
pub use standing::{Lasted, Open, ProbeStanding, ServiceStanding, Standing};

/// How everything stands. A cheap handle: clones show the same.
#[derive(Clone)]
pub struct Board(Arc<Shared>);

struct Shared {
    sheet: Mutex<Sheet>,
    changes: watch::Sender<u64>,
}

impl Board {
    /// As it stood when the book broke off; `notes` are those of incidents that are open.
    pub fn recover(tail: &Tail, notes: Vec<Note>) -> Self {
        let mut sheet = Sheet::of(tail);
        for note in notes {
            sheet.noted(note);
        }
        Self(Arc::new(Shared { sheet: Mutex::new(sheet), changes: watch::Sender::new(0) }))
    }

    /// Takes in one more entry. Never waits for whoever reads.
    pub fn absorb(&self, entry: &Entry) {
        if self.sheet().absorb(entry) {
            self.0.changes.send_modify(|changes| *changes += 1);
        }
    }

    /// How everything stands at `now`. `running` says whether an agent looks.
    pub fn standing(&self, running: bool, now: Moment) -> Standing {
        let copied = self.sheet().clone(); // the rows are shared: what takes long is done without the lock
        Standing::of(&copied, running, now)
    }

    /// Counts up whenever something changes that is more than another look.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    fn sheet(&self) -> MutexGuard<'_, Sheet> {
        self.0.sheet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::recover(&Tail::default(), Vec::new())
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").finish_non_exhaustive()
    }
}
