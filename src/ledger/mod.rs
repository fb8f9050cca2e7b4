//! What is remembered, and can it be trusted? The append-only book behind everything that is shown.
//!
//! Entries other than looks are chained by hashes and stay for ever; looks stay for a while; what they were in each hour
//! stays for ever. [`Sqlite`] keeps it on disk; [`Memory`] is for tests and for what is thrown
//! away.

mod chain;
mod error;
mod histogram;
mod history;
mod hour;
mod kept;
pub mod line;
mod memory;
mod sqlite;
mod states;

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use chain::{Hash, Head, Seq};
pub use error::LedgerError;
pub use histogram::Histogram;
pub use history::Whose;
pub use hour::Hour;
pub use line::{Line, lines};
pub use memory::Memory;
pub use sqlite::{Opened, Snapshot, Sqlite, Verdict, is_in_use};
pub use states::States;

use crate::{
    entry::{Entry, Tail},
    model::{Incident, Moment, Observation, Period, ProbeId, Slug},
};

/// Is told chained entries one by one, with their place; may break off.
pub type EachEntry<'a> = &'a mut dyn FnMut(Seq, Entry) -> ControlFlow<()>;

/// Is told looks one by one; may break off.
pub type EachLook<'a> = &'a mut dyn FnMut(Observation) -> ControlFlow<()>;

/// A book of entries. What is read back of a look is what is kept of it: see [`Ledger::looks`].
pub trait Ledger: Send {
    /// Appends in order: all of them or, on an error, none.
    fn append(&mut self, entries: &[Arc<Entry>]) -> Result<(), LedgerError>;

    /// Where the last writer broke off: as if every entry had been folded with [`Tail::absorb`], but quick.
    fn tail(&self) -> Result<Tail, LedgerError>;

    /// The end of the chain.
    fn head(&self) -> Result<Head, LedgerError>;

    /// The chained entries (all but looks) after `after`, in order.
    fn entries(&self, after: Seq, each: EachEntry<'_>) -> Result<(), LedgerError>;

    /// The chained entries that are needed to tell `period` of one service, one probe, or the agent itself, in order:
    /// what held when it began, and what was said of it since, however late.
    fn history(&self, whose: Whose<'_>, period: Period, each: EachEntry<'_>) -> Result<(), LedgerError>;

    /// The looks of one probe, or of all, that began in `period`, by when they began (then by probe, then as they came).
    /// Durations are kept to the microsecond; of the details of an up look only the HTTP status is kept.
    fn looks(&self, probe: Option<&ProbeId>, period: Period, each: EachLook<'_>) -> Result<(), LedgerError>;

    /// What the looks of `probe` were in each hour (UTC) that begins in `period`, pruned ones included.
    fn hours(&self, probe: &ProbeId, period: Period) -> Result<Vec<Hour>, LedgerError>;

    /// The same hours added up, quick for a long period as well. It says that it begins when `period` does.
    fn sum(&self, probe: &ProbeId, period: Period) -> Result<Hour, LedgerError> {
        let mut sum = Hour::new(period.from);
        self.hours(probe, period)?.iter().for_each(|hour| sum.merge(hour));
        Ok(sum)
    }

    /// The sum of each of `periods`. Where they overlap, what they have in common is read once.
    fn sums(&self, probe: &ProbeId, periods: &[Period]) -> Result<Vec<Hour>, LedgerError> {
        let ends: BTreeSet<Moment> = periods.iter().flat_map(|period| [period.from, period.until]).collect();
        let mut sums: Vec<Hour> = periods.iter().map(|period| Hour::new(period.from)).collect();
        for (from, until) in ends.iter().zip(ends.iter().skip(1)) {
            let within = |period: &Period| period.from <= *from && *until <= period.until;
            if periods.iter().any(within) {
                let part = self.sum(probe, Period::new(*from, *until))?;
                let whole = periods.iter().zip(&mut sums).filter(|(period, _)| within(period));
                whole.for_each(|(_, sum)| sum.merge(&part));
            }
        }
        Ok(sums)
    }

    /// The incidents that touch `period` as they stand now, by when they began; withdrawn ones are left out.
    fn incidents(&self, period: Period) -> Result<Vec<Incident>, LedgerError>;

    /// One incident as it stands now, unless it is withdrawn.
    fn incident(&self, id: &Slug) -> Result<Option<Incident>, LedgerError>;

    /// Every probe ever remembered, by its id.
    fn probes(&self) -> Result<Vec<ProbeId>, LedgerError>;

    /// Forgets the looks that began before `before`, and says how many. Everything else stays for ever.
    fn prune(&mut self, before: Moment) -> Result<u64, LedgerError>;

    /// Puts a book that is damaged or gone aside and begins a new one. Says where the old one lies, if it is there.
    fn renew(&mut self) -> Result<Option<PathBuf>, LedgerError>;

    /// How long each state of `probe` lasted within `period`, by what is believed now.
    fn states(&self, probe: &ProbeId, period: Period) -> Result<States, LedgerError> {
        let mut turns = states::Turns::default();
        self.history(Whose::Probe(probe), period, &mut |_, entry| {
            turns.absorb(&entry);
            ControlFlow::Continue(())
        })?;
        Ok(turns.within(period))
    }
}

/// What a new book begins with at `at`, since the one before it was damaged and lies at `aside`, or is gone.
pub fn set_aside(aside: Option<&Path>, at: Moment) -> Entry {
    let name = aside.and_then(Path::file_name).unwrap_or_default();
    Entry::SetAside { at, file: name.to_string_lossy().into_owned() }
}
