//! How was it worked out, and what was not measured?

use super::{
    pages::{Cell, Part, Side, Table},
    scene::Scene,
};
use crate::{
    model::Period,
    report::{InForce, Lost, SiteReport, words},
};

pub(super) fn method(scene: &Scene<'_>) -> Vec<Part> {
    let sites = scene.report.sites.iter();
    let quality = sites.flat_map(|site| [quality(scene, site), plans(scene, site)]);
    definitions().into_iter().chain([made(scene)]).chain(quality).collect()
}

fn definitions() -> Vec<Part> {
    let formula = format!("An estimate: {}.", Lost::FORMULA);
    let merged = crate::model::Incident::MERGED_WITHIN.as_secs() / 60;
    let incident = format!(
        "One run of one state of a service; runs at most {merged} minutes apart are one. It is known only between looks, so each \
         length is told with the least and the most that it can have been."
    );
    vec![
        Part::text(
            "What is measured",
            &[
                "Each service is looked at on a schedule, the way its users reach it. A state begins with the first look that showed it \
             and lasts until the first that showed another; what one bad look shows is believed once further looks confirm it. A \
             failure that was over before counts as up, and is told as a blip.",
                "Time, not looks, is counted: every period is split into seven parts that sum to it. Up: everything worked. At risk: what \
             stands in for a part was gone. Degraded: it worked, but badly. Partial: a function was missing. Down: it could not be \
             used. Maintenance: planned work, announced before it began; work announced late excludes nothing. Not seen: nobody looked, \
             or our own side failed; that is never counted as good or as bad.",
            ],
        ),
        Part::text(
            "Availability",
            &[
                "Good time divided by good and bad time. Shares are rounded down, bad time is rounded up, and nothing is called 100 % that is \
             not. The figures in brackets are the share if all time not seen had been bad, and if all of it had been good. Free of \
             incidents is time that was neither down, nor partial, nor degraded.",
            ],
        ),
        Part::text(
            "Objectives",
            &[
                "The time that counts is that of the calendar less planned work announced in time. Met: unavailable time and time not seen \
             together are within what the target allows. Missed: unavailable time alone exceeds it. Not provable: it depends on time \
             that nobody saw.",
            ],
        ),
        Part::text("Incidents", &[&incident]),
        Part::text("Clinician-hours", &[&formula]),
        spc(),
    ]
}

fn spc() -> Part {
    let rules = crate::report::spc::Rules::default();
    let rules = format!(
        "No chance is: a point outside the limits; {} points in a row that rise, or fall; two of three beyond two thirds of the way to a \
         limit, on one side; {} in a row on one side of the mean. Limits from fewer than {} points are on trial.",
        rules.trend,
        rules.shift,
        crate::report::spc::ENOUGH
    );
    Part::text(
        "Change, or chance",
        &[
            "Charts are those of statistical process control (XmR): the mean of the points, and limits at 2.66 times the mean distance \
         from one point to the next. Days between outages are charted on a scale on which they are not skewed (T-chart).",
            &rules,
        ],
    )
}

fn made(scene: &Scene<'_>) -> Part {
    let report = scene.report;
    let columns = [("What", Side::Left), ("Is", Side::Wide)];
    let mut rows = vec![
        ["Period".into(), format!("{}: {}", report.name, period(scene, report.period)).into()],
        ["Clock".into(), (&report.zone).into()],
        ["Made with".into(), format!("Wardround {}", report.version).into()],
    ];
    rows.extend(report.sites.iter().map(|site| {
        let told = format!("{} entries; the last has the hash {}", site.head.entries, site.head.hash);
        [format!("Ledger of {}", site.site).into(), told.into()]
    }));
    let note = "Whoever has the ledger can derive every figure again: the same ledger gives the same report.";
    Part::text("How this report was made", &[note]).or("", Table::new(columns, rows))
}

fn quality(scene: &Scene<'_>, site: &SiteReport) -> Part {
    let quality = &site.quality;
    let columns = [("What", Side::Wide), ("How much", Side::Left)];
    let missed = quality
        .missed
        .iter()
        .map(|(reason, count)| [format!("Looks not taken: {reason}").into(), (*count).into()]);
    let cut_off: std::time::Duration = quality.cut_off.iter().map(|one| one.length()).sum();
    let rows = [
        [
            "Ledger begins".into(),
            quality.first.map_or_else(|| "never".to_owned(), |at| scene.time(at)).into(),
        ],
        ["Known until".into(), scene.time(quality.known_until).into()],
        ["Looks taken".into(), quality.taken.into()],
    ];
    let agent = [
        ["This site was cut off".into(), format!("for {}", words::up(cut_off)).into()],
        ["The agent was started".into(), times(quality.starts)],
        ["The clock was set, or the machine slept".into(), times(quality.clock_steps)],
        ["The ledger was lost and begun anew".into(), times(quality.lost_books)],
    ];
    let rows = rows.into_iter().chain(missed).chain(agent);
    Part::text(format!("Data quality: {}", site.site), &[]).or("", Table::new(columns, rows))
}

fn times(count: usize) -> Cell {
    match count {
        0 => "never".into(),
        1 => "once".into(),
        count => format!("{count} times").into(),
    }
}

fn plans(scene: &Scene<'_>, site: &SiteReport) -> Part {
    let columns = [("In force since", Side::Left), ("SHA-256 of the configuration", Side::Wide)];
    let row = |plan: &InForce| [scene.time(plan.since).into(), (&plan.digest).into()];
    let table = Table::new(columns, site.quality.plans.iter().map(row));
    Part::text(format!("Plans: {}", site.site), &[]).or("None was in force.", table)
}

/// From when until when.
pub(super) fn period(scene: &Scene<'_>, of: Period) -> String {
    format!("{} until before {}", scene.time(of.from), scene.time(of.until))
}
