//! Is it remembered? Every entry goes into the ledger first and is told then; the loop waits for neither.
//!
//! The [`Scribe`] lives on the loop's thread and does nothing slow: it keeps what waits in order, sends batches to the
//! ledger on a thread beside, and tells what has come back as written. A ledger that fails or hangs costs on-call
//! five seconds and no more: from then on what is seen is told first, and remembered when the ledger works again.

mod backlog;
mod desk;
mod lost;
mod standing;
mod trouble;

use std::{collections::VecDeque, path::PathBuf, time::Duration};

use tokio::time::Instant;

pub(in crate::engine) use self::desk::Done;
use self::{
    backlog::Backlog,
    desk::{Deed, Desk, Task},
    standing::Standing,
    trouble::Since,
};
use super::{Reader, diary};
use crate::{
    entry::{Entry, Tail},
    ledger::Ledger,
    metrics::Metrics,
    model::Moment,
};

/// How many entries may wait unless something else is wanted.
const ROOM: usize = 100_000;

/// Looks alone wait this long for company.
const COMPANY: Duration = Duration::from_secs(1);

/// So many looks wait no longer.
const CROWD: usize = 500;

/// How often looks that are too old are forgotten: a few at a time.
const SWEEP: Duration = Duration::from_mins(10);

/// A loop that came back later than this did not run; it cannot say that the ledger kept it waiting.
const ABSENCE: Duration = Duration::from_secs(2);

/// The book, and how it is kept.
pub struct Keeping {
    /// The book.
    pub ledger: Box<dyn Ledger>,
    /// The folder of its files, if it has any: their size is told.
    pub folder: Option<PathBuf>,
    /// How many entries may wait for it.
    pub room: usize,
}

impl Keeping {
    /// `ledger`, as it is usually kept.
    pub fn new(ledger: Box<dyn Ledger>) -> Self {
        Self { ledger, folder: None, room: ROOM }
    }
}

/// Brings entries into the ledger, and tells them.
pub(super) struct Scribe {
    backlog: Backlog,
    desk: Desk,
    standing: Standing,
    tellers: Tellers,
    /// How long looks are kept.
    pub(super) keep: Duration,
    room: usize,
    /// For how long the loop has been awake, and when it last was.
    awake: (Duration, Instant),
    promises: VecDeque<(u64, Deferred)>,
    trouble: Option<Since>,
    /// Whether entries are told before they are remembered.
    impatient: bool,
    hurried: bool,
    swept: Duration,
}

/// What is done once something is told.
type Deferred = Box<dyn FnOnce() + Send>;

/// Who is told, in this order.
struct Tellers {
    metrics: Metrics,
    readers: Vec<Reader>,
}

impl Scribe {
    pub(super) fn new(keeping: Keeping, metrics: Metrics, readers: Vec<Reader>, now: Instant) -> Self {
        Self {
            backlog: Backlog::default(),
            desk: Desk::new(keeping.ledger, keeping.folder),
            standing: Standing::default(),
            tellers: Tellers { metrics, readers },
            keep: Duration::MAX,
            room: keeping.room,
            awake: (Duration::ZERO, now),
            promises: VecDeque::new(),
            trouble: None,
            impatient: false,
            hurried: false,
            swept: Duration::ZERO,
        }
    }

    /// What held when the book broke off.
    pub(super) fn recover(&mut self, tail: &Tail) {
        self.standing = Standing::of(tail);
    }

    /// Takes one more entry.
    pub(super) fn hand(&mut self, entry: Entry) {
        self.backlog.push(entry, self.awake.0);
        self.make_room();
    }

    /// Does `deed` once all that was taken so far is told.
    pub(super) fn once_told(&mut self, deed: impl FnOnce() + Send + 'static) {
        self.promises.push_back((self.backlog.next(), Box::new(deed)));
        self.keep_promises();
    }

    /// Does what there is to do at `now`, which the loop's clock calls `at`.
    pub(super) fn turn(&mut self, now: Instant, at: Moment) {
        let away = now.saturating_duration_since(self.awake.1);
        self.awake = (self.awake.0 + away.min(ABSENCE), now);
        self.lose_patience();
        if let Some(task) = self.task(at) {
            self.desk.begin(task, now);
        }
        self.tellers.metrics.ledger().backlog(self.backlog.len());
    }

