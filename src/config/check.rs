//! How do the trees of all files become one plan?

use std::{path::Path, time::Duration};

use jiff::tz::TimeZone;

use super::{
    calendars::Calendars,
    depends,
    desk::Desk,
    except::Holidays,
    gather::{Sheet, gather},
    guard,
    maintenance::{self, RawMaintenance, Setting},
    modules::{self, RawModules},
    pace::{Pace, count, lapse},
    plan::{Limits, Plan},
    reports::Reports,
    serve::Serving,
    services::{Found, Rules, slug, stand_in},
    shapes::{RawLimits, RawMain, RawPart, RawResolver},
    tiers::Tiers,
};
use crate::{
    model::{Calendar, Links, Maintenance, Slug},
    notify::{RawReceiver, RawSite, Receiver, Site},
    raw::{Door, Entries, Field, OneOrMany, Problem, Problems, Value},
};

/// How long looks are kept unless it is said.
const KEEP: Duration = Duration::from_hours(35 * 24);

/// Checks the main file, whose bytes are `bytes`, and all that it includes.
pub(super) fn check(mut desk: Desk<'_>, path: &Path, bytes: &[u8]) -> Result<Plan, Problems> {
    let sheets = gather(&mut desk, path, bytes);
    if let Some(main) = sheets.first().filter(|main| main.node.value == Value::Null) {
        let problem = Problem::new(main.node.span, "this file says nothing");
        desk.problems.push(problem.cure("write at least `site` and `services`"));
        return Err(desk.clear().1);
    }
    let plan = sheets.split_first().and_then(|(main, rest)| plan(main, rest, &mut desk));
    if let Some(main) = sheets.first() {
        guard::patients(main, &mut desk);
    }
    let (digest, problems) = desk.clear();
    match plan {
        Some(plan) if problems.is_empty() => Ok(Plan { digest, warnings: problems.warnings(), ..plan }),
        _ => Err(problems),
    }
}

fn plan(main: &Sheet, rest: &[Sheet], desk: &mut Desk<'_>) -> Option<Plan> {
    let raw = desk.door(&main.base).read_beside::<RawMain>(&main.node, &["services"]);
    let mut book = Book::default();
    let head = raw.map(|raw| book.main(raw, &mut desk.door(&main.base)));
    for sheet in rest {
        book.part(sheet, &mut desk.door(&sheet.base));
    }
    let pace = head.as_ref().map(|head| head.pace.clone()).unwrap_or_default();
    for sheet in std::iter::once(main).chain(rest) {
        let mut rules = Rules { base: &sheet.base, pace: &pace, calendars: &mut book.calendars };
        book.found.take_in(&sheet.node, &mut rules, desk);
    }
    let zone = head.as_ref().map_or(TimeZone::UTC, |head| head.zone.clone());
    let Closed { found, calendars, maintenance } = book.close(&zone, main, desk);
    let head = head?;
    let modules = modules::read(head.modules, &found.probes, &head.resolver, &main.base, desk);
    Some(Plan {
        site: head.site?,
        zone,
        services: found.services,
        probes: found.probes,
        calendars,
        maintenance,
        links: head.links,
        keep: head.keep,
        limits: head.limits,
        resolver: head.resolver,
        serve: head.serve,
        receivers: head.receivers,
        reports: head.reports,
        sites: head.sites,
        modules,
        digest: String::new(),
        warnings: String::new(),
    })
}

/// What only the main file says.
struct Head {
    site: Option<Slug>,
    zone: TimeZone,
    keep: Duration,
    links: Links,
    pace: Pace,
    limits: Limits,
    resolver: Vec<std::net::SocketAddr>,
    serve: Serving,
    receivers: Vec<Receiver>,
    reports: Option<Reports>,
    sites: Vec<Site>,
    modules: Option<Field<RawModules>>,
}

/// What all files say together.
#[derive(Default)]
struct Book {
    calendars: Calendars,
    holidays: Holidays,
    maintenance: Vec<Field<RawMaintenance>>,
    tiers: Tiers,
    found: Found,
}

