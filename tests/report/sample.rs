//! What would a board be told of a made-up October? Thirteen months of four services, or of as many as are wanted.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{civil::DateTime, tz::TimeZone};
use wardround::{
    entry::{Entry, IncidentNews, MaintenanceNews, MaintenanceTurn},
    ledger::Hour,
    model::{
        Blame, Blip, Cadence, Calendar, Confirm, Counting, Day, Evidence, Impact, Incident, IncidentKind,
        IncidentTurn, Maintenance, Moment, Objective, Outline, Period, ProbeId, ProbeOutline, Run,
        ServiceOutline, ServiceState, ServiceTransition, Severities, Share, Slug, State, When,
    },
    report::{Account, Asked, Head, Named, Remembered, Report},
};

/// A name that a document must not take for its own.
pub(crate) const HOSTILE: &str = r#"<script>alert("1")</script> & 'friends' {{ x }} ]]>"#;

const DAYS: [Day; 7] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];

pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

/// `2026-10-06T09:00:00` in London.
pub(crate) fn at(text: &str) -> Moment {
    let time: DateTime = text.parse().unwrap();
    Moment::from_ms(zone().to_timestamp(time).unwrap().as_millisecond())
}

/// A service of the sample.
pub(crate) struct Sample {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) objectives: Vec<Objective>,
    /// Outages and the like: when, for how many seconds, what.
    pub(crate) troubles: Vec<(Moment, u64, ServiceState)>,
    pub(crate) usual: Duration,
}

fn objective(target: f64, when: Counting) -> Objective {
    Objective { target: Share::of_percent(target).unwrap(), when, counts: vec![ServiceState::Down] }
}

/// An outage in each month from October 2025, so many minutes and a little long.
fn monthly(minutes: [u64; 13]) -> Vec<(Moment, u64, ServiceState)> {
    let month = |(number, minutes): (usize, u64)| {
        let (year, month) = if number < 3 { (2025, number + 10) } else { (2026, number - 2) };
        (at(&format!("{year}-{month:02}-11T10:15:00")), minutes * 60 + 11, ServiceState::Down)
    };
    minutes.into_iter().enumerate().filter(|(_, minutes)| *minutes > 0).map(month).collect()
}

