//! `wardround status`: how is each service, since when, and does anybody look?

use std::{cmp::Reverse, process::ExitCode};

use clap::Args;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{say, stored::Stored, words};
use crate::{
    engine,
    entry::{GapReason, LastSeen, Tail},
    judge::Timetable,
    ledger::{self, Ledger, Sqlite},
    model::{Incident, Maintenance, Moment, Period, ServiceOutline, ServiceState, Slug, State, Suspect},
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
    /// Why the probe is not up; empty if it is.
    words: String,
}

#[derive(Serialize)]
struct Open {
    #[serde(flatten)]
    incident: Incident,
    #[serde(flatten)]
    lasted: words::Lasted,
    #[serde(skip)]
    known: Moment,
}

/// Planned work, and when it is next.
#[derive(Serialize)]
pub(super) struct Planned {
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
    let mut services: Vec<_> = tail.outline.services.iter().map(|outline| service(tail, outline)).collect();
    services.sort_by_key(|service| Reverse(badness(service.state)));
    Standing {
        site: tail.outline.site.clone(),
        running,
        newest: tail.newest,
        cut_off: tail.cut_off,
        services,
        incidents: open.map(|incident| Open::new(incident, at)).collect(),
        maintenance: works(tail, now),
    }
}

/// The higher, the sooner somebody should know.
fn badness(state: ServiceState) -> u8 {
    match state {
        ServiceState::Up => 0,
        ServiceState::AtRisk => 1,
        ServiceState::Unknown => 2,
        ServiceState::Degraded => 3,
        ServiceState::Partial => 4,
        ServiceState::Down => 5,
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
    let state = turn.map_or(State::Unknown, |turn| turn.to);
    ProbeStanding {
        probe,
        state,
        since: turn.map(|turn| turn.since),
        last_look: look.map(|look| look.began),
        outcome: look.map(|look| look.seen.outcome.label()),
        words: if state == State::Up { String::new() } else { why(seen) },
    }
}

/// Why a probe that is not up is not.
fn why(seen: Option<&LastSeen>) -> String {
    let Some(look) = seen.and_then(|seen| seen.looks.back()) else { return "not looked at yet".into() };
    if let Some(gap) = seen.and_then(|seen| seen.gap.as_ref()) {
        return format!("{} looks missed: {}", gap.missed, missed(gap.reason));
    }
    let words = look.seen.words();
    if words.is_empty() { "the last look was good, and is not confirmed yet".into() } else { words }
}

fn missed(reason: GapReason) -> &'static str {
    match reason {
        GapReason::Stalled => "the machine was held up",
        GapReason::Overlap => "the look before was still under way",
        GapReason::Capped => "too many looks were under way",
        GapReason::ClockStepped => "the clock was set, or the machine slept",
        GapReason::NotRunning => "the agent did not run",
        GapReason::NotRemembered => "the ledger could not take them in",
    }
}

/// Planned work that is under way or still to come.
pub(super) fn works(tail: &Tail, now: Moment) -> Vec<Planned> {
    let works = tail.maintenance.values();
    works.filter_map(|(known, work)| planned(work, *known, now)).collect()
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
        let at = if self.running { now } else { self.newest.unwrap_or(now) };
        let rows = self.services.iter().map(|service| service.row(zone, now, at)).collect();
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
            text += "THIS SITE IS CUT OFF since ";
            text += &since;
            text += ": no reference probe answers, so what cannot be reached is unknown, not down.\n\n";
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
    /// Its row at `now`, when what is remembered of it ends at `at`.
    fn row(&self, zone: &TimeZone, now: Moment, at: Moment) -> Vec<String> {
        let since = self.since.map_or_else(String::new, |since| words::at(since, zone));
        let lasts = self.since.map_or_else(String::new, |since| words::lapse(at.since(since)));
        let last = self
            .last_look
            .map_or_else(|| "never".into(), |look| format!("{} ago", words::lapse(now.since(look))));
        vec![self.service.to_string(), self.state.label().to_uppercase(), since, lasts, last, self.why()]
    }

    /// What the worst probe says.
    fn why(&self) -> String {
        let ill = self.probes.iter().rev().filter(|probe| probe.state != State::Up);
        let worst = ill.max_by_key(|probe| (probe.state == State::Down, probe.state == State::Degraded));
        let worst = worst.filter(|_| self.state != ServiceState::Up);
        worst.map_or_else(String::new, |probe| format!("{}: {}", probe.probe, probe.words))
    }
}

impl Open {
    /// An open incident, of which is known until `at`.
    fn new(incident: &Incident, at: Moment) -> Self {
        Self { incident: incident.clone(), lasted: words::Lasted::of(incident, at), known: at }
    }

    fn line(&self, zone: &TimeZone) -> String {
        let Self { incident, known, .. } = self;
        let since = incident.since().map_or_else(String::new, |since| words::at(since, zone));
        let told = |one: &Suspect| (one.service.to_string(), words::at(one.since, zone));
        let suspects = words::suspects(&incident.suspects, told);
        let cause = incident.cause.as_ref();
        let cause =
            cause.map_or_else(String::new, |cause| format!(": {}: {}", cause.probe.probe, cause.words));
        format!("OPEN {} since {since}, {}{cause}{suspects}\n", incident.id, words::length(incident, *known))
    }
}

impl Planned {
    pub(super) fn line(&self, zone: &TimeZone) -> String {
        let Maintenance { id, services, reason, declared_by, .. } = &self.maintenance;
        let services: Vec<&str> = services.iter().map(Slug::as_str).collect();
        let when = if self.active { "MAINTENANCE now" } else { "maintenance" };
        let late = if self.late { ", announced late" } else { "" };
        let (from, until) = (words::at(self.period.from, zone), words::at(self.period.until, zone));
        format!("{when} {id} on {}: {from} to {until}: {reason} ({declared_by}{late})\n", services.join(", "))
    }
}
