//! How is it kept on disk? In one SQLite database, with one writer and any number of readers.

mod days;
mod door;
mod export;
mod hours;
mod import;
mod layout;
mod looks;
mod page;
mod past;
mod record;
mod roll;
mod tail;
mod trouble;
mod varint;
mod verify;
mod write;

use std::{
    cell::RefCell,
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, Transaction};

use super::{EachEntry, EachLook, Hash, Head, Hour, Ledger, LedgerError, Seq, Whose};
use crate::{
    entry::{Entry, Tail},
    model::{Incident, Moment, Outline, Period, ProbeId, Slug},
};
use door::Identity;
use hours::Unrolled;
use trouble::Tried;

pub use door::is_in_use;
pub use verify::Verdict;

/// A ledger in a folder.
#[derive(Debug)]
pub struct Sqlite {
    dir: PathBuf,
    file: PathBuf,
    connection: Connection,
    /// Held for life by the one who writes.
    lock: Option<File>,
    identity: Option<Identity>,
    ends: Ends,
    numbers: Numbers,
    outlines: RefCell<HashMap<Hash, Arc<Outline>>>,
    unrolled: RefCell<Unrolled>,
}

/// A ledger that was opened to be written.
#[derive(Debug)]
pub struct Opened {
    /// The ledger.
    pub ledger: Sqlite,
    /// Where a damaged one was put that was there before.
    pub set_aside: Option<PathBuf>,
}

/// Until it is dropped, all that is read of its ledger is of one moment, whoever writes meanwhile.
#[derive(Debug)]
#[must_use = "it lasts no longer than it is kept"]
pub struct Snapshot<'l> {
    _reading: Option<Transaction<'l>>,
}

/// Where the book ends.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    head: Head,
    /// When the newest entry was known.
    newest: Option<Moment>,
    /// The number of the last look that arrived.
    arrivals: u64,
    /// How many looks have arrived and not moved on.
    waiting: u64,
    /// How often looks moved on or were forgotten.
    turnover: u64,
}

/// Small numbers that stand for what is long, as far as the writer met them.
#[derive(Debug, Default)]
struct Numbers {
    probes: HashMap<ProbeId, i64>,
    facts: HashMap<(i64, Hash), u64>,
}

impl Sqlite {
    /// Opens the ledger in the folder `dir` to write it; makes both if missing. Nobody else can until it is dropped.
    ///
    /// # Errors
    /// Another agent writes there, it is of a newer version, or the disk refuses. Damage is no error: what is damaged is put
    /// aside, and a new one begun.
    pub fn open(dir: &Path) -> Result<Opened, LedgerError> {
        door::open(dir)
    }

    /// Opens the ledger in the folder `dir` to read it, whether somebody writes it or not.
    ///
    /// # Errors
    /// There is none, it is of a newer version or damaged, or the disk refuses.
    pub fn read(dir: &Path) -> Result<Self, LedgerError> {
        door::read(dir)
    }

    /// Holds still for several readings.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn hold(&self) -> Result<Snapshot<'_>, LedgerError> {
        self.told(self.snapshot()).map(|reading| Snapshot { _reading: reading })
    }

    /// All that is read in it is of one moment. `None` within a reading that is under way.
    fn snapshot(&self) -> Tried<Option<Transaction<'_>>> {
        let free = self.connection.is_autocommit();
        Ok(if free { Some(self.connection.unchecked_transaction()?) } else { None })
    }

    fn told<T>(&self, tried: Tried<T>) -> Result<T, LedgerError> {
        tried.map_err(|trouble| trouble.told(&self.file))
    }

    /// A writer that fails forgets what it meant to write.
    fn wrote<T>(&mut self, tried: Tried<(T, Ends)>) -> Result<T, LedgerError> {
        match tried {
            Ok((told, ends)) => {
                self.ends = ends;
                Ok(told)
            }
            Err(trouble) => {
                self.numbers = Numbers::default();
                Err(trouble.told(&self.file))
            }
        }
    }
}

impl Ledger for Sqlite {
    fn append(&mut self, entries: &[Arc<Entry>]) -> Result<(), LedgerError> {
        self.present()?;
        let tried = write::append(&mut self.connection, &mut self.numbers, self.ends, entries);
        self.wrote(tried.map(|ends| ((), ends)))
    }

    fn tail(&self) -> Result<Tail, LedgerError> {
        self.told(self.end())
    }

    fn head(&self) -> Result<Head, LedgerError> {
        self.told(write::ends(&self.connection).map(|ends| ends.head))
    }

    fn entries(&self, after: Seq, each: EachEntry<'_>) -> Result<(), LedgerError> {
        self.told(self.entries_after(after, each))
    }

    fn history(&self, whose: Whose<'_>, period: Period, each: EachEntry<'_>) -> Result<(), LedgerError> {
        self.told(self.history_of(whose, period, each))
    }

    fn looks(&self, probe: Option<&ProbeId>, period: Period, each: EachLook<'_>) -> Result<(), LedgerError> {
        self.told(self.looks_of(probe, period, each))
    }

    fn hours(&self, probe: &ProbeId, period: Period) -> Result<Vec<Hour>, LedgerError> {
        self.told(self.hours_of(probe, period))
    }

    fn sum(&self, probe: &ProbeId, period: Period) -> Result<Hour, LedgerError> {
        self.told(self.sum_of(probe, period))
    }

    fn incidents(&self, period: Period) -> Result<Vec<Incident>, LedgerError> {
        self.told(self.incidents_within(period))
    }

    fn incident(&self, id: &Slug) -> Result<Option<Incident>, LedgerError> {
        self.told(self.incident_called(id))
    }

    fn probes(&self) -> Result<Vec<ProbeId>, LedgerError> {
        let mut probes: Vec<_> = self.told(self.names())?.into_values().collect();
        probes.sort();
        Ok(probes)
    }

    fn prune(&mut self, before: Moment) -> Result<u64, LedgerError> {
        self.present()?;
        let tried = roll::prune(&mut self.connection, self.ends, before);
        self.wrote(tried)
    }

    fn renew(&mut self) -> Result<Option<PathBuf>, LedgerError> {
        door::renew(self)
    }
}
