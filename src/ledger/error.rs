//! What went wrong with the ledger, where, and what can be done?

use std::{io, path::PathBuf};

/// Why the ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Another agent writes there.
    #[error(
        "{}: another agent writes its ledger in this folder: stop that one, or give this one a folder of its own with --data",
        .dir.display()
    )]
    InUse {
        /// The data folder.
        dir: PathBuf,
    },
    /// The database was written by a newer Wardround.
    #[error(
        "{}: written by a newer Wardround (layout {found}, this one knows {known}): use that one; nothing was changed",
        .file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// The layout that it has.
        found: i64,
        /// The newest layout that is known here.
        known: i64,
    },
    /// The database was written by an older Wardround.
    #[error(
        "{}: written by an older Wardround (layout {found}, this one knows {known}): `wardround ledger export` with that one, then `wardround ledger import` with this one into another folder; nothing was changed",
        .file.display()
    )]
    Older {
        /// The database.
        file: PathBuf,
        /// The layout that it has.
        found: i64,
        /// The layout that is known here.
        known: i64,
    },
    /// There is no ledger to read.
    #[error("{}: no ledger here: give the folder that `wardround run` writes to with --data", .dir.display())]
    Missing {
        /// The data folder.
        dir: PathBuf,
    },
    /// There is a ledger already.
    #[error("{}: there is a ledger here already: import into a folder that has none", .dir.display())]
    Occupied {
        /// The data folder.
        dir: PathBuf,
    },
    /// The database does not hold together.
    #[error("{}: damaged: {what}", .file.display())]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What shows it.
        what: String,
    },
    /// The database was removed or replaced while it was open.
    #[error("{}: removed or replaced while it was written to", .file.display())]
    Gone {
        /// Where it was.
        file: PathBuf,
    },
    /// The database could not be read or written.
    #[error("{}: {what}", .file.display())]
    Store {
        /// The database.
        file: PathBuf,
        /// What the store says.
        what: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of an export that cannot be taken in.
    #[error("line {line}: {what}; nothing was imported")]
    Line {
        /// Its number, counted from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// What was to be told could not be written out.
    #[error("cannot write: {0}")]
    Output(io::Error),
}

impl LedgerError {
    /// Whether the book itself is unusable, so that only [`super::Ledger::renew`] helps.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::Gone { .. })
    }
}