impl Book {
    fn main(&mut self, raw: RawMain, door: &mut Door<'_>) -> Head {
        self.calendars.take_in(raw.calendars, door);
        self.holidays.take_in(raw.holidays, door);
        self.maintenance.extend(raw.maintenance.and_then(Field::good).unwrap_or_default());
        self.tiers = Tiers::read(raw.tiers);
        let limits = limits(raw.limits.and_then(Field::good), door);
        Head {
            site: raw.site.good(),
            zone: raw.timezone.and_then(Field::good).map_or(TimeZone::UTC, |zone| zone.0),
            keep: lapse(raw.ledger.and_then(Field::good).and_then(|ledger| ledger.keep), door)
                .map_or(KEEP, |(keep, _)| keep),
            links: raw.links.and_then(Field::good).map(|links| links.checked(door)).unwrap_or_default(),
            pace: Pace::default()
                .but(raw.defaults.and_then(Field::good).unwrap_or_default(), door)
                .no_more_often(limits.clinical_interval),
            limits,
            resolver: servers(raw.resolver.and_then(Field::good), door),
            serve: raw
                .serve
                .and_then(|raw| Some((raw.span(), raw.good()?)))
                .map(|(at, raw)| raw.checked(at, door))
                .unwrap_or_default(),
            receivers: receivers(raw.notify.and_then(Field::good), door),
            reports: raw.reports.and_then(Field::good).and_then(|reports| reports.checked(door)),
            sites: sites(raw.sites.and_then(Field::good), door),
            modules: raw.modules,
        }
    }

    fn part(&mut self, sheet: &Sheet, door: &mut Door<'_>) {
        for (key, _) in sheet.node.entries().unwrap_or_default() {
            if RawPart::MAIN_ONLY.contains(&key.text.as_str()) {
                let message = format!("`{}` belongs in the main file, not in one that is included", key.text);
                door.problem(key.span, message, "move it there");
            }
        }
        let beside: Vec<&str> = RawPart::MAIN_ONLY.into_iter().chain(["services"]).collect();
        let Some(raw) = door.read_beside::<RawPart>(&sheet.node, &beside) else { return };
        self.calendars.take_in(raw.calendars, door);
        self.holidays.take_in(raw.holidays, door);
        self.maintenance.extend(raw.maintenance.and_then(Field::good).unwrap_or_default());
    }

    /// Checks what can be checked only now that everything was read.
    fn close(self, zone: &TimeZone, main: &Sheet, desk: &mut Desk<'_>) -> Closed {
        let Self { calendars, holidays, maintenance, tiers, mut found } = self;
        depends::check(&found, &mut desk.problems);
        if !found.any && main.node.entries().is_some() {
            let problem = Problem::new(main.node.span, "there is nothing to watch");
            desk.problems.push(problem.cure("add `services:` with at least one service"));
        }
        let mut door = desk.door(&main.base);
        tiers.apply(&mut found.services, &mut door);
        let services: Vec<&str> = found.services.iter().map(|service| service.id.as_str()).collect();
        let setting = Setting { services: &services, holidays: &holidays, zone };
        let maintenance = maintenance::check(maintenance, &setting, &mut door);
        Closed { calendars: calendars.close(&holidays, &mut door), maintenance, found }
    }
}

/// What all files say together, checked.
struct Closed {
    found: Found,
    calendars: Vec<Calendar>,
    maintenance: Vec<Maintenance>,
}

fn limits(raw: Option<RawLimits>, door: &mut Door<'_>) -> Limits {
    let Some(raw) = raw else { return Limits::default() };
    let standard = Limits::default();
    Limits {
        in_flight: count(raw.in_flight, door).map_or(standard.in_flight, |count| count as usize),
        per_host: count(raw.per_host, door).map_or(standard.per_host, |count| count as usize),
        clinical_per_host: count(raw.clinical_per_host, door)
            .map_or(standard.clinical_per_host, |count| count as usize),
        clinical_interval: lapse(raw.clinical_interval, door)
            .map_or(standard.clinical_interval, |(lapse, _)| lapse),
    }
}

fn receivers(raw: Option<Entries<RawReceiver>>, door: &mut Door<'_>) -> Vec<Receiver> {
    let entries = raw.map_or(Vec::new(), |entries| entries.0);
    let checked = entries.into_iter().filter_map(|(key, raw)| {
        let name = slug(&key, door).or_else(|| stand_in(&key));
        Receiver::parse(name?, key.span, raw.good()?, door)
    });
    checked.collect()
}

fn sites(raw: Option<Entries<RawSite>>, door: &mut Door<'_>) -> Vec<Site> {
    let entries = raw.map_or(Vec::new(), |entries| entries.0);
    let checked = entries.into_iter().filter_map(|(key, raw)| {
        let name = slug(&key, door).or_else(|| stand_in(&key));
        Site::parse(name?, raw.good()?, door)
    });
    checked.collect()
}

fn servers(raw: Option<RawResolver>, door: &mut Door<'_>) -> Vec<std::net::SocketAddr> {
    let Some(field) = raw.and_then(|raw| raw.servers) else { return Vec::new() };
    let span = field.span();
    let none = field.get().is_some_and(|servers| servers.0.is_empty());
    if none {
        door.problem(span, "no name server is named", "name at least one, or leave `resolver` out");
    }
    field.good().map_or(Vec::new(), OneOrMany::good).into_iter().map(|server| server.0).collect()
}
