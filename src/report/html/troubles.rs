//! What went wrong with a service, and what was planned?

use super::{
    scene::Scene,
    table::{Cell, Table},
};
use crate::{
    model::{Blame, IncidentKind},
    report::{Bounds, Happened, ServiceReport, words},
};

pub(super) fn incidents(scene: &Scene<'_>, service: &ServiceReport) -> String {
    let heads = ["Began", "Ended", "What", "Lasted", "Cause, as first seen", "To be known of it"];
    let table = Table::new("Incidents, by when they began", &heads);
    let rows = service.incidents.iter().fold(table, |table, one| {
        table.row([
            scene.time(one.since).into(),
            scene.until(one.until).into(),
            kind(one.kind).into(),
            Cell::number(lasted(one.lasted)),
            one.cause
                .as_ref()
                .map_or_else(|| "–".to_owned(), |it| format!("{}: {}", it.probe, it.words))
                .into(),
            Some(notes(one).join("; ")).filter(|it| !it.is_empty()).unwrap_or_else(|| "–".to_owned()).into(),
        ])
    });
    kinds(service) + &rows.or("Nothing went wrong that was confirmed.")
}

fn kinds(service: &ServiceReport) -> String {
    let heads = ["Kind", "How many", "All together", "Longest", "Median"];
    let table = Table::new("Incidents by kind", &heads);
    let rows = service.kinds.iter().fold(table, |table, of| {
        let times = [of.all, of.longest, of.median].map(|it| Cell::number(lasted(it)));
        table.row([kind(of.kind).into(), Cell::number(of.count)].into_iter().chain(times))
    });
    if service.kinds.is_empty() { String::new() } else { rows.html() }
}

/// `42 m 10 s (41 m 40 s to 42 m 40 s)`.
fn lasted(Bounds { told, least, most }: Bounds) -> String {
    match (words::up(told), words::down(least), words::up(most)) {
        (told, least, most) if least == most => told,
        (told, least, most) => format!("{told} ({least} to {most})"),
    }
}

fn kind(of: IncidentKind) -> &'static str {
    match of {
        IncidentKind::Outage => "Outage",
        IncidentKind::Partial => "Some functions missing",
        IncidentKind::Degradation => "Degradation",
        IncidentKind::LossOfRedundancy => "Loss of redundancy",
    }
}

fn notes(one: &Happened) -> Vec<String> {
    let began = one.began_before.then(|| "began before this period".to_owned());
    let goes_on = one.goes_on.then(|| match one.until {
        Some(_) => "went on after this period".to_owned(),
        None => "was not over when this was written".to_owned(),
    });
    let runs = (one.runs > 1).then(|| format!("came back {} times", one.runs - 1));
    let planned =
        (!one.planned.is_zero()).then(|| format!("{} of it during planned work", words::down(one.planned)));
    let blame = match &one.blame {
        Blame::Other(service) => Some(format!("{service} was down, on which it depends")),
        Blame::Own | Blame::Pending => None,
    };
    [began, goes_on, runs, planned, blame].into_iter().flatten().collect()
}

pub(super) fn blips(service: &ServiceReport) -> String {
    let blips = service.blips;
    let (looks, suspect) = (blips.looks, words::up(blips.suspect));
    match blips.count {
        0 => "No look failed that was not confirmed.".to_owned(),
        1 => format!(
            "There was one blip, of {suspect}: a good look came before it was confirmed, and its time counts as up."
        ),
        count => format!(
            "There were {count} blips, of {looks} bad looks and {suspect} in all: good looks came before they were confirmed, and \
             their time counts as up."
        ),
    }
}

pub(super) fn maintenance(scene: &Scene<'_>, service: &ServiceReport) -> String {
    let heads = ["From", "Until", "What for", "Announced by", "Announced"];
    let table = Table::new("Planned work", &heads);
    let rows = service.maintenance.iter().fold(table, |table, work| {
        let (text, class) = if work.window.late {
            ("late: it excludes nothing", "missed")
        } else {
            ("in time: left out", "")
        };
        table.row([
            scene.time(work.window.period.from).into(),
            scene.time(work.window.period.until).into(),
            work.reason.as_str().into(),
            work.declared_by.as_str().into(),
            Cell { text: text.to_owned(), class, link: None },
        ])
    });
    rows.or("No work was planned.")
}
