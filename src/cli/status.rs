//! `wardround status`: how is each service, since when, and does anybody look?

use std::{process::ExitCode, time::Duration};

use clap::Args;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{say, stored::Stored, words};
use crate::{
    engine,
    entry::{LastSeen, Tail},
    judge::Timetable,
    ledger::{self, Ledger, Sqlite},
    model::{Incident, Maintenance, Moment, Period, ServiceOutline, ServiceState, Slug, State},
};

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    stored: Stored,
}

/// How everything stands, by what is remembered.
#[derive(Serialize)]
struct Standing {
    /// The vantage point.
    site: String,
    /// Whether an agent writes to the ledger now. If none does, all that follows is of `newest`.
    running: bool,
    /// When the newest entry was known.
    newest: Option<Moment>,
    /// Since when this site is cut off.
    cut_off: Option<Moment>,
    services: Vec<ServiceStanding>,
    incidents: Vec<Open>,
    maintenance: Vec<Planned>,
}

#[derive(Serialize)]
struct ServiceStanding {
    service: Slug,
    title: String,
    state: ServiceState,
    since: Option<Moment>,
    last_look: Option<Moment>,
    probes: Vec<ProbeStanding>,
}

#[derive(Serialize)]
struct ProbeStanding {
    probe: Slug,
    state: State,
    since: Option<Moment>,
    last_look: Option<Moment>,
    /// What the last look was.
    outcome: Option<&'static str>,
    /// Why it was not up; empty if it was.
    words: String,
}

#[derive(Serialize)]
struct Open {
    #[serde(flatten)]
    incident: Incident,
    /// In milliseconds, by the looks that showed it.
    lasted_ms: u128,
}

#[derive(Serialize)]
struct Planned {
    #[serde(flatten)]
    maintenance: Maintenance,
    /// The occurrence under way, or the next.
    period: Period,
    /// Whether it is under way.
    active: bool,
    /// Whether the ledger learned of it only after it had begun.
    late: bool,
}

