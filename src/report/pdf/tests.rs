//! Does every report get onto paper?

use std::{collections::BTreeMap, time::Duration};

use super::{pages::tests::HOSTILE, *};
use crate::{
    ledger::Histogram,
    model::{Blame, Evidence, IncidentKind, Moment, Period, ProbeId, ServiceState, Slug, Suspect},
    report::{
        Availability, Blips, Bounds, CalendarTally, Earlier, Happened, Head, InForce, Kept, Kinds, Looks,
        Lost, Quality, ServiceReport, SiteReport, Stretch, Tally, Verdict, Window, Work,
        spc::{self, Better, Figure, Measure, Point, Rules, Unit},
    },
};

/// October 2026 in London.
const FROM: i64 = 1_790_809_200_000;
const HOURS: i64 = 745;

/// A report of so many services, all of which are called `name`.
fn report(name: &str, services: usize) -> Report {
    let quality = Quality {
        first: Some(hour(-9000)),
        known_until: hour(HOURS),
        provisional: true,
        starts: 1,
        lost_books: 0,
        clock_steps: 2,
        cut_off: vec![span(30, 31)],
        taken: 1_234_567,
        missed: BTreeMap::from([("stalled", 12)]),
        plans: vec![InForce { since: hour(-100), digest: "5e".repeat(32) }],
    };
    let site = SiteReport {
        site: name.into(),
        head: Head { entries: 99_000, hash: "a1".repeat(32) },
        quality,
        services: (0..services).map(|number| service(name, number)).collect(),
    };
    Report {
        name: "October 2026".into(),
        text: "2026-10".into(),
        period: span(0, HOURS),
        zone: "Europe/London".into(),
        narrative: Some(format!("{name}\n\nA quiet month, but for the fans.")),
        version: "0.1.0",
        sites: vec![site],
    }
}

fn service(name: &str, number: usize) -> ServiceReport {
    let id: Slug = format!("service-{number}").parse().unwrap();
    let tally = Tally {
        up: hours(740),
        down: hours(2),
        maintenance: hours(2),
        unknown: hours(1),
        ..Tally::default()
    };
    let availability = Availability::of(tally, &[ServiceState::Down]);
    let incidents = vec![incident(name, &id); number % 30];
    ServiceReport {
        service: id,
        title: name.into(),
        owner: Some(name.into()),
        tier: Some("platinum".into()),
        watched: hours(745),
        tally,
        gross: tally,
        availability,
        gross_availability: availability,
        decimals: 3,
        incident_free: availability,
        calendars: vec![CalendarTally { name: name.into(), during: tally, outside: tally }],
        objectives: [Verdict::Met, Verdict::Missed, Verdict::NotProvable, Verdict::NotApplicable]
            .map(kept)
            .to_vec(),
        kinds: kinds(&incidents),
        incidents,
        blips: Blips { count: 3, looks: 4, suspect: Duration::from_secs(12) },
        looks: vec![looks(name)],
        maintenance: [false, true].map(|late| work(name, late)).to_vec(),
        lost: Some(Lost { users: 4200, time: hours(1260) }),
        before: (1..=12).map(|month| earlier(month, tally)).collect(),
        charts: charts(number),
        stretches: stretches(),
    }
}

fn kept(verdict: Verdict) -> Kept {
    let [good, bad, unknown] = [740, 2, 1].map(hours);
    Kept {
        name: "during support hours".into(),
        target: "99.9 %".into(),
        counted: hours(743),
        allowance: Duration::from_secs(2674),
        availability: Availability { good, bad, unknown },
        verdict,
    }
}

fn incident(name: &str, service: &Slug) -> Happened {
    let probe = ProbeId::new(service.clone(), "sign-in".parse().unwrap());
    Happened {
        id: "epr-1".parse().unwrap(),
        kind: IncidentKind::Outage,
        since: hour(100),
        until: Some(hour(102)),
        lasted: bounds(),
        began_before: false,
        goes_on: true,
        runs: 2,
        cause: Some(Evidence { probe, fault: "refused".into(), words: name.into() }),
        suspects: vec![Suspect { service: "dns".parse().unwrap(), since: hour(99) }],
        blame: Blame::Own,
        told: Some(hour(101)),
        planned: Duration::from_mins(3),
    }
}

