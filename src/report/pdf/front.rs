//! What stands before the pages of the services? A sentence, a matrix of measures, and a row a service.

use super::{
    pages::{Cell, Mark, Matrix, MatrixCell, MatrixRow, Measure, Part, Picture, Side, Table},
    scene::{Scene, Subject},
};
use crate::report::{
    Availability, Verdict, chart,
    spc::{Assurance, Chart, Variation},
    words,
};

/// The columns of the matrix, the worst first.
const COLUMNS: [(&str, &[Variation]); 5] = [
    ("Worsening", &[Variation::ConcernHigh, Variation::ConcernLow]),
    ("No significant change", &[Variation::Common]),
    ("Improving", &[Variation::ImprovementHigh, Variation::ImprovementLow]),
    ("Changed", &[Variation::NeutralHigh, Variation::NeutralLow]),
    ("Too few points to say", &[Variation::TooFew]),
];

/// Why a measure stands where it does.
const MATRIX: &str = "Across: whether a measure changes, as its last point says. Down: whether its target can be relied on. Each \
    measure's chart is on its service's page, and the rules are under “Method”.";

/// So many measures are named in a cell.
const NAMED: usize = 6;

type Measured<'r> = (Subject<'r>, &'r Chart);

/// The matrix of every measure that is charted.
pub(super) fn matrix(scene: &Scene<'_>) -> Matrix {
    let measures = measures(scene);
    let is_there = |of: &[Variation]| measures.iter().any(|(_, chart)| of.contains(&chart.variation));
    let columns = COLUMNS.into_iter().filter(|(_, of)| of[0] == Variation::Common || is_there(of));
    let columns: Vec<_> = columns.collect();
    let rows = Assurance::ALL.into_iter().map(|assurance| row(assurance, &columns, &measures));
    Matrix {
        note: MATRIX.to_owned(),
        rows: rows.filter(|row| row.cells.iter().any(|cell| !cell.measures.is_empty())).collect(),
        columns: columns.iter().map(|(name, _)| *name).collect(),
    }
}

fn measures<'r>(scene: &Scene<'r>) -> Vec<Measured<'r>> {
    let subjects = scene.subjects();
    subjects.flat_map(|subject| subject.service.charts.iter().map(move |chart| (subject, chart))).collect()
}

fn row(of: Assurance, columns: &[(&str, &[Variation])], measures: &[Measured<'_>]) -> MatrixRow {
    let cell = |(_, variations): &(&str, &[Variation])| {
        let here =
            |(_, chart): &&Measured<'_>| chart.assurance == of && variations.contains(&chart.variation);
        let mut here = measures.iter().filter(here).map(measure);
        MatrixCell { measures: here.by_ref().take(NAMED).collect(), more: here.count() }
    };
    let sign = sign(chart::assurance(of), of.words());
    MatrixRow { sign, title: of.words(), cells: columns.iter().map(cell).collect() }
}

fn measure((subject, chart): &Measured<'_>) -> Measure {
    let sign = sign(chart::variation(chart.variation), chart.variation.words());
    Measure { sign, text: format!("{}: {}", subject.title(), chart.measure.name), page: subject.anchor() }
}

fn sign(svg: String, words: &str) -> Picture {
    Picture { name: None, svg, alt: words.to_owned() }
}

/// A row a service.
pub(super) fn summary(scene: &Scene<'_>) -> Part {
    let columns = [
        ("Service", Side::Wide),
        ("Available", Side::Right),
        ("Down", Side::Right),
        ("Outages", Side::Right),
        ("Free of incidents", Side::Right),
        ("Not seen", Side::Right),
        ("Objectives", Side::Left),
    ];
    let note = "Planned work that was announced in time is left out. Where some time was not seen, the figures in brackets say what \
        availability would be had all of it been bad, and had all of it been good.";
    Part::text("Services", &[note])
        .or("No service was watched.", Table::new(columns, scene.subjects().map(service)))
}

fn service(subject: Subject<'_>) -> [Cell; 7] {
    let service = subject.service;
    let available = |of| available(of, service.decimals);
    [
        subject.title().into(),
        available(service.availability),
        words::up(service.tally.down).into(),
        service.outages().into(),
        available(service.incident_free),
        words::up(service.tally.unknown).into(),
        service.verdict().map_or_else(|| "none".into(), verdict),
    ]
}

/// The share, and under it what unknown time makes of it.
pub(super) fn available(of: Availability, decimals: usize) -> Cell {
    words::availability(of, decimals).replace(" (", "\n(").into()
}

pub(super) fn verdict(of: Verdict) -> Cell {
    let (text, mark) = match of {
        Verdict::Met => ("Met", Mark::Good),
        Verdict::Missed => ("Missed", Mark::Bad),
        Verdict::NotProvable => ("Not provable", Mark::Unsure),
        Verdict::NotApplicable => ("No time counted", Mark::None),
    };
    Cell::Marked { text, mark }
}