pub(crate) fn services() -> Vec<Sample> {
    use ServiceState::{AtRisk, Degraded, Down, Partial, Unknown};
    let support = "support-hours".to_owned();
    let mut record = monthly([31, 42, 18, 38, 27, 41, 35, 22, 39, 28, 29, 33, 0]);
    record.extend([
        (at("2026-10-06T09:12:04"), 2530, Down),
        (at("2026-10-13T14:00:00"), 7200, Partial),
        (at("2026-10-19T08:00:00"), 16_200, Degraded),
        (at("2026-10-22T01:30:00"), 190, Down),
        (at("2026-10-24T21:00:00"), 10_920, Unknown),
        (at("2026-10-28T03:00:00"), 90_000, AtRisk),
    ]);
    let mut pacs = monthly([3, 0, 4, 2, 0, 5, 3, 2, 0, 4, 3, 61, 0]);
    pacs.extend([
        (at("2026-10-09T07:45:00"), 31_500, Down),
        (at("2026-10-16T12:00:00"), 260_000, Unknown),
        (at("2026-10-31T22:40:00"), 9_000, Down),
    ]);
    let dns = vec![(at("2026-10-16T12:00:00"), 2_000, Unknown)];
    vec![
        Sample {
            id: "epr",
            title: "Electronic patient record",
            objectives: vec![
                objective(99.9, Counting::During(support.clone())),
                objective(99.9, Counting::Outside(support)),
                objective(99.5, Counting::Always),
            ],
            troubles: record,
            usual: Duration::from_millis(180),
        },
        Sample {
            id: "pacs",
            title: "Picture archive",
            objectives: vec![objective(99.9, Counting::Always)],
            troubles: pacs,
            usual: Duration::from_millis(640),
        },
        Sample {
            id: "dns",
            title: "Names",
            objectives: vec![objective(99.95, Counting::Always)],
            troubles: dns,
            usual: Duration::from_millis(3),
        },
        Sample {
            id: "old-ward",
            title: HOSTILE,
            objectives: Vec::new(),
            troubles: vec![(at("2026-10-02T02:00:00"), 45, Down)],
            usual: Duration::from_millis(75),
        },
    ]
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn probe(service: &Sample) -> ProbeOutline {
    ProbeOutline {
        id: ProbeId::new(slug(service.id), slug("sign-in")),
        kind: "http".to_owned(),
        target: format!("https://{}.hospital.test/login", service.id),
        cadence: Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap(),
        confirm: Confirm::default(),
        slow_ms: Some(1500),
        impact: Impact::Outage,
        group: None,
        reference: false,
        steps: Vec::new(),
    }
}

fn outline(services: &[Sample]) -> Outline {
    let service = |service: &Sample| ServiceOutline {
        id: slug(service.id),
        title: service.title.to_owned(),
        owner: Some(if service.id == "old-ward" { HOSTILE } else { "Clinical systems on call" }.to_owned()),
        tier: Some("platinum".to_owned()),
        severities: Severities::default(),
        users: (service.id == "epr").then_some(4200),
        runbook: None,
        depends_on: Vec::new(),
        public: false,
        groups: Vec::new(),
        objectives: service.objectives.clone(),
        rebase: Vec::new(),
    };
    Outline {
        site: "royal-infirmary".to_owned(),
        zone: "Europe/London".to_owned(),
        calendars: vec![Calendar {
            name: "support-hours".to_owned(),
            days: DAYS.to_vec(),
            from: 6 * 60 + 30,
            until: 20 * 60 + 30,
            except: Vec::new(),
        }],
        services: services.iter().map(service).collect(),
        probes: services.iter().map(probe).collect(),
        ..Outline::default()
    }
}

fn turned(service: &Sample, since: Moment, to: ServiceState) -> Entry {
    Entry::ServiceChanged(ServiceTransition {
        service: slug(service.id),
        from: ServiceState::Up,
        to,
        since,
        after: None,
        confirmed: since,
        by: None,
    })
}

fn incident(service: &Sample, since: Moment, until: Moment, kind: IncidentKind) -> Entry {
    let id = slug(&format!("{}-{}-{}", service.id, kind.label().replace('_', "-"), since.as_ms() / 1000));
    let look = Duration::from_secs(30);
    let run = Run {
        since,
        after: Some(since - look),
        until: Some(until),
        last: Some(until - look.min(until.since(since))),
        unseen_ms: 0,
        blind: None,
    };
    let cause = Evidence {
        probe: ProbeId::new(slug(service.id), slug("sign-in")),
        fault: "timed_out".to_owned(),
        words: if service.id == "old-ward" { HOSTILE } else { "no reply within 5 s: connected after 12 ms" }
            .to_owned(),
    };
    let incident = Incident {
        id: id.clone(),
        service: slug(service.id),
        kind,
        episode: id,
        runs: vec![run],
        cause: Some(cause),
        suspects: Vec::new(),
        blame: Blame::Own,
    };
    Entry::Incident(Box::new(IncidentNews { at: until, what: IncidentTurn::Closed, incident }))
}

fn work(id: &str, service: &str, known: Moment, period: Period) -> Entry {
    let work = Maintenance {
        id: slug(id),
        services: vec![slug(service)],
        when: When::Once(period),
        reason: if service == "old-ward" { HOSTILE } else { "Quarterly upgrade" }.to_owned(),
        declared_by: "Change board, CHG0012345".to_owned(),
        declared_at: None,
        by_hand: false,
    };
    Entry::Maintenance(Box::new(MaintenanceNews { at: known, what: MaintenanceTurn::Declared(work) }))
}

fn entries(services: &[Sample]) -> Vec<Entry> {
    let begun = at("2025-09-28T08:00:00");
    let outline = Arc::new(outline(services));
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned();
    let mut entries = vec![Entry::Started { at: begun }, Entry::Planned { at: begun, digest, outline }];
    for service in services {
        entries.push(turned(service, begun, ServiceState::Up));
        for (since, seconds, state) in &service.troubles {
            let until = *since + Duration::from_secs(*seconds);
            entries.push(turned(service, *since, *state));
            entries.push(turned(service, until, ServiceState::Up));
            entries.extend(IncidentKind::of(*state).map(|kind| incident(service, *since, until, kind)));
        }
    }
    for (id, service, known, from, until) in [
        ("upgrade", "epr", "2026-09-20T09:00:00", "2026-10-11T22:00:00", "2026-10-12T02:00:00"),
        ("patch", "pacs", "2026-10-09T07:30:00", "2026-10-09T07:00:00", "2026-10-09T10:00:00"),
        ("odd", "old-ward", "2026-10-01T09:00:00", "2026-10-25T00:30:00", "2026-10-25T03:30:00"),
    ] {
        if services.iter().any(|one| one.id == service) {
            entries.push(work(id, service, at(known), Period::new(at(from), at(until))));
        }
    }
    entries.extend(services.first().map(|service| {
        let since = at("2026-10-20T11:00:00");
        Entry::Blip(Blip {
            probe: ProbeId::new(slug(service.id), slug("sign-in")),
            since,
            until: since + Duration::from_secs(4),
            looks: 1,
            state: State::Down,
        })
    }));
    entries.push(Entry::Stopped { at: at("2026-11-01T06:00:00") });
    entries.sort_by_key(Entry::at);
    entries
}

/// Looks that took about as long as usual, with a tail.
fn hour(service: &Sample, period: Period) -> Hour {
    let mut hour = Hour::new(period.from);
    let mut random = fastrand::Rng::with_seed(period.from.as_ms().unsigned_abs());
    for _ in 0..3_000 {
        let tail = if random.u8(0..20) == 0 { 1.0 + 4.0 * random.f64() } else { 1.0 };
        let spread = 0.8 + 0.5 * random.f64() * random.f64();
        let took = service.usual.mul_f64(tail * spread);
        hour.outcomes[usize::from(took > Duration::from_millis(1500))] += 1;
        hour.latency.record(took);
    }
    hour.outcomes[2] = 84;
    hour
}

/// What is told of `period` of these services.
pub(crate) fn report_of(services: &[Sample], period: &str, narrative: Option<&str>) -> Report {
    let named = Named::parse(period, &zone()).unwrap();
    let asked = Asked { narrative: narrative.map(str::to_owned), ..Asked::of(named, zone()) };
    let mut account = Account::default();
    for entry in entries(services) {
        account.absorb(&entry);
    }
    let periods = asked.periods();
    let of = |service: &Sample| {
        let hours = periods.iter().map(|period| hour(service, *period)).collect();
        (ProbeId::new(slug(service.id), slug("sign-in")), hours)
    };
    let sums: BTreeMap<_, _> = services.iter().map(of).collect();
    let head = Head {
        entries: 48_211,
        hash: "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a".to_owned(),
    };
    let remembered =
        Remembered { account, head, sums, periods, looked_until: Some(at("2026-11-01T05:59:30")) };
    Report::of(&asked, &[remembered]).unwrap()
}

const NARRATIVE: &str = "## What the board should know\nThe record was down for **42 minutes** on 6 October: a certificate had ended. \
    It is now watched.\n\n- The archive's new storage is due in January.\n- <b>Nobody</b> was harmed.\n";

/// October of the four services, with what its owner has to say.
pub(crate) fn october() -> Report {
    report_of(&services(), "2026-10", Some(NARRATIVE))
}