    /// How long the loop may sleep as far as this is concerned.
    pub(super) fn sleeps(&self) -> Duration {
        if !self.desk.is_idle() {
            return COMPANY;
        }
        let rests = self.trouble.map_or(Duration::ZERO, |since| since.rests_until);
        let due = self.backlog.oldest().map_or(self.awake.0 + COMPANY, |since| since + COMPANY);
        due.max(rests).saturating_sub(self.awake.0).max(Duration::from_millis(1))
    }

    /// Waits until the ledger has done what it was given to do; for ever, if it was given nothing.
    pub(super) async fn done(&mut self) -> Done {
        self.desk.done().await
    }

    /// Takes back what the ledger has done.
    pub(super) fn back(&mut self, mut done: Done, now: Instant, at: Moment) {
        let took = self.desk.back(&mut done, now);
        self.tellers.metrics.ledger().size(done.size);
        match done.how {
            Ok(Deed::Appended) => self.remembered(took, at),
            Ok(Deed::Renewed(aside)) => self.renewed(aside.as_deref(), at),
            Ok(Deed::Pruned(looks)) => tracing::debug!(looks, "looks that are too old were forgotten"),
            Err(trouble) => self.failed(&trouble, took),
        }
    }

    /// From now on nothing waits for company.
    pub(super) fn hurry(&mut self) {
        self.hurried = true;
    }

    /// Whether everything is remembered.
    pub(super) fn is_done(&self) -> bool {
        self.backlog.len() == 0
    }

    /// Tells what is left, and how much of it will not be remembered.
    pub(super) fn close(&mut self) {
        self.tell_all();
        let left = self.backlog.len();
        if left > 0 {
            tracing::error!(
                left,
                "the monitor stops, and so many entries could not be written into the ledger"
            );
        }
    }

    /// What the ledger is to do now, if it is idle and there is something.
    fn task(&mut self, at: Moment) -> Option<Task> {
        let rests = self.trouble.is_some_and(|since| self.awake.0 < since.rests_until);
        if rests || !self.desk.is_idle() {
            return None;
        }
        if self.trouble.is_some_and(|since| since.renew) {
            return Some(Task::Renew);
        }
        if self.batch_is_due() {
            return Some(Task::Append(self.backlog.take()));
        }
        let is_time = !self.hurried && self.awake.0 >= self.swept + SWEEP;
        is_time.then(|| self.sweep(at))
    }

    fn batch_is_due(&self) -> bool {
        let waiting = self.backlog.waiting();
        let waited = self.backlog.oldest().is_some_and(|since| self.awake.0 >= since + COMPANY);
        let is_urgent = !self.backlog.is_quiet() || self.hurried || self.trouble.is_some();
        waiting > 0 && (is_urgent || waited || waiting >= CROWD)
    }

    fn sweep(&mut self, at: Moment) -> Task {
        self.swept = self.awake.0;
        Task::Prune(at - self.keep)
    }

    fn remembered(&mut self, took: Duration, at: Moment) {
        self.works_again();
        let (entries, fresh) = self.backlog.written();
        let ledger = self.tellers.metrics.ledger();
        ledger.took(took);
        ledger.succeeded(at);
        for entry in entries {
            ledger.remembered(&entry);
            self.standing.absorb(&entry);
        }
        for entry in fresh {
            self.tellers.tell(&entry);
        }
        self.keep_promises();
    }

    fn tell_all(&mut self) {
        for entry in self.backlog.untold() {
            self.tellers.tell(&entry);
        }
        self.keep_promises();
    }

    fn keep_promises(&mut self) {
        while self.promises.front().is_some_and(|(upto, _)| self.backlog.told() >= *upto) {
            self.promises.pop_front().into_iter().for_each(|(_, deed)| deed());
        }
    }
}

impl Tellers {
    fn tell(&mut self, entry: &Entry) {
        diary::write(entry);
        self.metrics.absorb(entry);
        self.readers.iter_mut().for_each(|read| read(entry));
    }
}
