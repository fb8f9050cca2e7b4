//! How do the numbers become an exposition?

use super::{
    book::{Book, Table},
    catalogue as of,
    catalogue::Family,
    counts::{BOUNDS, Counts},
    lock,
    page::{Gone, Page, Series},
    standing::Standing,
};
use crate::model::{IncidentKind, Outcome, Phase, ServiceState};

/// How one family is written from the numbers of one probe or service.
type Lines<Numbers> = (&'static Family, fn(&mut Series<'_>, &Numbers));

static PROBE: &[Lines<Counts>] = &[
    (&of::UP, |series, counts| series.maybe(counts.good.map(u64::from))),
    (&of::PROBE_STATE, |series, counts| series.value(counts.state as u64)),
    (&of::LOOKS, looks),
    (&of::FAILURES, failures),
    (&of::DURATION, duration),
    (&of::FAILED_DURATION, |series, counts| series.summary(None, counts.bad_time, counts.bad_looks())),
    (&of::PHASE, phases),
    (&of::LAST_LOOK, |series, counts| series.value(counts.last_look)),
    (&of::LAST_GOOD, |series, counts| series.value(counts.last_good)),
    (&of::CONSECUTIVE, |series, counts| series.value(counts.consecutive_failures)),
    (&of::HTTP_STATUS, |series, counts| series.maybe(counts.http_status.map(u64::from))),
    (&of::NOT_AFTER, |series, counts| series.maybe(counts.not_after)),
];

static SERVICE: &[Lines<Standing>] = &[
    (&of::SERVICE_STATE, |series, standing| one_hot(series, standing.state)),
    (&of::INCIDENTS, |series, standing| by_kind(series, standing.incidents)),
    (&of::INCIDENT_OPEN, |series, standing| by_kind(series, standing.open.map(u64::from))),
    (&of::MAINTENANCE, |series, standing| series.value(u64::from(!standing.works.is_empty()))),
];

/// Writes what is known of probes and services: of each probe as of one instant.
pub(super) fn write(book: &Book, page: &mut Page<'_>) -> Result<(), Gone> {
    table(&book.probes, PROBE, &of::PROBE_INFO, page)?;
    table(&book.services, SERVICE, &of::SERVICE_INFO, page)
}

/// The numbers are copied first: a probe is locked once, for the time of a copy, and however slowly the reader reads,
/// one scrape tells of one instant.
fn table<Id, Numbers: Clone>(
    table: &Table<Id, Numbers>,
    families: &[Lines<Numbers>],
    info: &'static Family,
    page: &mut Page<'_>,
) -> Result<(), Gone> {
    let numbers: Vec<Numbers> = table.rows.iter().map(|row| lock(&row.numbers).clone()).collect();
    for (family, lines) in families {
        page.family(family);
        for (row, numbers) in table.rows.iter().zip(&numbers) {
            lines(&mut page.series(family, &row.names.labels), numbers);
            page.turn()?;
        }
    }
    page.family(info);
    table.rows.iter().try_for_each(|row| {
        page.series(info, &row.names.info).value(1_u64);
        page.turn()
    })
}

fn looks(series: &mut Series<'_>, counts: &Counts) {
    for (outcome, looks) in Outcome::LABELS.into_iter().zip(counts.looks) {
        series.by(outcome, looks);
    }
}

fn failures(series: &mut Series<'_>, counts: &Counts) {
    for (fault, looks) in &counts.faults {
        series.by(fault, *looks);
    }
}

fn duration(series: &mut Series<'_>, counts: &Counts) {
    let bounds = BOUNDS.into_iter().map(|(bound, _)| bound).chain(["+Inf"]);
    let mut below = 0;
    for (bound, looks) in bounds.zip(counts.buckets) {
        below += looks;
        series.bucket(bound, below);
    }
    series.summary(None, counts.good_time, counts.good_looks());
}

fn phases(series: &mut Series<'_>, counts: &Counts) {
    for (phase, spent) in Phase::ALL.into_iter().zip(counts.phases) {
        series.summary(Some(phase.label()), spent.time, spent.looks);
    }
}

fn one_hot(series: &mut Series<'_>, state: ServiceState) {
    for each in ServiceState::ALL {
        series.by(each.label(), u64::from(each == state));
    }
}

fn by_kind(series: &mut Series<'_>, numbers: [u64; IncidentKind::ALL.len()]) {
    for (kind, number) in IncidentKind::ALL.into_iter().zip(numbers) {
        series.by(kind.label(), number);
    }
}
