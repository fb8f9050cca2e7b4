//! Which secrets did a reading fetch? They are kept, so that a probe need not touch the disk.

use std::{cell::RefCell, path::Path};

use crate::raw::{Given, Outside};

/// An outside that remembers what was taken from the real one. Variables are only those that were given.
pub(super) struct Recorder<'a> {
    real: &'a dyn Outside,
    given: RefCell<Given>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(real: &'a dyn Outside, given: Given) -> Self {
        Self { real, given: RefCell::new(given) }
    }

    /// What was given and what was taken.
    pub(super) fn given(self) -> Given {
        self.given.into_inner()
    }
}

impl Outside for Recorder<'_> {
    fn variable(&self, name: &str) -> Result<String, String> {
        Outside::variable(&*self.given.borrow(), name)
    }

    fn file(&self, path: &Path, limit: usize) -> Result<Vec<u8>, String> {
        let content = self.real.file(path, limit)?;
        let given = self.given.take();
        self.given.replace(given.file(path, content.clone()));
        Ok(content)
    }

    fn folder(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}