fn kinds(incidents: &[Happened]) -> Vec<Kinds> {
    let all = Kinds {
        kind: IncidentKind::Outage,
        count: incidents.len(),
        all: bounds(),
        longest: bounds(),
        median: bounds(),
    };
    if incidents.is_empty() { vec![] } else { vec![all] }
}

fn bounds() -> Bounds {
    let [told, least, most] = [7200, 7170, 7230].map(Duration::from_secs);
    Bounds { told, least, most }
}

fn looks(name: &str) -> Looks {
    let mut durations = Histogram::default();
    (1..400).for_each(|n| durations.record(Duration::from_millis(40 + n * n / 90)));
    let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|share| durations.quantile(share));
    let slow = Some(Duration::from_secs(1));
    let [up, degraded, down, unknown, missed] = [89_000, 200, 240, 120, 3];
    let (probe, kind) = ("sign-in".parse().unwrap(), "http".into());
    Looks {
        probe,
        kind,
        target: name.into(),
        up,
        degraded,
        down,
        unknown,
        missed,
        p50,
        p95,
        p99,
        slow,
        over_slow: Some(9),
        durations,
    }
}

fn work(name: &str, late: bool) -> Work {
    let window = Window { id: "upgrade".parse().unwrap(), period: span(500, 502), late };
    Work { window, reason: name.into(), declared_by: name.into() }
}

fn earlier(month: i64, tally: Tally) -> Earlier {
    Earlier {
        name: format!("month {month}"),
        period: span(-month * 730, (1 - month) * 730),
        tally,
        availability: Availability::of(tally, &[ServiceState::Down]),
        outages: 2,
        p95: Some(Duration::from_millis(640)),
    }
}

fn charts(number: usize) -> Vec<spc::Chart> {
    let measure = |name: &str, unit, target: Option<f64>| Measure {
        name: name.into(),
        unit,
        better: Better::Lower,
        points: (0..13).map(|month| point(month, number)).collect(),
        target: target.and_then(Figure::new),
        rebase: vec![],
        lower_bound: Some(Figure::count(0)),
    };
    let measures = [
        ("Unplanned downtime", Unit::Minutes, Some(44.0)),
        ("95th percentile of sign-in", Unit::Seconds, None),
    ];
    measures.map(|(name, unit, target)| spc::xmr(&measure(name, unit, target), &Rules::default())).to_vec()
}

fn point(month: usize, number: usize) -> Point {
    let value = Figure::count(
        (month * 7 + number * 3) % 11 + if number.is_multiple_of(3) && month > 5 { 40 } else { 0 },
    );
    let from = hour(i64::try_from(month).unwrap() * 730);
    Point { label: format!("2026-{month:02}"), from, value }
}

/// Every state, over and over.
fn stretches() -> Vec<Stretch> {
    let states = ServiceState::ALL.into_iter().cycle();
    (0..HOURS / 5).zip(states).map(|(n, state)| Stretch { period: span(n * 5, n * 5 + 5), state }).collect()
}

fn hour(number: i64) -> Moment {
    Moment::from_ms(FROM + number * 3_600_000)
}

fn span(from: i64, until: i64) -> Period {
    Period::new(hour(from), hour(until))
}

fn hours(number: u64) -> Duration {
    Duration::from_hours(number)
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report("EPR", 2);
    let once = pdf(&report).unwrap();
    assert!(once.starts_with(b"%PDF-1.7"));
    assert_eq!(Ok(once), pdf(&report));
}

#[test]
fn names_with_markup_in_them_are_names() {
    for name in HOSTILE {
        pdf(&report(name, 1)).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

#[test]
fn there_may_be_nothing_to_tell() {
    pdf(&report("EPR", 0)).unwrap();
    pdf(&Report { sites: vec![], narrative: None, ..report("EPR", 0) }).unwrap();
}
