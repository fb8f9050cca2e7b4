//! What is in the ledger, and does it hold together?

use std::{ops::ControlFlow, path::Path};

use wardround::{
    entry::{Entry, Gap},
    ledger::{Ledger, LedgerError, Seq, Sqlite},
    model::{Moment, Observation, Period},
};

use super::ward::INTERVAL;

/// All that is in a ledger.
pub(super) struct Book {
    pub(super) chained: Vec<Entry>,
    pub(super) looks: Vec<Observation>,
}

impl Book {
    /// Reads the ledger in `folder` as anybody could, beside whoever writes it, and verifies it.
    pub(super) fn read(folder: &Path) -> Self {
        Self::of(&Sqlite::read(folder).unwrap())
    }

    /// The same of a ledger that may not have been begun.
    pub(super) fn read_if_begun(folder: &Path) -> Option<Self> {
        match Sqlite::read(folder) {
            Err(LedgerError::Missing { .. }) => None,
            ledger => Some(Self::of(&ledger.unwrap())),
        }
    }

    fn of(ledger: &Sqlite) -> Self {
        assert_eq!(ledger.verify().unwrap().broken, Vec::<String>::new());
        let (mut chained, mut looks) = (Vec::new(), Vec::new());
        let each = &mut |_, entry| {
            chained.push(entry);
            ControlFlow::Continue(())
        };
        ledger.entries(Seq::default(), each).unwrap();
        let always = Period::new(Moment::default(), Moment::from_ms(i64::MAX));
        let each = &mut |look| {
            looks.push(look);
            ControlFlow::Continue(())
        };
        ledger.looks(None, always, each).unwrap();
        Self { chained, looks }
    }

    pub(super) fn looks(&self, service: &str) -> impl Iterator<Item = &Observation> {
        self.looks.iter().filter(move |look| look.probe.service.as_str() == service)
    }

    pub(super) fn gaps(&self, service: &str) -> Vec<&Gap> {
        let gaps = self.chained.iter().filter_map(gap);
        gaps.filter(|gap| gap.probe.service.as_str() == service).collect()
    }

    /// Looks that were due and gaps are every due, each once, from the first to the last.
    pub(super) fn has_every_due(&self, service: &str) {
        let due = |look: &&Observation| look.why == wardround::model::Why::Due;
        let looked = self.looks(service).filter(due).map(|look| (look.due, look.due + INTERVAL));
        let missed = self.gaps(service).into_iter().map(|gap| (gap.from, gap.until));
        let mut spans: Vec<_> = looked.chain(missed).collect();
        spans.sort();
        for pair in spans.windows(2) {
            assert_eq!(pair[0].1, pair[1].0, "{service}: {pair:?}");
        }
        assert!(spans.len() > 1, "{service}: {spans:?}");
    }
}

fn gap(entry: &Entry) -> Option<&Gap> {
    match entry {
        Entry::Gap(gap) => Some(gap),
        _ => None,
    }
}
