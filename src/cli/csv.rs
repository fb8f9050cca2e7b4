//! `wardround ledger csv`: what can a spreadsheet show?

use std::{
    io::{self, Write},
    ops::ControlFlow,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, ValueEnum};

use super::stored::Stored;
use crate::{
    ledger::{Hour, Ledger as _, LedgerError, Sqlite},
    model::{Incident, Moment, Observation, Period, ProbeId},
};

#[derive(Debug, Args)]
pub(super) struct Csv {
    #[command(flatten)]
    stored: Stored,
    /// What: a row each.
    what: What,
    /// From this instant on, like 2026-10-01T00:00:00Z.
    #[arg(long, value_name = "INSTANT", value_parser = super::ledger::instant)]
    from: Option<Moment>,
    /// Until just before this instant.
    #[arg(long, value_name = "INSTANT", value_parser = super::ledger::instant)]
    until: Option<Moment>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Looks,
    Hours,
    Incidents,
}

type Sheet<'a> = csv::Writer<&'a mut dyn Write>;

impl Csv {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let ledger = Sqlite::read(&self.stored.data)?;
        let (first, last) = (Moment::from_ms(i64::MIN), Moment::from_ms(i64::MAX));
        let period = Period::new(self.from.unwrap_or(first), self.until.unwrap_or(last));
        let mut out = io::stdout().lock();
        let mut sheet: Sheet<'_> = csv::Writer::from_writer(&mut out);
        let told = match self.what {
            What::Looks => looks(&ledger, period, &mut sheet),
            What::Hours => hours(&ledger, period, &mut sheet),
            What::Incidents => incidents(&ledger, period, &mut sheet),
        };
        super::ledger::heard(told.and_then(|()| sheet.flush().map_err(LedgerError::Output)))
    }
}

fn looks(ledger: &Sqlite, period: Period, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    row(
        sheet,
        ["service", "probe", "why", "began", "ended", "outcome", "fault", "took_ms"].map(str::to_owned),
    )?;
    let mut told = Ok(());
    ledger.looks(None, period, &mut |look| {
        told = row(sheet, look_row(&look));
        if told.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    told
}

fn look_row(look: &Observation) -> [String; 8] {
    [
        look.probe.service.to_string(),
        look.probe.probe.to_string(),
        format!("{:?}", look.why).to_lowercase(),
        look.began.to_string(),
        look.ended.to_string(),
        look.seen.outcome.label().to_owned(),
        look.seen.outcome.fault_label().unwrap_or_default().to_owned(),
        ms(Some(look.seen.timeline.total())),
    ]
}

fn hours(ledger: &Sqlite, period: Period, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    let head = [
        "service", "probe", "hour", "up", "degraded", "down", "unknown", "p50_ms", "p95_ms", "p99_ms",
        "max_ms",
    ];
    row(sheet, head.map(str::to_owned))?;
    for probe in ledger.probes()? {
        ledger.hours(&probe, period)?.iter().try_for_each(|hour| row(sheet, hour_row(&probe, hour)))?;
    }
    Ok(())
}

fn hour_row(probe: &ProbeId, hour: &Hour) -> [String; 11] {
    let [up, degraded, down, unknown] = hour.outcomes.map(|count| count.to_string());
    let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|q| ms(hour.latency.quantile(q)));
    let max = ms((hour.latency.count() > 0).then_some(hour.max));
    let (service, name, from) = (probe.service.to_string(), probe.probe.to_string(), hour.from.to_string());
    [service, name, from, up, degraded, down, unknown, p50, p95, p99, max]
}

fn incidents(ledger: &Sqlite, period: Period, sheet: &mut Sheet<'_>) -> Result<(), LedgerError> {
    row(
        sheet,
        ["incident", "service", "kind", "since", "until", "runs", "fault", "words"].map(str::to_owned),
    )?;
    ledger.incidents(period)?.iter().try_for_each(|incident| row(sheet, incident_row(incident)))
}

fn incident_row(incident: &Incident) -> [String; 8] {
    let at = |at: Option<Moment>| at.map(|at| at.to_string()).unwrap_or_default();
    let (fault, words) =
        incident.cause.as_ref().map(|cause| (cause.fault.clone(), cause.words.clone())).unzip();
    [
        incident.id.to_string(),
        incident.service.to_string(),
        incident.kind.label().to_owned(),
        at(incident.since()),
        at(incident.until()),
        incident.runs.len().to_string(),
        fault.unwrap_or_default(),
        words.unwrap_or_default(),
    ]
}

fn ms(took: Option<Duration>) -> String {
    took.map(|took| format!("{}.{:03}", took.as_millis(), took.subsec_micros() % 1000)).unwrap_or_default()
}

fn row<const N: usize>(sheet: &mut Sheet<'_>, cells: [String; N]) -> Result<(), LedgerError> {
    sheet.write_record(cells.map(harmless)).map_err(|error| LedgerError::Output(error.into()))
}

/// A spreadsheet takes a cell that begins like this for a formula; words may come from what was looked at.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, wanted) in [("=1+1", "'=1+1"), ("@a", "'@a"), ("a=1", "a=1"), ("", "")] {
            assert_eq!(harmless(cell.into()), wanted);
        }
        assert_eq!(ms(Some(Duration::from_micros(1_002_003))), "1002.003");
    }
}
