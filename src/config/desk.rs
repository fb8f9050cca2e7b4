//! What does one reading hold in its hands?

use std::path::Path;

use aws_lc_rs::digest;

use crate::{
    model::NhsNumber,
    raw::{Common, Door, Outside, Problems, Span},
};

/// The outside, the files and problems so far, and the digest of what was read.
pub(super) struct Desk<'a> {
    pub(super) outside: &'a dyn Outside,
    pub(super) problems: Problems,
    pub(super) digest: digest::Context,
    common: Common,
}

impl<'a> Desk<'a> {
    pub(super) fn new(outside: &'a dyn Outside) -> Self {
        Self {
            outside,
            problems: Problems::default(),
            digest: digest::Context::new(&digest::SHA256),
            common: Common::default(),
        }
    }

    /// The door for what is written in a file of the folder `base`.
    pub(super) fn door<'d>(&'d mut self, base: &'d Path) -> Door<'d> {
        Door::new(base, self.outside, &mut self.problems, &mut self.common)
    }

    /// Every number that passes the check of NHS numbers in what was read from elsewhere, and where that is named.
    pub(super) fn fetched_numbers(&self) -> Vec<(Span, NhsNumber)> {
        self.common.numbers().collect()
    }

    /// What was read in the end: its digest in hexadecimal, and the problems.
    pub(super) fn clear(mut self) -> (String, Problems) {
        for file in self.common.files() {
            self.digest.update(file);
        }
        let bytes = self.digest.finish();
        let digits = bytes.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
        (digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect(), self.problems)
    }
}
