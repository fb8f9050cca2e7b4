//! How was it? Questions to the ledger, a few at a time, on threads beside: whoever writes it is never in their way.

mod dossier;
mod looks;
mod reports;
mod service;
mod strips;
mod works;

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{
    sync::{Semaphore, watch},
    task::spawn_blocking,
};

pub use dossier::{Dossier, dossier};
pub use looks::LooksPage;
pub use service::OfService;
pub use strips::{DAYS, Strips};
pub use works::Occurrence;

use crate::{
    entry::Entry,
    ledger::{Hour, Ledger, LedgerError, Sqlite, Whose},
    model::{Deed, Incident, Moment, Note, Period, ProbeId, Slug},
};

/// How many questions are answered at once; one more waits.
const PLACES: usize = 4;

/// What was remembered, for whoever asks. A cheap handle.
#[derive(Clone, Debug)]
pub struct Past(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    places: Semaphore,
    /// One report at a time: it takes a second of a core.
    press: Semaphore,
    strips: watch::Sender<Arc<Strips>>,
}

/// Why nothing is told of the past.
#[derive(Debug, thiserror::Error)]
pub enum NoPast {
    /// The ledger cannot be read.
    #[error("the ledger cannot be read: {0}")]
    Unread(#[from] LedgerError),
    /// Our own fault.
    #[error("reading the ledger went wrong: a fault of Wardround")]
    Panicked,
}

impl Past {
    /// What is remembered in the folder `dir`.
    pub fn new(dir: &Path) -> Self {
        let (places, press) = (Semaphore::new(PLACES), Semaphore::new(1));
        let strips = watch::Sender::default();
        Self(Arc::new(Shared { dir: dir.to_owned(), places, press, strips }))
    }

    /// Whatever `question` finds.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Sqlite) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, NoPast> {
        let _place = self.0.places.acquire().await;
        let dir = self.0.dir.clone();
        let answer = spawn_blocking(move || question(&Sqlite::read(&dir)?));
        Ok(answer.await.map_err(|_| NoPast::Panicked)??)
    }

    /// The incidents that touch `period`, by when they began.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn incidents(&self, period: Period) -> Result<Vec<Incident>, NoPast> {
        self.ask(move |ledger| ledger.incidents(period)).await
    }

    /// The incident `id`; `None` if there is none.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn incident(&self, id: Slug) -> Result<Option<Incident>, NoPast> {
        self.ask(move |ledger| ledger.incident(&id)).await
    }

    /// The newest incidents of `period` that are `wanted`, each with its notes: at most `most`, the newest first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn newest(
        &self,
        period: Period,
        most: usize,
        wanted: impl Fn(&Incident) -> bool + Send + 'static,
    ) -> Result<Vec<(Incident, Vec<Note>)>, NoPast> {
        self.ask(move |ledger| {
            let newest = ledger.incidents(period)?.into_iter().rev().filter(wanted).take(most);
            newest.map(|incident| Ok((incident.clone(), notes(ledger, &incident)?))).collect()
        })
        .await
    }

    /// Every probe that is remembered.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn probes(&self) -> Result<Vec<ProbeId>, NoPast> {
        self.ask(Ledger::probes).await
    }

    /// What the looks of `probe` were in each hour of `period`.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn hours(&self, probe: ProbeId, period: Period) -> Result<Vec<Hour>, NoPast> {
        self.ask(move |ledger| ledger.hours(&probe, period)).await
    }

    /// Who changed what in `period`, in order.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn deeds(&self, period: Period) -> Result<Vec<Deed>, NoPast> {
        self.ask(move |ledger| {
            let mut deeds = Vec::new();
            ledger.history(Whose::People, period, &mut |_, entry| {
                if let Entry::Deed(deed) = entry {
                    deeds.push(deed);
                }
                ControlFlow::Continue(())
            })?;
            Ok(deeds)
        })
        .await
    }

    /// Since when anything is remembered.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn began(&self) -> Result<Option<Moment>, NoPast> {
        self.ask(|ledger| {
            let mut began = None;
            ledger.entries(crate::ledger::Seq::default(), &mut |_, entry| {
                began = Some(entry.at());
                ControlFlow::Break(())
            })?;
            Ok(began)
        })
        .await
    }
}

/// The notes on an incident, in order.
///
/// # Errors
/// The ledger cannot be read.
pub fn notes(ledger: &dyn Ledger, incident: &Incident) -> Result<Vec<Note>, LedgerError> {
    let mut notes = Vec::new();
    ledger.history(
        Whose::Incident(&incident.id),
        Period::new(Moment::default(), Moment::default()),
        &mut |_, entry| {
            if let Entry::Note(note) = entry {
                notes.push(note);
            }
            ControlFlow::Continue(())
        },
    )?;
    Ok(notes)
}
