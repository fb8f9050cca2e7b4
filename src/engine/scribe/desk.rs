//! Where is it written? On a thread beside the loop, one task at a time.

use std::{
    any::Any,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::Instant,
};

use crate::{
    entry::Entry,
    ledger::{Ledger, LedgerError},
    model::Moment,
};

/// The ledger, here while it is idle and on its thread while it is not.
pub(super) struct Desk {
    ledger: Option<Box<dyn Ledger>>,
    folder: Option<PathBuf>,
    running: Option<(JoinHandle<Done>, Instant)>,
}

/// Something to be done with the ledger.
pub(super) enum Task {
    Append(Vec<Arc<Entry>>),
    /// Forget the looks before this.
    Prune(Moment),
    /// Begin a new book.
    Renew,
}

/// What was done.
pub(super) enum Deed {
    Appended,
    Pruned(u64),
    /// Where the old book lies, if it is there.
    Renewed(Option<PathBuf>),
}

/// Why it was not done.
pub(super) struct Trouble {
    pub(super) words: String,
    /// Whether only a new book helps.
    pub(super) is_lasting: bool,
}

/// A task that has ended, and the ledger back from it.
pub(in crate::engine) struct Done {
    ledger: Option<Box<dyn Ledger>>,
    pub(super) how: Result<Deed, Trouble>,
    /// The size of the files in bytes.
    pub(super) size: u64,
}

impl Desk {
    pub(super) fn new(ledger: Box<dyn Ledger>, folder: Option<PathBuf>) -> Self {
        Self { ledger: Some(ledger), folder, running: None }
    }

    /// Whether it can be given something to do.
    pub(super) fn is_idle(&self) -> bool {
        self.ledger.is_some()
    }

    /// Begins `task`, if it is idle.
    pub(super) fn begin(&mut self, task: Task, now: Instant) {
        let Some(mut ledger) = self.ledger.take() else { return };
        let folder = self.folder.clone();
        let work = move || {
            let how = catch_unwind(AssertUnwindSafe(|| task.on(&mut *ledger)));
            let how = how.unwrap_or_else(|panic| Err(Trouble::of_panic(&*panic)));
            Done { ledger: Some(ledger), how, size: folder.as_deref().map_or(0, size) }
        };
        self.running = Some((spawn_blocking(work), now));
    }

    /// Waits for the end of the task; for ever, if there is none.
    pub(super) async fn done(&mut self) -> Done {
        match &mut self.running {
            Some((task, _)) => task.await.unwrap_or_else(|_| Done::given_up()),
            None => std::future::pending().await,
        }
    }

    /// Takes back the ledger; says how long it was away.
    pub(super) fn back(&mut self, done: &mut Done, now: Instant) -> Duration {
        self.ledger = done.ledger.take();
        let began = self.running.take().map_or(now, |(_, began)| began);
        now.saturating_duration_since(began)
    }
}

impl Task {
    fn on(self, ledger: &mut dyn Ledger) -> Result<Deed, Trouble> {
        Ok(match self {
            Self::Append(entries) => ledger.append(&entries).map(|()| Deed::Appended)?,
            Self::Prune(before) => Deed::Pruned(ledger.prune(before)?),
            Self::Renew => Deed::Renewed(ledger.renew()?),
        })
    }
}

impl Trouble {
    fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without words");
        Self { words: format!("it panicked, a fault of Wardround: {words}"), is_lasting: false }
    }
}

impl From<LedgerError> for Trouble {
    fn from(error: LedgerError) -> Self {
        Self { words: error.to_string(), is_lasting: error.is_lasting() }
    }
}

impl Done {
    /// The runtime ends, and nobody will write any more.
    fn given_up() -> Self {
        let trouble = Trouble { words: "its thread was ended".into(), is_lasting: false };
        Self { ledger: None, how: Err(trouble), size: 0 }
    }
}

/// How many bytes the files of `folder` hold.
fn size(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}
