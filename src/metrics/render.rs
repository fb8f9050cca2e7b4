//! How do the numbers become an exposition?

use super::{
    book::{Book, Pace, Table, Ties},
    catalogue as of,
    catalogue::Family,
    counts::{BOUNDS, Counts},
    lock,
    page::{Gone, Page, Series},
    standing::Standing,
};
use crate::model::{Blame, IncidentKind, Moment, Outcome, Phase, ServiceState};

/// How one family is written from the facts and the numbers of one probe or service.
type Lines<Facts, Numbers> = (&'static Family, fn(&mut Series<'_>, &Facts, &Numbers));

static PROBE: &[Lines<Pace, Counts>] = &[
    (&of::UP, |series, _, counts| series.maybe(counts.good.map(u64::from))),
    (&of::PROBE_STATE, |series, _, counts| series.value(counts.state as u64)),
    (&of::LOOKS, looks),
    (&of::FAILURES, failures),
    (&of::DURATION, duration),
    (&of::FAILED_DURATION, |series, _, counts| series.summary(&[], counts.bad_time, counts.bad_looks())),
    (&of::PHASE, phases),
    (&of::STEP, steps),
    (&of::LAST_LOOK, |series, _, counts| series.value(counts.last_look)),
    (&of::LAST_GOOD, |series, _, counts| series.value(counts.last_good)),
    (&of::CONSECUTIVE, |series, _, counts| series.value(counts.consecutive_failures)),
    (&of::HTTP_STATUS, |series, _, counts| series.maybe(counts.http_status.map(u64::from))),
    (&of::NOT_AFTER, |series, _, counts| series.maybe(counts.not_after)),
    (&of::TRUSTED, |series, _, counts| series.maybe(counts.trusted.map(u64::from))),
    (&of::INTERVAL, |series, pace, _| series.value(pace.interval)),
    (&of::SLOW, |series, pace, _| series.maybe(pace.slow)),
];

static SERVICE: &[Lines<Ties, Standing>] = &[
    (&of::SERVICE_STATE, |series, _, standing| one_hot(series, standing.state)),
    (&of::SINCE, |series, _, standing| series.value(standing.since)),
    (&of::INCIDENTS, |series, _, standing| by_kind(series, |kind| standing.incidents[kind as usize])),
    (&of::INCIDENT_OPEN, |series, _, standing| by_kind(series, |kind| u64::from(standing.is_open(kind)))),
    (&of::BLAME, blame),
    (&of::CAUSE, cause),
    (&of::MAINTENANCE, |series, _, standing| series.value(u64::from(!standing.works.is_empty()))),
    (&of::SEVERITY, severity),
    (&of::DEPENDS_ON, depends_on),
];

/// Writes what is known of probes and services: of each probe as of one instant.
pub(super) fn write(book: &Book, now: Moment, page: &mut Page<'_>) -> Result<(), Gone> {
    links(book, page);
    table(&book.probes, PROBE, &of::PROBE_INFO, page)?;
    book.promises.write(now, page)?;
    table(&book.services, SERVICE, &of::SERVICE_INFO, page)
}

fn links(book: &Book, page: &mut Page<'_>) {
    page.family(&of::LINKS);
    if book.site.is_some() {
        let link = |link: &Option<String>| link.clone().unwrap_or_default();
        let labels = book.labels().and("runbooks", &link(&book.links.runbooks));
        let labels = labels.and("dashboards", &link(&book.links.dashboards)).join();
        page.series(&of::LINKS, &labels).value(1_u64);
    }
}

/// The numbers are copied first: a probe is locked once, for the time of a copy, and however slowly the reader reads,
/// one scrape tells of one instant.
fn table<Id, Facts, Numbers: Clone>(
    table: &Table<Id, Facts, Numbers>,
    families: &[Lines<Facts, Numbers>],
    info: &'static Family,
    page: &mut Page<'_>,
) -> Result<(), Gone> {
    let numbers: Vec<Numbers> = table.rows.iter().map(|row| lock(&row.numbers).clone()).collect();
    for (family, lines) in families {
        page.family(family);
        for (row, numbers) in table.rows.iter().zip(&numbers) {
            lines(&mut page.series(family, &row.names.labels), &row.facts, numbers);
            page.turn()?;
        }
    }
    page.family(info);
    table.rows.iter().try_for_each(|row| {
        page.series(info, &row.names.info).value(1_u64);
        page.turn()
    })
}

fn looks(series: &mut Series<'_>, _: &Pace, counts: &Counts) {
    for (outcome, looks) in Outcome::LABELS.into_iter().zip(counts.looks) {
        series.by(&[outcome], looks);
    }
}

fn failures(series: &mut Series<'_>, _: &Pace, counts: &Counts) {
    for (fault, looks) in &counts.faults {
        series.by(&[fault], *looks);
    }
}

fn duration(series: &mut Series<'_>, _: &Pace, counts: &Counts) {
    let bounds = BOUNDS.into_iter().map(|(bound, _)| bound).chain(["+Inf"]);
    let mut below = 0;
    for (bound, looks) in bounds.zip(counts.buckets) {
        below += looks;
        series.bucket(bound, below);
    }
    series.summary(&[], counts.good_time, counts.good_looks());
}

fn phases(series: &mut Series<'_>, _: &Pace, counts: &Counts) {
    for (phase, spent) in Phase::ALL.into_iter().zip(counts.phases) {
        series.summary(&[phase.label()], spent.time, spent.looks);
    }
}

fn steps(series: &mut Series<'_>, pace: &Pace, counts: &Counts) {
    for (step, spent) in pace.steps.iter().zip(&counts.steps) {
        series.summary(&[step], spent.time, spent.looks);
    }
}

fn one_hot(series: &mut Series<'_>, state: ServiceState) {
    for each in ServiceState::ALL {
        series.by(&[each.label()], u64::from(each == state));
    }
}

fn by_kind(series: &mut Series<'_>, number: impl Fn(IncidentKind) -> u64) {
    for kind in IncidentKind::ALL {
        series.by(&[kind.label()], number(kind));
    }
}

fn blame(series: &mut Series<'_>, _: &Ties, standing: &Standing) {
    for kind in IncidentKind::ALL {
        let holds = standing.blame(kind).map(Blame::label);
        for each in Blame::LABELS {
            series.by(&[kind.label(), each], u64::from(holds == Some(each)));
        }
    }
}

fn cause(series: &mut Series<'_>, _: &Ties, standing: &Standing) {
    for kind in IncidentKind::ALL {
        if let Some(Blame::Other(service)) = standing.blame(kind) {
            series.by(&[kind.label(), service.as_str()], 1_u64);
        }
    }
}

fn severity(series: &mut Series<'_>, ties: &Ties, _: &Standing) {
    for kind in IncidentKind::ALL {
        series.by(&[kind.label(), ties.severities.of(kind).label()], 1_u64);
    }
}

fn depends_on(series: &mut Series<'_>, ties: &Ties, _: &Standing) {
    for service in &ties.depends_on {
        series.by(&[service.as_str()], 1_u64);
    }
}
