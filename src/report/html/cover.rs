//! What stands on the first page? A sentence that says it all, a matrix of measures, and a row a service.

use askama::Template;

use super::{
    narrative::{Block, blocks},
    scene::{Scene, Subject},
    table::{Cell, Table},
};
use crate::report::{
    Availability, chart, headline,
    spc::{Assurance, Chart, Variation},
    words,
};

#[derive(Template)]
#[template(path = "report/cover.html")]
pub(super) struct Cover<'r> {
    scene: &'r Scene<'r>,
    sentence: String,
    narrative: Vec<Block>,
    columns: Vec<&'static str>,
    matrix: Vec<MatrixRow>,
    services: String,
}

/// An assurance, and what is in each of its cells.
struct MatrixRow {
    name: &'static str,
    icon: String,
    cells: Vec<MatrixCell>,
}

/// The measures that are so; of many the first, and how many more there are.
#[derive(Default)]
struct MatrixCell {
    class: &'static str,
    measures: Vec<Placed>,
    more: usize,
}

struct Placed {
    icon: String,
    link: String,
    name: String,
}

/// So many measures are named in a cell.
const NAMED: usize = 8;

/// The columns of the matrix, the worst first.
const COLUMNS: [(&str, &str, &[Variation]); 5] = [
    ("Worsening", "worse", &[Variation::ConcernHigh, Variation::ConcernLow]),
    ("No significant change", "", &[Variation::Common]),
    ("Improving", "better", &[Variation::ImprovementHigh, Variation::ImprovementLow]),
    ("Changed", "", &[Variation::NeutralHigh, Variation::NeutralLow]),
    ("Too few points to say", "", &[Variation::TooFew]),
];

impl<'r> Cover<'r> {
    pub(super) fn of(scene: &'r Scene<'r>) -> Self {
        let subjects: Vec<_> = scene.subjects().collect();
        let measures: Vec<_> = subjects
            .iter()
            .flat_map(|subject| subject.service.charts.iter().map(move |chart| (subject, chart)))
            .collect();
        let columns = COLUMNS.into_iter().filter(|(_, _, of)| {
            of[0] == Variation::Common || measures.iter().any(|(_, chart)| of.contains(&chart.variation))
        });
        let columns: Vec<_> = columns.collect();
        let rows =
            Assurance::ALL.into_iter().filter(|of| measures.iter().any(|(_, chart)| chart.assurance == *of));
        Self {
            scene,
            sentence: headline(scene.report),
            narrative: scene.report.narrative.as_deref().map(blocks).unwrap_or_default(),
            matrix: rows.map(|of| MatrixRow::of(of, &columns, &measures)).collect(),
            columns: columns.into_iter().map(|(name, _, _)| name).collect(),
            services: services(scene, &subjects),
        }
    }
}

impl MatrixRow {
    fn of(
        of: Assurance,
        columns: &[(&str, &'static str, &[Variation])],
        all: &[(&Subject<'_>, &Chart)],
    ) -> Self {
        let in_row: Vec<_> = all.iter().filter(|(_, chart)| chart.assurance == of).collect();
        let cell = |(_, class, variations): &(&str, &'static str, &[Variation])| {
            let mut here = in_row.iter().filter(|(_, chart)| variations.contains(&chart.variation));
            let measures: Vec<_> =
                here.by_ref().take(NAMED).map(|(subject, chart)| Placed::of(subject, chart)).collect();
            MatrixCell { class: if measures.is_empty() { "" } else { class }, measures, more: here.count() }
        };
        Self { name: of.words(), icon: chart::assurance(of), cells: columns.iter().map(cell).collect() }
    }
}

impl Placed {
    fn of(subject: &Subject<'_>, chart: &Chart) -> Self {
        Self {
            icon: chart::variation(chart.variation),
            link: format!("#{}", subject.anchor()),
            name: format!("{}: {}", subject.title(), chart.measure.name),
        }
    }
}

fn services(scene: &Scene<'_>, subjects: &[Subject<'_>]) -> String {
    let heads = ["Service", "Available", "Down", "Free of incidents", "Not seen", "Outages", "Objectives"];
    let caption = format!("Every service in {}, planned work announced in time left out", scene.report.name);
    subjects
        .iter()
        .fold(Table::new(caption, &heads), |table, it| table.row(row(it)))
        .or("No service was watched.")
}

fn row(subject: &Subject<'_>) -> [Cell; 7] {
    let service = subject.service;
    let outages = service.longest_outage().map_or_else(
        || "none".to_owned(),
        |longest| format!("{}, longest {}", service.outages(), words::up(longest)),
    );
    [
        Cell::link(subject.title(), format!("#{}", subject.anchor())),
        Cell::number(available(service.availability, service.decimals)),
        Cell::bad(service.tally.down),
        Cell::number(available(service.incident_free, service.decimals)),
        Cell::bad(service.tally.unknown),
        Cell::number(outages),
        subject.service.verdict().map_or_else(|| "none".into(), Cell::verdict),
    ]
}

/// The point figure; what unknown time makes of it is on the service's page, and in this table's column beside it.
fn available(of: Availability, decimals: usize) -> String {
    words::availability(of, decimals)
}
