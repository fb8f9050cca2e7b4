//! What do the tests of several kinds ask of a look?

use crate::model::{Fault, Outcome, Reason, Seen};

/// Which fault it was, and in what words.
pub(super) fn fault(seen: &Seen) -> (Fault, &str) {
    match &seen.outcome {
        Outcome::Down(Reason::Fault { fault, words }) => (*fault, words),
        other => panic!("{other:?}"),
    }
}
