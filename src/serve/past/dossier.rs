//! What is known of one incident?

use std::{ops::ControlFlow, time::Duration};

use serde::Serialize;

use super::{NoPast, Past};
use crate::{
    entry::{Entry, IncidentNews, Told},
    ledger::{Ledger, LedgerError, Sqlite, Whose},
    model::{Incident, Moment, Note, Observation, Period, Slug},
};

/// This long before and after an incident its looks are told.
const AROUND: Duration = Duration::from_mins(2);

/// All that is known of one incident.
#[derive(Clone, Debug, Serialize)]
pub struct Dossier {
    /// How it stands.
    pub incident: Incident,
    /// What became of it, in order; none if it comes from an export without history.
    pub turns: Vec<IncidentNews>,
    /// What was written beside it, in order.
    pub notes: Vec<Note>,
    /// Who was told of it, in order.
    pub told: Vec<Told>,
    /// The looks at its service from shortly before it until shortly after, by when they began.
    pub looks: Vec<Observation>,
    /// Whether there are more looks than are told here.
    pub more: bool,
}

impl Dossier {
    /// No more looks than this are told of one incident.
    pub const LOOKS: usize = 500;
}

impl Past {
    /// All that is known of the incident `id`, until `known`; `None` if there is none.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn dossier(&self, id: Slug, known: Moment) -> Result<Option<Dossier>, NoPast> {
        self.ask(move |ledger| dossier(ledger, &id, known)).await
    }
}

/// All that `ledger` knows of the incident `id`, until `known`; `None` if there is none.
///
/// # Errors
/// It cannot be read.
pub fn dossier(ledger: &Sqlite, id: &Slug, known: Moment) -> Result<Option<Dossier>, LedgerError> {
    let _held = ledger.hold()?;
    let Some(incident) = ledger.incident(id)? else { return Ok(None) };
    let (since, until) = (incident.since().unwrap_or(known), incident.until().unwrap_or(known));
    let span = Period::new(since - AROUND, until + AROUND);
    let mut dossier = Dossier {
        told: told(ledger, id, Period::new(since, until + Told::REMEMBERED))?,
        incident,
        turns: Vec::new(),
        notes: Vec::new(),
        looks: Vec::new(),
        more: false,
    };
    ledger.history(Whose::Incident(id), span, &mut |_, entry| {
        match entry {
            Entry::Incident(news) => dossier.turns.push(*news),
            Entry::Note(note) => dossier.notes.push(note),
            _ => {}
        }
        ControlFlow::Continue(())
    })?;
    ledger.looks(None, span, &mut |look| {
        if look.probe.service == dossier.incident.service {
            dossier.more = dossier.looks.len() == Dossier::LOOKS;
            if dossier.more {
                return ControlFlow::Break(());
            }
            dossier.looks.push(look);
        }
        ControlFlow::Continue(())
    })?;
    Ok(Some(dossier))
}

/// What every receiver that was ever in the plan was told of `id`.
fn told(ledger: &Sqlite, id: &Slug, period: Period) -> Result<Vec<Told>, LedgerError> {
    let mut told = Vec::new();
    for receiver in &ledger.tail()?.outline.receivers {
        ledger.history(Whose::Receiver(receiver), period, &mut |_, entry| {
            if let Entry::Told(one) = entry
                && crate::notify::incident_of(&one.alert).as_ref() == Some(id)
            {
                told.push(one);
            }
            ControlFlow::Continue(())
        })?;
    }
    told.sort_by_key(|one| one.at);
    Ok(told)
}