impl Status {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let tail = Sqlite::read(&self.stored.data)?.tail()?;
        let now = engine::wall();
        let standing = standing(&tail, ledger::is_in_use(&self.stored.data)?, now);
        if self.json {
            say(&serde_json::to_string_pretty(&standing)?)?;
        } else {
            say(standing.told(&words::zone(&tail), now).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn standing(tail: &Tail, running: bool, now: Moment) -> Standing {
    let open = tail.incidents.values().filter(|incident| incident.is_open());
    let at = if running { now } else { tail.newest.unwrap_or(now) };
    Standing {
        site: tail.outline.site.clone(),
        running,
        newest: tail.newest,
        cut_off: tail.cut_off,
        services: tail.outline.services.iter().map(|outline| service(tail, outline)).collect(),
        incidents: open
            .map(|incident| Open {
                incident: incident.clone(),
                lasted_ms: incident.length(at).told.as_millis(),
            })
            .collect(),
        maintenance: tail
            .maintenance
            .values()
            .filter_map(|(known, work)| planned(work, *known, now))
            .collect(),
    }
}

fn service(tail: &Tail, outline: &ServiceOutline) -> ServiceStanding {
    let turn = tail.services.get(&outline.id);
    let of = tail.outline.probes.iter().filter(|probe| probe.id.service == outline.id);
    let probes: Vec<ProbeStanding> =
        of.map(|probe| seen(probe.id.probe.clone(), tail.probes.get(&probe.id))).collect();
    ServiceStanding {
        service: outline.id.clone(),
        title: outline.title.clone(),
        state: turn.map_or(ServiceState::Unknown, |turn| turn.to),
        since: turn.map(|turn| turn.since),
        last_look: probes.iter().filter_map(|probe| probe.last_look).max(),
        probes,
    }
}

fn seen(probe: Slug, seen: Option<&LastSeen>) -> ProbeStanding {
    let turn = seen.and_then(|seen| seen.turn.as_ref());
    let look = seen.and_then(|seen| seen.looks.back());
    ProbeStanding {
        probe,
        state: turn.map_or(State::Unknown, |turn| turn.to),
        since: turn.map(|turn| turn.since),
        last_look: look.map(|look| look.began),
        outcome: look.map(|look| look.seen.outcome.label()),
        words: look.map_or_else(String::new, |look| look.seen.words()),
    }
}

fn planned(work: &Maintenance, known: Moment, now: Moment) -> Option<Planned> {
    let timetable = Timetable::of(&work.when);
    let active = timetable.active_at(now);
    let period = match active {
        Some(period) => period,
        None => timetable.active_at(timetable.next_boundary(now)?)?,
    };
    let late = known > period.from;
    Some(Planned { maintenance: work.clone(), period, active: active.is_some(), late })
}

impl Standing {
    fn told(&self, zone: &TimeZone, now: Moment) -> String {
        let mut text = self.header(zone, now);
        let rows = self.services.iter().map(|service| service.row(zone, now)).collect();
        text += &words::table(&["SERVICE", "STATE", "SINCE", "FOR", "LAST LOOK", "WHY"], rows);
        text += "\n\n";
        text += &self.open(zone);
        for planned in &self.maintenance {
            text += &planned.line(zone);
        }
        text
    }

    fn header(&self, zone: &TimeZone, now: Moment) -> String {
        let newest = self.newest.map_or_else(|| "never".into(), |newest| words::at(newest, zone));
        let mut text = if self.running {
            format!("{}, {}\n\n", self.site, words::at(now, zone))
        } else {
            format!(
                "{}: NO AGENT IS RUNNING. This is how it was at {newest}; nobody has looked since.\n\n",
                self.site
            )
        };
        if let Some(since) = self.cut_off {
            let since = words::at(since, zone);
            text += "THIS SITE IS CUT OFF: what cannot be reached is unknown since ";
            text += &since;
            text += ".\n\n";
        }
        text
    }

    fn open(&self, zone: &TimeZone) -> String {
        if self.incidents.is_empty() {
            return "No incident is open.\n".into();
        }
        self.incidents.iter().map(|open| open.line(zone)).collect()
    }
}

impl ServiceStanding {
    fn row(&self, zone: &TimeZone, now: Moment) -> Vec<String> {
        let known = |at: Option<Moment>| at.map_or_else(|| "never".into(), |at| words::at(at, zone));
        let lasts = self.since.map_or_else(String::new, |since| words::lapse(now.since(since)));
        let last = self
            .last_look
            .map_or_else(|| "never".into(), |look| format!("{} ago", words::lapse(now.since(look))));
        vec![
            self.service.to_string(),
            self.state.label().to_uppercase(),
            known(self.since),
            lasts,
            last,
            self.why(),
        ]
    }

    /// What the first probe says that is not well.
    fn why(&self) -> String {
        let ill = self.probes.iter().filter(|probe| probe.state != State::Up && !probe.words.is_empty());
        ill.map(|probe| format!("{}: {}", probe.probe, probe.words)).next().unwrap_or_default()
    }
}

impl Open {
    fn line(&self, zone: &TimeZone) -> String {
        let Self { incident, lasted_ms } = self;
        let since = incident.since().map_or_else(String::new, |since| words::at(since, zone));
        let lasted = words::lapse(Duration::from_millis(u64::try_from(*lasted_ms).unwrap_or(u64::MAX)));
        let suspects = incident
            .suspects
            .iter()
            .map(|one| format!(", with {} down since {}", one.service, words::at(one.since, zone)));
        let suspects: String = suspects.collect();
        let cause = incident
            .cause
            .as_ref()
            .map_or_else(String::new, |cause| format!(": {}: {}", cause.probe, cause.words));
        format!("OPEN {} since {since} ({lasted}){suspects}{cause}\n", incident.id)
    }
}

impl Planned {
    fn line(&self, zone: &TimeZone) -> String {
        let Maintenance { id, services, reason, declared_by, .. } = &self.maintenance;
        let services: Vec<&str> = services.iter().map(Slug::as_str).collect();
        let when = if self.active { "MAINTENANCE now" } else { "maintenance" };
        let late = if self.late { ", announced late" } else { "" };
        let (from, until) = (words::at(self.period.from, zone), words::at(self.period.until, zone));
        format!("{when} {id} on {}: {from} to {until}: {reason} ({declared_by}{late})\n", services.join(", "))
    }
}
