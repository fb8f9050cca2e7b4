//! How is it kept when nothing need outlast the process? In the simplest way there is: the other stores are held to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    path::PathBuf,
    sync::Arc,
};

use super::{
    Head, Hour, Ledger, LedgerError, Seq, Whose,
    chain::Body,
    history::{Place, pick},
    kept::kept,
};
use crate::{
    entry::{Entry, IncidentTurn, Tail},
    model::{Incident, Moment, Observation, Period, ProbeId, Slug},
};

/// A ledger that ends with the process.
#[derive(Debug, Default)]
pub struct Memory {
    entries: Vec<(Seq, Arc<Entry>)>,
    head: Head,
    newest: Option<Moment>,
    hours: BTreeMap<(ProbeId, Moment), Hour>,
    probes: BTreeSet<ProbeId>,
}

impl Memory {
    fn take(&mut self, entry: &Entry) {
        self.newest = self.newest.max(Some(entry.at()));
        self.probes.extend(probes_of(entry));
        let entry = match entry {
            Entry::Observed(look) => Entry::Observed(Box::new(self.count(kept(look)))),
            chained => chained.clone(),
        };
        self.entries.push((self.head.seq, Arc::new(entry)));
    }

    fn count(&mut self, look: Observation) -> Observation {
        let from = Hour::of(look.began);
        let hour = self.hours.entry((look.probe.clone(), from)).or_insert_with(|| Hour::new(from));
        hour.absorb(&look);
        look
    }

    /// Every incident as it stands now.
    fn all_incidents(&self) -> BTreeMap<&Slug, &Incident> {
        let mut all = BTreeMap::new();
        for (_, entry) in &self.entries {
            match &**entry {
                Entry::Incident(news) if news.what == IncidentTurn::Withdrawn => {
                    all.remove(&news.incident.id);
                }
                Entry::Incident(news) => {
                    all.insert(&news.incident.id, &news.incident);
                }
                _ => {}
            }
        }
        all
    }
}

impl Ledger for Memory {
    fn append(&mut self, entries: &[Arc<Entry>]) -> Result<(), LedgerError> {
        let mut head = self.head;
        let mut heads = Vec::with_capacity(entries.len());
        for entry in entries {
            if !matches!(**entry, Entry::Observed(_)) {
                head = head.plus(&Body::of(entry).map_err(|error| unwritable(&error))?.text);
            }
            heads.push(head);
        }
        for (entry, head) in entries.iter().zip(heads) {
            self.head = head;
            self.take(entry);
        }
        Ok(())
    }

    fn tail(&self) -> Result<Tail, LedgerError> {
        let mut tail = Tail::default();
        self.entries.iter().for_each(|(_, entry)| tail.absorb(entry));
        Ok(Tail { newest: self.newest, ..tail })
    }

    fn head(&self) -> Result<Head, LedgerError> {
        Ok(self.head)
    }

    fn entries(&self, after: Seq, each: super::EachEntry<'_>) -> Result<(), LedgerError> {
        let chained = |(_, entry): &&(Seq, Arc<Entry>)| !matches!(**entry, Entry::Observed(_));
        let chained = self.entries.iter().filter(chained).filter(|(seq, _)| *seq > after);
        let _ = tell(chained.cloned(), |(seq, entry)| each(seq, Entry::clone(&entry)));
        Ok(())
    }

    fn history(
        &self,
        whose: Whose<'_>,
        period: Period,
        each: super::EachEntry<'_>,
    ) -> Result<(), LedgerError> {
        let mut told = Vec::new();
        for (stream, rule) in whose.streams() {
            let placed = |(seq, entry): &(Seq, Arc<Entry>)| Some((Place::of(entry)?, (*seq, entry.clone())));
            let placed = self.entries.iter().filter_map(placed);
            told.extend(pick(rule, period, placed.filter(|(place, _)| place.stream == stream).collect()));
        }
        told.sort_by_key(|(seq, _)| *seq);
        let _ = tell(told, |(seq, entry)| each(seq, Entry::clone(&entry)));
        Ok(())
    }

    fn looks(
        &self,
        probe: Option<&ProbeId>,
        period: Period,
        each: super::EachLook<'_>,
    ) -> Result<(), LedgerError> {
        let wanted = |look: &&Observation| {
            period.contains(look.began) && probe.is_none_or(|probe| look.probe == *probe)
        };
        let looks = self.entries.iter().filter_map(|(_, entry)| look(entry));
        let mut looks: Vec<_> = looks.filter(wanted).collect();
        looks.sort_by(|a, b| (a.began, &a.probe).cmp(&(b.began, &b.probe)));
        let _ = tell(looks, |look| each(look.clone()));
        Ok(())
    }

    fn hours(&self, probe: &ProbeId, period: Period) -> Result<Vec<Hour>, LedgerError> {
        let range = (probe.clone(), period.from)..(probe.clone(), period.until);
        Ok(self.hours.range(range).map(|(_, hour)| hour.clone()).collect())
    }

    fn incidents(&self, period: Period) -> Result<Vec<Incident>, LedgerError> {
        let touches = |incident: &&&Incident| {
            let since = incident.since().filter(|since| *since < period.until);
            let ended = incident.until().is_some_and(|until| until <= period.from);
            since.is_some_and(|since| !ended || since >= period.from)
        };
        let all = self.all_incidents();
        let mut told: Vec<_> = all.values().filter(touches).map(|incident| (*incident).clone()).collect();
        told.sort_by(|a, b| (a.since(), &a.id).cmp(&(b.since(), &b.id)));
        Ok(told)
    }

    fn incident(&self, id: &Slug) -> Result<Option<Incident>, LedgerError> {
        Ok(self.all_incidents().get(id).copied().cloned())
    }

    fn probes(&self) -> Result<Vec<ProbeId>, LedgerError> {
        Ok(self.probes.iter().cloned().collect())
    }

    fn prune(&mut self, before: Moment) -> Result<u64, LedgerError> {
        let held = self.entries.len();
        self.entries.retain(|(_, entry)| look(entry).is_none_or(|look| look.began >= before));
        Ok((held - self.entries.len()) as u64)
    }

    fn renew(&mut self) -> Result<Option<PathBuf>, LedgerError> {
        *self = Self::default();
        Ok(None)
    }
}

fn look(entry: &Entry) -> Option<&Observation> {
    match entry {
        Entry::Observed(look) => Some(look),
        _ => None,
    }
}

fn tell<T>(all: impl IntoIterator<Item = T>, mut each: impl FnMut(T) -> ControlFlow<()>) -> ControlFlow<()> {
    all.into_iter().try_for_each(&mut each)
}

fn unwritable(error: &serde_json::Error) -> LedgerError {
    LedgerError::Store { file: "memory".into(), what: error.to_string() }
}

/// The probes that `entry` names for ever.
pub(super) fn probes_of(entry: &Entry) -> Vec<ProbeId> {
    match entry {
        Entry::Observed(look) => vec![look.probe.clone()],
        Entry::Changed(turn) => vec![turn.probe.clone()],
        Entry::Blip(blip) => vec![blip.probe.clone()],
        Entry::Gap(gap) => vec![gap.probe.clone()],
        Entry::ProbeRemoved { probe, .. } => vec![probe.clone()],
        Entry::Planned { outline, .. } => outline.probes.iter().map(|probe| probe.id.clone()).collect(),
        _ => Vec::new(),
    }
}
