//! What does an error of the store mean for the ledger?

use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::{ledger::LedgerError, model::BadSlug};

/// An error before it is known in which file it was.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The store says so.
    Sql(Error),
    /// What is stored makes no sense.
    Broken(String),
}

pub(super) type Tried<T> = Result<T, Trouble>;

impl Trouble {
    /// In words, with the file.
    pub(super) fn told(self, file: &Path) -> LedgerError {
        let file = file.to_owned();
        match self {
            Self::Broken(what) => LedgerError::Damaged { file, what },
            Self::Sql(error) if is_damage(&error) => LedgerError::Damaged { file, what: error.to_string() },
            Self::Sql(error) => LedgerError::Store { file, what: error.to_string() },
        }
    }

    /// Whether the file may not be opened the way it was asked for.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Sql(Error::SqliteFailure(error, _))
            if matches!(error.code, ErrorCode::CannotOpen | ErrorCode::ReadOnly))
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<BadSlug> for Trouble {
    fn from(bad: BadSlug) -> Self {
        Self::Broken(bad.to_string())
    }
}

/// A row that is missing, or a value of the wrong type, is damage as well: nothing that we write has them.
fn is_damage(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(failure, words) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation => true,
            ErrorCode::Unknown => words.as_deref().is_some_and(|words| words.starts_with("no such ")),
            _ => false,
        },
        Error::SqlInputError { msg, .. } => msg.starts_with("no such "),
        Error::QueryReturnedNoRows
        | Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => true,
        _ => false,
    }
}
