//! `wardround status`: how is each service, since when, and does anybody look?

use std::process::ExitCode;

use clap::Args;
use jiff::tz::TimeZone;

use super::{say, stored::Stored, words};
use crate::{
    engine,
    ledger::{self, Ledger, Sqlite},
    model::{Maintenance, Moment, Slug, Suspect},
    serve::board::{Board, Open, Planned, ServiceStanding, Standing},
};

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    stored: Stored,
}

impl Status {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let tail = Sqlite::read(&self.stored.data)?.tail()?;
        let now = engine::wall();
        let running = ledger::is_in_use(&self.stored.data)?;
        let standing = Board::recover(&tail, Vec::new()).standing(running, now);
        if self.json {
            say(&serde_json::to_string_pretty(&standing)?)?;
        } else {
            say(told(&standing, now).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(standing: &Standing, now: Moment) -> String {
    let zone = &standing.zone();
    let mut text = header(standing, zone, now);
    let at = if standing.running { now } else { standing.newest.unwrap_or(now) };
    let rows = standing.services.iter().map(|service| row(service, zone, now, at)).collect();
    text += &words::table(&["SERVICE", "STATE", "SINCE", "FOR", "LAST LOOK", "WHY"], rows);
    text += "\n\n";
    if standing.incidents.is_empty() {
        text += "No incident is open.\n";
    }
    standing.incidents.iter().for_each(|open| text += &line(open, zone));
    standing.maintenance.iter().for_each(|work| text += &planned(work, zone));
    text
}

fn header(standing: &Standing, zone: &TimeZone, now: Moment) -> String {
    let newest = standing.newest.map_or_else(|| "never".into(), |newest| words::at(newest, zone));
    let site = &standing.site;
    let mut text = if standing.running {
        format!("{site}, {}\n\n", words::at(now, zone))
    } else {
        format!("{site}: NO AGENT IS RUNNING. This is how it was at {newest}; nobody has looked since.\n\n")
    };
    if let Some(since) = standing.cut_off {
        let since = words::at(since, zone);
        text += "THIS SITE IS CUT OFF since ";
        text += &since;
        text += ": no reference probe answers, so what cannot be reached is unknown, not down.\n\n";
    }
    text
}

/// The row of `service` at `now`, when what is remembered of it ends at `at`.
fn row(service: &ServiceStanding, zone: &TimeZone, now: Moment, at: Moment) -> Vec<String> {
    let since = service.since.map_or_else(String::new, |since| words::at(since, zone));
    let lasts = service.since.map_or_else(String::new, |since| words::lapse(at.since(since)));
    let ago = |look| format!("{} ago", words::lapse(now.since(look)));
    let last = service.last_look.map_or_else(|| "never".into(), ago);
    let why = service.worst();
    let why = why.map_or_else(String::new, |probe| format!("{}: {}", probe.probe, probe.words));
    vec![service.service.to_string(), service.state.label().to_uppercase(), since, lasts, last, why]
}

fn line(open: &Open, zone: &TimeZone) -> String {
    let Open { incident, known, .. } = open;
    let since = incident.since().map_or_else(String::new, |since| words::at(since, zone));
    let told = |one: &Suspect| (one.service.to_string(), words::at(one.since, zone));
    let suspects = words::suspects(&incident.suspects, told);
    let cause = incident.cause.as_ref();
    let cause = cause.map_or_else(String::new, |cause| format!(": {}: {}", cause.probe.probe, cause.words));
    format!("OPEN {} since {since}, {}{cause}{suspects}\n", incident.id, words::length(incident, *known))
}

/// The line of planned work.
pub(super) fn planned(work: &Planned, zone: &TimeZone) -> String {
    let Maintenance { id, services, reason, declared_by, .. } = &work.maintenance;
    let services: Vec<&str> = services.iter().map(Slug::as_str).collect();
    let when = if work.active { "MAINTENANCE now" } else { "maintenance" };
    let late = if work.late { ", announced late" } else { "" };
    let (from, until) = (words::at(work.period.from, zone), words::at(work.period.until, zone));
    format!("{when} {id} on {}: {from} to {until}: {reason} ({declared_by}{late})\n", services.join(", "))
}
