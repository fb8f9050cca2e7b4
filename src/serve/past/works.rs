//! Which planned work took place?

use std::{collections::HashMap, ops::ControlFlow};

use super::{NoPast, Past};
use crate::{
    entry::{Entry, MaintenanceTurn},
    ledger::{Ledger, LedgerError, Sqlite, Whose},
    model::{Maintenance, Moment, Period, Slug},
};

/// One occurrence of planned work, as it is remembered.
#[derive(Clone, Debug)]
pub struct Occurrence {
    id: Slug,
    /// Whom it touched.
    pub services: Vec<Slug>,
    /// From its beginning to its end.
    pub period: Period,
    /// Whether it was announced too late.
    pub late: bool,
    /// What was announced.
    pub work: Option<Maintenance>,
}

impl Past {
    /// The planned work that touches `period`, by when it was told that it began.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn works(&self, period: Period) -> Result<Vec<Occurrence>, NoPast> {
        self.ask(move |ledger| works(ledger, period)).await
    }
}

fn works(ledger: &Sqlite, period: Period) -> Result<Vec<Occurrence>, LedgerError> {
    let (mut works, mut all): (HashMap<Slug, Maintenance>, Vec<Occurrence>) = (HashMap::new(), Vec::new());
    ledger.history(Whose::Agent, period, &mut |_, entry| {
        let Entry::Maintenance(news) = entry else { return ControlFlow::Continue(()) };
        match news.what {
            MaintenanceTurn::Declared(work) => drop(works.insert(work.id.clone(), work)),
            MaintenanceTurn::Began { id, services, period, late } => {
                let work = works.get(&id).cloned();
                all.push(Occurrence { id, services, period, late, work });
            }
            MaintenanceTurn::Withdrawn { id } | MaintenanceTurn::Ended { id, .. } => {
                cut(&mut all, &id, news.at);
            }
        }
        ControlFlow::Continue(())
    })?;
    all.retain(|one| one.period.until > period.from);
    Ok(all)
}

/// What is under way ends here.
fn cut(all: &mut [Occurrence], id: &Slug, at: Moment) {
    if let Some(last) = all.iter_mut().rfind(|one| one.id == *id) {
        last.period.until = last.period.until.min(at.max(last.period.from));
    }
}
