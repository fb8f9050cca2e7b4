//! `wardround replay`: what would have been told under another policy?

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{
    Configured,
    fold::{self, Fold},
    say,
    stored::Stored,
    within::Within,
    words,
};
use crate::{
    engine,
    entry::{Entry, IncidentTurn},
    ledger::{Ledger, Sqlite},
    model::{Incident, IncidentKind, Moment, Period, Slug},
};

/// Folds the looks that are remembered under the policy of a configuration: its `confirm`, `slow`, impacts, groups and
/// dependencies. How often it looks, and with which expectations, cannot be changed afterwards.
#[derive(Debug, Args)]
pub(super) struct Replay {
    #[command(flatten)]
    configured: Configured,
    #[command(flatten)]
    within: Within,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    stored: Stored,
}

/// What would have been told, and what was.
#[derive(Serialize)]
struct Replayed {
    period: Period,
    /// How many looks were folded.
    looks: u64,
    /// How many incidents of each kind there would have been, and how many there were.
    kinds: BTreeMap<IncidentKind, (usize, usize)>,
    incidents: Vec<Told>,
    #[serde(skip)]
    zone: TimeZone,
}

/// An incident that would have been told.
#[derive(Clone, Serialize)]
struct Told {
    #[serde(flatten)]
    incident: Incident,
    /// When it would have been told.
    told: Moment,
}

impl Replay {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.configured.load()?;
        let ledger = Sqlite::read(&self.stored.data)?;
        let period = self.within.period(engine::wall(), plan.zone())?;
        let mut fold = Fold::new(&plan, period.from);
        let mut incidents: BTreeMap<Slug, Told> = BTreeMap::new();
        let looks = fold::remembered(&mut fold, &ledger, period, |entry| hear(entry, &mut incidents))?;
        let mut incidents: Vec<Told> = incidents.into_values().collect();
        incidents.sort_by_key(|told| told.incident.since());
        let kinds = kinds(&incidents, &ledger.incidents(period)?);
        let replayed = Replayed { period, looks, kinds, incidents, zone: plan.zone().clone() };
        let text = if self.json { serde_json::to_string_pretty(&replayed)? } else { replayed.text() };
        say(text.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn hear(entry: Entry, incidents: &mut BTreeMap<Slug, Told>) {
    let Entry::Incident(news) = entry else { return };
    let (id, told) = (news.incident.id.clone(), news.at);
    if news.what == IncidentTurn::Withdrawn {
        incidents.remove(&id);
        return;
    }
    let told = incidents.get(&id).map_or(told, |before| before.told);
    incidents.insert(id, Told { incident: news.incident, told });
}

fn kinds(would: &[Told], was: &[Incident]) -> BTreeMap<IncidentKind, (usize, usize)> {
    let count = |kind: IncidentKind| {
        let would = would.iter().filter(|told| told.incident.kind == kind).count();
        (kind, (would, was.iter().filter(|incident| incident.kind == kind).count()))
    };
    IncidentKind::ALL.into_iter().map(count).collect()
}

impl Replayed {
    fn text(&self) -> String {
        let (from, until) =
            (words::at(self.period.from, &self.zone), words::at(self.period.until, &self.zone));
        let head = format!("{} looks from {from} to {until}, folded under this configuration:", self.looks);
        let kinds = self
            .kinds
            .iter()
            .map(|(kind, (would, was))| vec![kind.label().to_owned(), would.to_string(), was.to_string()]);
        let kinds = words::table(&["KIND", "WOULD HAVE BEEN TOLD", "WAS TOLD"], kinds.collect());
        let rows = self.incidents.iter().map(|told| self.row(told)).collect();
        let incidents = words::table(&["INCIDENT", "BEGAN", "TOLD AFTER", "LASTED", "RUNS"], rows);
        let incidents = if self.incidents.is_empty() { String::new() } else { incidents };
        [head, kinds, incidents].join("\n\n")
    }

    fn row(&self, Told { incident, told }: &Told) -> Vec<String> {
        let since = incident.since().unwrap_or(*told);
        let lasted = words::length(incident, self.period.until);
        let after = words::lapse(told.since(since));
        vec![
            incident.id.to_string(),
            words::at(since, &self.zone),
            after,
            lasted,
            incident.runs.len().to_string(),
        ]
    }
}
