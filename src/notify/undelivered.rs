//! Why did a message not arrive, and is it worth another try?

use std::{fmt, time::Duration};

use crate::model::Failure;

/// Why a receiver did not take what it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// For a person. No secret, and nothing of a URL behind its host: that may be one.
    pub words: String,
    /// Whether it is this message that is refused, and will be at every try. All else (a wrong password, a page that is not
    /// there, a server that is down) may be put right, and the message is still to be told then.
    pub lasting: bool,
    /// Before this time is over the receiver does not want to be asked again.
    pub retry_after: Option<Duration>,
}

impl Undelivered {
    /// It may be taken at another time.
    pub(super) fn for_now(words: impl Into<String>) -> Self {
        Self { words: words.into(), lasting: false, retry_after: None }
    }

    /// It will never be taken.
    pub(super) fn for_good(words: impl Into<String>) -> Self {
        Self { lasting: true, ..Self::for_now(words) }
    }
}

impl From<Failure> for Undelivered {
    fn from(failure: Failure) -> Self {
        Self::for_now(failure.words)
    }
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Undelivered {}
