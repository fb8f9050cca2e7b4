//! What stands on the page of a service?

use askama::Template;

use super::{
    scene::{Scene, Subject},
    table::{Cell, Table},
    timings, troubles,
};
use crate::report::{
    Lost, ServiceReport, Tally,
    chart::{self, Piece, Shade},
    spc::Chart,
    words,
};

#[derive(Template)]
#[template(path = "report/sheet.html")]
pub(super) struct Sheet<'r> {
    anchor: String,
    title: String,
    service: &'r ServiceReport,
    facts: String,
    split: String,
    objectives: String,
    calendar: String,
    charts: Vec<Figure>,
    latency: String,
    distributions: Vec<Figure>,
    incidents: String,
    blips: String,
    maintenance: String,
    lost: Option<String>,
    before: Option<String>,
}

/// A picture, its name, and what it says in words.
struct Figure {
    name: String,
    signs: Vec<(String, &'static str)>,
    picture: String,
}

impl<'r> Sheet<'r> {
    pub(super) fn of(scene: &Scene<'r>, subject: &Subject<'r>) -> Self {
        let (service, title) = (subject.service, subject.title());
        Self {
            anchor: subject.anchor(),
            facts: facts(service),
            split: split(service),
            objectives: objectives(service),
            calendar: calendar(scene, service, &title),
            charts: service.charts.iter().map(|chart| Figure::of(chart, &title)).collect(),
            latency: timings::table(service),
            distributions: timings::pictures(service, &title).into_iter().map(Figure::plain).collect(),
            incidents: troubles::incidents(scene, service),
            blips: troubles::blips(service),
            maintenance: troubles::maintenance(scene, service),
            lost: service.lost.map(lost),
            before: (!service.before.is_empty()).then(|| timings::before(service)),
            service,
            title,
        }
    }
}

impl Figure {
    fn of(chart: &Chart, title: &str) -> Self {
        let (variation, assurance) = (chart.variation, chart.assurance);
        let named = Chart {
            measure: crate::report::spc::Measure {
                name: format!("{}, {title}", chart.measure.name),
                ..chart.measure.clone()
            },
            ..chart.clone()
        };
        Self {
            name: chart.measure.name.clone(),
            signs: vec![
                (chart::variation(variation), variation.words()),
                (chart::assurance(assurance), assurance.words()),
            ],
            picture: chart::control(&named),
        }
    }

    fn plain((name, picture): (String, String)) -> Self {
        Self { name, signs: Vec::new(), picture }
    }
}

fn facts(service: &ServiceReport) -> String {
    let decimals = service.decimals;
    let all = [
        ("Available, planned work left out", service.availability),
        ("Available, planned work or not", service.gross_availability),
        ("Free of incidents: neither down, nor partial, nor degraded", service.incident_free),
    ];
    let heads = [
        "Measure",
        "Of the time that was seen",
        "If all unseen time was bad",
        "If all of it was good",
        "Time lost",
    ];
    let row = |table: Table, (name, of): (&str, crate::report::Availability)| {
        let (least, most) = words::bounds(of, decimals);
        let point = words::share(of.good, of.known(), decimals);
        table.row([
            name.into(),
            Cell::number(point),
            Cell::number(least),
            Cell::number(most),
            Cell::bad(of.bad),
        ])
    };
    all.into_iter().fold(Table::new("How available it was", &heads), row).html()
}

/// The seven parts, of which the first two are good.
fn split(service: &ServiceReport) -> String {
    let heads = ["Time", "Up", "At risk", "Degraded", "Partial", "Down", "Maintenance", "Unknown"];
    let cells = |name: &str, tally: Tally| -> Vec<Cell> {
        let Tally { up, at_risk, degraded, partial, down, maintenance, unknown } = tally;
        let good = [up, at_risk].map(Cell::good);
        let bad = [degraded, partial, down, maintenance, unknown].map(Cell::bad);
        [Cell::from(name)].into_iter().chain(good).chain(bad).collect()
    };
    let mut table = Table::new(format!("Where {} went", words::down(service.watched)), &heads)
        .row(cells("Planned work told apart", service.tally))
        .row(cells("As if none had been planned", service.gross));
    for calendar in &service.calendars {
        table = table.row(cells(&format!("During {}", calendar.name), calendar.during));
        table = table.row(cells(&format!("Outside {}", calendar.name), calendar.outside));
    }
    table.html()
}

fn objectives(service: &ServiceReport) -> String {
    let heads = ["Objective", "Target", "Verdict", "Unavailable", "Allowed", "Not seen", "Time that counted"];
    let table = Table::new("What was promised", &heads);
    let rows = service.objectives.iter().fold(table, |table, one| {
        table.row([
            one.name.as_str().into(),
            Cell::number(&one.target),
            Cell::verdict(one.verdict),
            Cell::bad(one.availability.bad),
            Cell::good(one.allowance),
            Cell::bad(one.availability.unknown),
            Cell::good(one.counted),
        ])
    });
    rows.or("Nothing was promised of this service: it has no objective.")
}

fn calendar(scene: &Scene<'_>, service: &ServiceReport, title: &str) -> String {
    let states = service.stretches.iter().map(|one| Piece { period: one.period, shade: one.state.into() });
    let in_time = service.maintenance.iter().filter(|work| !work.window.late);
    let works = in_time.flat_map(|work| {
        // Where the service was watched.
        let within = service.stretches.iter().map(|one| one.period.within(work.window.period));
        within.map(|period| Piece { period, shade: Shade::Maintenance })
    });
    let pieces: Vec<_> = states.chain(works).filter(|piece| !piece.period.is_empty()).collect();
    chart::calendar(&format!("How {title} was in {}", scene.report.name), &scene.days, &pieces)
}

fn lost(lost: Lost) -> String {
    let hours = lost.time.as_millis().div_ceil(3_600_000);
    let users = lost.users;
    format!("Some {hours} hours of clinicians' time, as an estimate: {users} users. {}.", Lost::FORMULA)
}
