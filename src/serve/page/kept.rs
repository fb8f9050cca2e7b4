//! What need not be written twice? The same page for the same kind of visitor in the same second.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{answer::Sheet, live::Hub};
use crate::{
    model::Moment,
    serve::{desk::Desk, door::Visitor},
};

/// What the pages share.
#[derive(Default)]
pub(in crate::serve) struct Pages {
    kept: Mutex<Kept>,
    pub(super) hub: Hub,
}

#[derive(Default)]
struct Kept {
    /// The second, and how often the board had changed.
    of: (i64, u64),
    sheets: HashMap<String, Sheet>,
}

impl Pages {
    /// So many are kept.
    const MOST: usize = 64;

    /// The page that was written in this second for whoever sees the same, or what `write` writes.
    pub(super) fn kept(
        &self,
        desk: &Desk,
        visitor: &Visitor,
        query: &str,
        write: impl FnOnce() -> Sheet,
    ) -> Sheet {
        let now: Moment = (desk.serve.wall)();
        let of = (now.as_ms().div_euclid(1000), *desk.serve.board.changes().borrow());
        let key = format!("{}\n{}\n{query}", visitor.role, visitor.name);
        if let Some(sheet) = self.find(of, &key) {
            return sheet;
        }
        let sheet = write();
        self.keep(of, key, &sheet);
        sheet
    }

    fn find(&self, of: (i64, u64), key: &str) -> Option<Sheet> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.of != of {
            *kept = Kept { of, sheets: HashMap::new() };
        }
        kept.sheets.get(key).cloned()
    }

    fn keep(&self, of: (i64, u64), key: String, sheet: &Sheet) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.of == of && kept.sheets.len() < Self::MOST {
            kept.sheets.insert(key, sheet.clone());
        }
    }
}
