//! How long did looks take, and how was it in the periods before?

use std::time::Duration;

use super::table::{Cell, Table};
use crate::report::{
    Looks, ServiceReport,
    chart::{self, Latencies},
    words,
};

/// So many probes have a picture; all of them have a row.
const PICTURES: usize = 3;

pub(super) fn table(service: &ServiceReport) -> String {
    let heads = [
        "Probe",
        "Kind",
        "Looks",
        "Up",
        "Degraded",
        "Down",
        "Unknown",
        "Not taken",
        "Half within",
        "95 % within",
        "99 % within",
        "Slow from",
        "Slower",
    ];
    let table = Table::new("Looks, and how long the good ones took", &heads);
    service.looks.iter().fold(table, |table, looks| table.row(row(looks))).or("It had no probes.")
}

fn row(looks: &Looks) -> Vec<Cell> {
    let counts = [looks.taken(), looks.up, looks.degraded, looks.down, looks.unknown, looks.missed];
    let times = [looks.p50, looks.p95, looks.p99, looks.slow].map(|time| Cell::number(took(time)));
    let words = [looks.probe.to_string(), looks.kind.clone()].map(Cell::from);
    let slower =
        looks.over_slow.map_or_else(|| "–".to_owned(), |count| share(count, looks.durations.count()));
    words.into_iter().chain(counts.map(Cell::number)).chain(times).chain([Cell::number(slower)]).collect()
}

/// `1.25 %`, rounded up: what is bad is not made smaller.
fn share(part: u64, whole: u64) -> String {
    let hundredths = (u128::from(part) * 10_000).div_ceil(u128::from(whole.max(1)));
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

fn took(time: Option<Duration>) -> String {
    time.map_or_else(|| "–".to_owned(), words::latency)
}

/// The distributions of the first probes.
pub(super) fn pictures(service: &ServiceReport, title: &str) -> Vec<(String, String)> {
    let picture = |looks: &Looks| {
        let buckets = looks.durations.buckets().map(|(upper, count)| (Duration::from_micros(upper), count));
        let &Looks { p50, p95, p99, slow, .. } = looks;
        let latencies = Latencies { buckets: buckets.collect(), p50, p95, p99, slow };
        let name = format!("How long looks of {} took", looks.probe);
        Some((name.clone(), chart::distribution(&format!("{name}, {title}"), &latencies)?))
    };
    service.looks.iter().filter_map(picture).take(PICTURES).collect()
}

pub(super) fn before(service: &ServiceReport) -> String {
    let heads = ["Period", "Available", "Down", "Not seen", "Outages", "95 % within"];
    let table = Table::new("The same in the periods before", &heads);
    let rows = service.before.iter().rev().fold(table, |table, then| {
        table.row([
            then.name.as_str().into(),
            Cell::number(words::availability(then.availability, service.decimals)),
            Cell::bad(then.tally.down),
            Cell::bad(then.tally.unknown),
            Cell::number(then.outages),
            Cell::number(took(then.p95)),
        ])
    });
    rows.html()
}
