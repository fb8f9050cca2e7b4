//! What waits to be remembered, and how far has it been told?

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::lost::Lost;
use crate::entry::{Entry, Gap};

/// How many entries go into the ledger at once.
const BATCH: usize = 5_000;

/// The entries that are not yet remembered, in order.
#[derive(Default)]
pub(super) struct Backlog {
    /// Apart, because looks are what can be spared.
    looks: VecDeque<Line>,
    chained: VecDeque<Line>,
    /// What is being written, ahead of those.
    taken: Batch,
    /// What a new ledger begins with; told long ago.
    opening: Vec<Arc<Entry>>,
    lost: Lost,
    /// The number of the next entry.
    next: u64,
    /// The number of the first entry that was not told.
    told: u64,
}

/// An entry that waits.
#[derive(Clone)]
struct Line {
    number: u64,
    since: Duration,
    entry: Arc<Entry>,
}

/// What goes into the ledger together, in this order.
#[derive(Default)]
struct Batch {
    opening: Vec<Arc<Entry>>,
    gaps: Vec<Gap>,
    lines: Vec<Line>,
}

impl Backlog {
    /// Takes one more, at `now`.
    pub(super) fn push(&mut self, entry: Entry, now: Duration) {
        let line = Line { number: self.next, since: now, entry: Arc::new(entry) };
        self.next += 1;
        self.of(&line).push_back(line);
    }

    /// The number of the next entry.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// The number of the first entry that was not told.
    pub(super) fn told(&self) -> u64 {
        self.told
    }

    /// How many wait or are being written.
    pub(super) fn len(&self) -> usize {
        self.taken.lines.len() + self.waiting()
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.looks.len() + self.chained.len()
    }

    /// Whether looks alone wait.
    pub(super) fn is_quiet(&self) -> bool {
        self.chained.is_empty() && self.opening.is_empty()
    }

    /// Since when the oldest of those that wait does.
    pub(super) fn oldest(&self) -> Option<Duration> {
        let (look, chained) = (self.looks.front(), self.chained.front());
        look.into_iter().chain(chained).map(|line| line.since).min()
    }

    /// Since when the oldest waits that was not told, written or not.
    pub(super) fn oldest_untold(&self) -> Option<Duration> {
        let untold = |line: &&Line| line.number >= self.told;
        let taken = self.taken.lines.iter().find(untold);
        let look = self.looks.get(after(&self.looks, self.told));
        let chained = self.chained.get(after(&self.chained, self.told));
        [taken, look, chained].into_iter().flatten().map(|line| line.since).min()
    }

    /// All that was not told; now it counts as told.
    pub(super) fn untold(&mut self) -> Vec<Arc<Entry>> {
        let looks = self.looks.range(after(&self.looks, self.told)..);
        let chained = self.chained.range(after(&self.chained, self.told)..);
        let taken = self.taken.lines.iter().filter(|line| line.number >= self.told);
        let mut lines: Vec<&Line> = taken.chain(looks).chain(chained).collect();
        lines.sort_by_key(|line| line.number);
        let entries = lines.into_iter().map(|line| Arc::clone(&line.entry)).collect();
        self.told = self.next;
        entries
    }

    /// What is to be written next.
    pub(super) fn take(&mut self) -> Vec<Arc<Entry>> {
        let (opening, gaps) = (std::mem::take(&mut self.opening), self.lost.take());
        let lines = std::iter::from_fn(|| self.pop()).take(BATCH).collect();
        self.taken = Batch { opening, gaps, lines };
        self.taken.entries().collect()
    }

    /// What was taken is written: all of it, and what of it is to be told now.
    pub(super) fn written(&mut self) -> (Vec<Arc<Entry>>, Vec<Arc<Entry>>) {
        let batch = std::mem::take(&mut self.taken);
        let told = std::mem::replace(&mut self.told, batch.lines.last().map_or(0, |line| line.number + 1));
        self.told = self.told.max(told);
        let fresh = batch.lines.iter().filter(|line| line.number >= told).map(|line| Arc::clone(&line.entry));
        (batch.entries().collect(), batch.gaps().chain(fresh).collect())
    }

    /// What was taken is not written.
    pub(super) fn put_back(&mut self) {
        let Batch { opening, gaps, lines } = std::mem::take(&mut self.taken);
        self.opening.splice(0..0, opening);
        self.lost.put_back(gaps);
        for line in lines.into_iter().rev() {
            self.of(&line).push_front(line);
        }
    }

    /// `entries` are to be written before anything else; they were told long ago.
    pub(super) fn begin_with(&mut self, entries: Vec<Arc<Entry>>) {
        self.opening = entries;
    }

    /// Drops the oldest look that waits, or if there is none, the oldest other entry.
    pub(super) fn drop_one(&mut self) -> Option<Arc<Entry>> {
        let line = self.looks.pop_front().or_else(|| self.chained.pop_front())?;
        if let Entry::Observed(look) = &*line.entry {
            self.lost.add(look);
        }
        Some(line.entry)
    }

    fn pop(&mut self) -> Option<Line> {
        let number = |line: Option<&Line>| line.map_or(u64::MAX, |line| line.number);
        let look_is_first = number(self.looks.front()) < number(self.chained.front());
        if look_is_first { self.looks.pop_front() } else { self.chained.pop_front() }
    }

    fn of(&mut self, line: &Line) -> &mut VecDeque<Line> {
        if matches!(*line.entry, Entry::Observed(_)) { &mut self.looks } else { &mut self.chained }
    }
}

impl Batch {
    fn entries(&self) -> impl Iterator<Item = Arc<Entry>> {
        let lines = self.lines.iter().map(|line| &line.entry);
        let opening = self.opening.iter().cloned();
        opening.chain(self.gaps()).chain(lines.cloned())
    }

    fn gaps(&self) -> impl Iterator<Item = Arc<Entry>> {
        self.gaps.iter().cloned().map(Entry::Gap).map(Arc::new)
    }
}

/// The place of the first of `lines` whose number is at least `number`.
fn after(lines: &VecDeque<Line>, number: u64) -> usize {
    lines.partition_point(|line| line.number < number)
}
