//! Which looks were taken?

use std::{collections::VecDeque, ops::ControlFlow, time::Duration};

use super::{NoPast, Past};
use crate::{
    ledger::{Ledger, LedgerError, Sqlite},
    model::{Moment, Observation, Period, ProbeId},
};

/// Some looks of one probe, by when they began.
#[derive(Clone, Debug)]
pub struct LooksPage {
    /// Those.
    pub looks: Vec<Observation>,
    /// From where the next page goes on; none if this is the last.
    pub next: Option<Moment>,
}

impl Past {
    /// The first looks of `probe` in `period`: about `most`, and all that began in the same millisecond.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn looks(&self, probe: ProbeId, period: Period, most: usize) -> Result<LooksPage, NoPast> {
        self.ask(move |ledger| page(ledger, &probe, period, most)).await
    }

    /// The last looks of `probe` before `until`, at most `most`, of at most the day before.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn last_looks(
        &self,
        probe: ProbeId,
        until: Moment,
        most: usize,
    ) -> Result<Vec<Observation>, NoPast> {
        self.ask(move |ledger| {
            let mut looks = last(ledger, &probe, until, Duration::from_mins(30), most)?;
            if looks.len() < most {
                looks = last(ledger, &probe, until, Duration::from_hours(24), most)?;
            }
            Ok(looks)
        })
        .await
    }
}

fn page(ledger: &Sqlite, probe: &ProbeId, period: Period, most: usize) -> Result<LooksPage, LedgerError> {
    let mut page = LooksPage { looks: Vec::new(), next: None };
    ledger.looks(Some(probe), period, &mut |look| {
        let is_beyond = page.looks.len() >= most;
        if is_beyond && page.looks.last().is_some_and(|last| last.began < look.began) {
            page.next = Some(look.began);
            return ControlFlow::Break(());
        }
        page.looks.push(look);
        ControlFlow::Continue(())
    })?;
    Ok(page)
}

fn last(
    ledger: &Sqlite,
    probe: &ProbeId,
    until: Moment,
    within: Duration,
    most: usize,
) -> Result<Vec<Observation>, LedgerError> {
    let mut looks = VecDeque::new();
    ledger.looks(Some(probe), Period::new(until - within, until), &mut |look| {
        if looks.len() == most {
            looks.pop_front();
        }
        looks.push_back(look);
        ControlFlow::Continue(())
    })?;
    Ok(looks.into())
}
