//! What went wrong with a service, and what was planned?

use super::{
    pages::{Cell, Mark, Part, Side, Table},
    scene::Scene,
};
use crate::{
    model::{Blame, IncidentKind},
    report::{Happened, Kinds, ServiceReport, Work, words},
};

pub(super) fn incidents(scene: &Scene<'_>, service: &ServiceReport) -> Part {
    let columns = [
        ("Since", Side::Left),
        ("What", Side::Left),
        ("Lasted", Side::Right),
        ("At least to at most", Side::Right),
        ("Why, as far as it was seen", Side::Wide),
    ];
    let row = |one: &Happened| {
        let lasted = one.lasted;
        [
            scene.time(one.since).into(),
            kind(one.kind).into(),
            words::up(lasted.told).into(),
            format!("{} to {}", words::down(lasted.least), words::up(lasted.most)).into(),
            why(scene, one).into(),
        ]
    };
    let sums: Vec<String> = service.kinds.iter().map(sum).collect();
    let sums: Vec<&str> = sums.iter().map(String::as_str).collect();
    Part::text("Incidents", &sums)
        .or("None was seen.", Table::new(columns, service.incidents.iter().map(row)))
}

fn kind(of: IncidentKind) -> &'static str {
    match of {
        IncidentKind::Outage => "Outage",
        IncidentKind::Partial => "Part of it missing",
        IncidentKind::Degradation => "Degraded",
        IncidentKind::LossOfRedundancy => "At risk",
    }
}

/// `Outage: 3, in all 1 h 12 m; the longest 40 m, the median 20 m.`
fn sum(of: &Kinds) -> String {
    let [all, longest, median] = [of.all, of.longest, of.median].map(|one| words::up(one.told));
    match of.count {
        1 => format!("{}: one, {all}.", kind(of.kind)),
        count => {
            format!("{}: {count}, in all {all}; the longest {longest}, the median {median}.", kind(of.kind))
        }
    }
}

fn why(scene: &Scene<'_>, one: &Happened) -> String {
    let cause = one.cause.as_ref().map(|cause| format!("{}, seen by {}.", cause.words, cause.probe));
    let suspects: Vec<_> = one.suspects.iter().map(|suspect| suspect.service.as_str()).collect();
    let told = [
        cause,
        (!suspects.is_empty()).then(|| format!("Suspected: {}, down already.", suspects.join(", "))),
        match &one.blame {
            Blame::Other(service) if suspects.is_empty() => Some(format!("Put down to {service}.")),
            _ => None,
        },
        (one.runs > 1).then(|| format!("In {} runs.", one.runs)),
        (!one.planned.is_zero()).then(|| format!("{} of it within planned work.", words::up(one.planned))),
        one.began_before.then(|| "Began before the period; only its part within is counted.".to_owned()),
        one.goes_on.then(|| "Went on after the period, at whose end it is cut off.".to_owned()),
        one.told.map(|at| format!("On-call was told at {}.", scene.time(at))),
    ];
    told.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

pub(super) fn works(scene: &Scene<'_>, service: &ServiceReport) -> Part {
    let columns = [
        ("From", Side::Left),
        ("Until", Side::Left),
        ("Announced", Side::Left),
        ("What for", Side::Wide),
        ("By whom", Side::Wide),
    ];
    let row = |work: &Work| {
        let announced = if work.window.late {
            Cell::Marked { text: "Late: excludes nothing", mark: Mark::Bad }
        } else {
            Cell::Marked { text: "In time", mark: Mark::Good }
        };
        let period = work.window.period;
        [
            scene.time(period.from).into(),
            scene.time(period.until).into(),
            announced,
            (&work.reason).into(),
            (&work.declared_by).into(),
        ]
    };
    Part::text("Planned work", &[])
        .or("None was announced.", Table::new(columns, service.maintenance.iter().map(row)))
}
