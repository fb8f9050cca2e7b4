//! `wardround incidents`: what went wrong, and what exactly was seen of it?

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{say, stored::Stored, within::Within, words};
use crate::{
    engine,
    entry::Told,
    ledger::{self, Ledger, Sqlite},
    model::{Incident, Moment, Note, Observation, Period, Run, Slug, Suspect},
    serve::past::{Dossier, dossier},
};

#[derive(Debug, Args)]
pub(super) struct Incidents {
    /// One incident in full, with the looks that showed it.
    #[arg(conflicts_with_all = ["period", "last"])]
    id: Option<Slug>,
    #[command(flatten)]
    within: Within,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    stored: Stored,
}

/// One incident and how long it was.
#[derive(Serialize)]
struct Shown<'i> {
    #[serde(flatten)]
    incident: &'i Incident,
    #[serde(flatten)]
    lasted: words::Lasted,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'i [Note],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    told: &'i [Told],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    looks: &'i [Observation],
}

/// What is needed to tell of incidents.
struct Teller {
    ledger: Sqlite,
    zone: TimeZone,
    /// Until when anything is known: nobody has looked since an agent that does not run.
    known: Moment,
}

impl Incidents {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let ledger = Sqlite::read(&self.stored.data)?;
        let tail = ledger.tail()?;
        let wall = engine::wall();
        let known = if ledger::is_in_use(&self.stored.data)? { wall } else { tail.newest.unwrap_or(wall) };
        let teller = Teller { ledger, zone: words::zone(&tail), known };
        let text = match &self.id {
            Some(id) => teller.one(id, self.json)?,
            None => teller.list(self.within.period(wall, &teller.zone)?, self.json)?,
        };
        say(text.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Teller {
    fn list(&self, period: Period, json: bool) -> anyhow::Result<String> {
        let incidents = self.ledger.incidents(period)?;
        if json {
            let told: Vec<Shown<'_>> = incidents.iter().map(|incident| self.shown(incident)).collect();
            return Ok(serde_json::to_string_pretty(&told)?);
        }
        if incidents.is_empty() {
            let (from, until) = (words::at(period.from, &self.zone), words::at(period.until, &self.zone));
            return Ok(format!("No incident from {from} to {until}."));
        }
        let rows = incidents.iter().map(|incident| self.row(incident)).collect();
        Ok(words::table(&["INCIDENT", "BEGAN", "LASTED", "RUNS", "CAUSE"], rows))
    }

    fn row(&self, incident: &Incident) -> Vec<String> {
        let began = incident.since().map_or_else(String::new, |since| words::at(since, &self.zone));
        let open = if incident.is_open() { "OPEN, " } else { "" };
        let lasted = format!("{open}{}", words::length(incident, self.known));
        vec![incident.id.to_string(), began, lasted, incident.runs.len().to_string(), self.cause(incident)]
    }

    fn one(&self, id: &Slug, json: bool) -> anyhow::Result<String> {
        let dossier = dossier(&self.ledger, id, self.known)?;
        let dossier = dossier
            .with_context(|| format!("there is no incident `{id}`; `wardround incidents` lists them"))?;
        let Dossier { incident, notes, told, looks, .. } = &dossier;
        if json {
            let shown = Shown { notes, told, looks, ..self.shown(incident) };
            return Ok(serde_json::to_string_pretty(&shown)?);
        }
        let lasted = if incident.is_open() { "OPEN, has lasted" } else { "lasted" };
        let head = [
            incident.id.to_string(),
            format!("{} of {}", incident.kind.label().replace('_', " "), incident.service),
            format!("{lasted} {}", words::length(incident, self.known)),
        ];
        let runs = incident.runs.iter().map(|run| self.run(run));
        let episode =
            (incident.episode != incident.id).then(|| format!("part of the episode {}", incident.episode));
        let foot =
            episode.into_iter().chain([format!("first shown by {}", self.cause(incident)), String::new()]);
        let rows = looks.iter().map(|look| self.look(look)).collect();
        let table = words::table(&["BEGAN", "PROBE", "WHY", "OUTCOME", "TOOK", "WORDS"], rows);
        let more = dossier.more.then(|| format!("Only the first {} looks are told here.", looks.len()));
        let people = self.people(&dossier);
        let text: Vec<String> =
            head.into_iter().chain(runs).chain(people).chain(foot).chain([table]).chain(more).collect();
        Ok(text.join("\n"))
    }

    /// What first showed it, and whom it may be owed to.
    fn cause(&self, incident: &Incident) -> String {
        let seen = incident.cause.as_ref();
        let seen =
            seen.map_or_else(|| "nothing".into(), |cause| format!("{}: {}", cause.probe.probe, cause.words));
        let told = |one: &Suspect| (one.service.to_string(), words::at(one.since, &self.zone));
        seen + &words::suspects(&incident.suspects, told)
    }

    fn run(&self, run: &Run) -> String {
        let at =
            |moment: Option<Moment>| moment.map_or_else(|| "not seen".into(), |at| words::at(at, &self.zone));
        let ended = match run.until {
            None => "still lasts".into(),
            Some(until) => {
                format!("until {} (last look that showed it: {})", words::at(until, &self.zone), at(run.last))
            }
        };
        let unseen = Duration::from_millis(run.unseen_ms);
        let unseen =
            if unseen.is_zero() { String::new() } else { format!(", {} of it unseen", words::lapse(unseen)) };
        let since = words::at(run.since, &self.zone);
        format!("from {since} (last look before it: {}) {ended}{unseen}", at(run.after))
    }

    fn look(&self, look: &Observation) -> Vec<String> {
        let took = format!("{:.1} ms", look.seen.timeline.total().as_secs_f64() * 1000.0);
        let why = format!("{:?}", look.why).to_lowercase();
        let outcome = look.seen.outcome.label().to_owned();
        vec![
            words::at(look.began, &self.zone),
            look.probe.probe.to_string(),
            why,
            outcome,
            took,
            look.seen.words(),
        ]
    }

    fn shown<'i>(&self, incident: &'i Incident) -> Shown<'i> {
        let lasted = words::Lasted::of(incident, self.known);
        Shown { incident, lasted, notes: &[], told: &[], looks: &[] }
    }

    /// Who was told when, and who wrote what, in order of time.
    fn people(&self, dossier: &Dossier) -> Vec<String> {
        let told = dossier.told.iter().map(|told| {
            let of = if told.resolved { "its end" } else { "it" };
            (told.at, format!("{} was told of {of}", told.receiver))
        });
        let notes = dossier.notes.iter().map(|note| {
            let acknowledged = if note.acknowledges { " acknowledged it" } else { "" };
            let words = note.words.replace('\n', " / ");
            let words = if words.is_empty() { words } else { format!(": {words}") };
            (note.at, format!("{}{acknowledged}{words}", note.by))
        });
        let mut lines: Vec<(Moment, String)> = told.chain(notes).collect();
        lines.sort_by_key(|(at, _)| *at);
        lines.into_iter().map(|(at, line)| format!("{} {line}", words::at(at, &self.zone))).collect()
    }
}
