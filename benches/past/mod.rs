//! What may an agent have seen of a thousand probes? The same every time: each probe is down for five minutes on some days.
#![expect(dead_code, reason = "each benchmark uses a part")]

use std::{
    collections::BTreeSet,
    env,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn},
    ledger::{Ledger, Sqlite},
    model::{
        Blame, Cadence, Calendar, Confirm, Counting, Day, Details, Fault, Impact, Incident, IncidentKind,
        Moment, Objective, Observation, Outcome, Outline, Phase, ProbeId, ProbeOutline, Reason, Run, Seen,
        ServiceOutline, ServiceState, ServiceTransition, Severities, Share, Slug, State, Timeline,
        Transition, Why,
    },
};

pub(crate) const START: i64 = 1_767_225_600_000; // 2026 begins
pub(crate) const DAY: i64 = 86_400_000;

/// Milliseconds from one look of a probe to the next.
pub(crate) static STEP: AtomicI64 = AtomicI64::new(30_000);

/// Each probe is down on one day in so many.
pub(crate) static SPELL: AtomicI64 = AtomicI64::new(7);

/// When outages begin, and how long they last.
const NOON: i64 = 43_200_000;
const OUTAGE: i64 = 300_000;

fn step() -> i64 {
    STEP.load(Ordering::Relaxed)
}

const WEEK: i64 = 7 * DAY;

/// Writes what is left of so many `days` of `ids` once the looks are pruned. The looks of one probe in one week stand for
/// those of all probes in all weeks, so that it takes a minute rather than hours.
pub(crate) fn write_long_past(dir: &Path, ids: &[ProbeId], days: i64) {
    let mut ledger = Sqlite::open(dir).unwrap().ledger;
    ledger.append(&[planned(ids)]).unwrap();
    ledger.append(&looks_of_a_week(&ids[0])).unwrap();
    ledger.prune(Moment::from_ms(i64::MAX)).unwrap();
    for day in 0..days {
        let all = ids.iter().zip(0..).flat_map(|(id, n)| turns(id, n, day));
        ledger.append(&all.map(Arc::new).collect::<Vec<_>>()).unwrap();
    }
    drop(ledger);
    repeat_weeks(dir, days);
}

fn looks_of_a_week(id: &ProbeId) -> Vec<Arc<Entry>> {
    let mut chance = Chance(1);
    let began = (START..START + WEEK).step_by(30_000);
    began.map(|began| Arc::new(Entry::Observed(Box::new(look(id, began, false, &mut chance))))).collect()
}

/// What a probe's outage leaves, on a day on which it has one.
fn turns(id: &ProbeId, n: u64, day: i64) -> Vec<Entry> {
    let mut turns = Vec::new();
    if is_bad(n, day) {
        let noon = START + day * DAY + NOON;
        turn(id, State::Down, ServiceState::Down, noon, &mut turns);
        turn(id, State::Up, ServiceState::Up, noon + OUTAGE, &mut turns);
    }
    turns
}

fn repeat_weeks(dir: &Path, days: i64) {
    let database = rusqlite::Connection::open(dir.join("ledger.sqlite")).unwrap();
    for table in ["hour", "day"] {
        let sql = format!(
            "CREATE TEMP TABLE week_of_{table} AS SELECT {table} AS at, body FROM {table};
            DELETE FROM {table};
            WITH RECURSIVE week (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM week WHERE n < {weeks})
            INSERT INTO {table} SELECT probe.n, at + {WEEK} * week.n, body FROM probe, week, week_of_{table}
            WHERE at + {WEEK} * week.n < {end} ORDER BY probe.n, week.n, at;",
            weeks = days / 7,
            end = START + days * DAY,
        );
        database.execute_batch(&sql).unwrap();
    }
}

/// Numbers by chance, the same every time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

pub(crate) fn id(n: i64) -> ProbeId {
    let slug = |text: String| text.parse::<Slug>().unwrap();
    ProbeId::new(slug(format!("service-{}", n / 5)), slug(format!("probe-{}", n % 5)))
}

/// All that is remembered in the second from `from`.
pub(crate) fn batch(ids: &[ProbeId], from: i64, chance: &mut Chance) -> Vec<Arc<Entry>> {
    let mut batch = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        let splay = i64::try_from(n).unwrap() * 7_919 % step();
        if (from - splay).rem_euclid(step()) / 1000 == 0 {
            observe(id, n as u64, from + splay % 1000, chance, &mut batch);
        }
    }
    batch.into_iter().map(Arc::new).collect()
}

fn observe(id: &ProbeId, n: u64, began: i64, chance: &mut Chance, batch: &mut Vec<Entry>) {
    let (day, time) = ((began - START) / DAY, (began - START) % DAY);
    let bad_day = is_bad(n, day);
    let down = bad_day && (NOON..NOON + OUTAGE).contains(&time);
    batch.push(Entry::Observed(Box::new(look(id, began, down, chance))));
    if bad_day && (NOON..NOON + step()).contains(&time) {
        turn(id, State::Down, ServiceState::Down, began, batch);
    }
    if bad_day && (NOON + OUTAGE..NOON + OUTAGE + step()).contains(&time) {
        turn(id, State::Up, ServiceState::Up, began, batch);
    }
}

fn is_bad(n: u64, day: i64) -> bool {
    (day.unsigned_abs() + n).is_multiple_of(SPELL.load(Ordering::Relaxed).unsigned_abs())
}

fn turn(id: &ProbeId, to: State, state: ServiceState, began: i64, batch: &mut Vec<Entry>) {
    let (since, confirmed) = (Moment::from_ms(began), Moment::from_ms(began + 3_000));
    let after = Some(Moment::from_ms(began - step()));
    let (probe, service, by) = (id.clone(), id.service.clone(), Some(id.clone()));
    batch.push(Entry::Changed(Transition { probe, from: State::Up, to, since, after, confirmed }));
    let from = ServiceState::Up;
    batch.push(Entry::ServiceChanged(ServiceTransition {
        service,
        from,
        to: state,
        since,
        after,
        confirmed,
        by,
    }));
    let open = state == ServiceState::Down;
    let first = if open { since } else { since - Duration::from_mins(5) };
    let until = (!open).then_some(since);
    let run = Run { since: first, after, until, last: until, unseen_ms: 0, blind: None };
    let name: Slug = format!("{}-outage-{}", id.service, first.as_ms() / DAY).parse().unwrap();
    let (service, kind, episode) = (id.service.clone(), IncidentKind::Outage, name.clone());
    let (cause, suspects, blame) = (None, Vec::new(), Blame::Own);
    let incident = Incident { id: name, service, kind, episode, runs: vec![run], cause, suspects, blame };
    let what = if open { IncidentTurn::Opened } else { IncidentTurn::Closed };
    batch.push(Entry::Incident(Box::new(IncidentNews { at: confirmed, what, incident })));
}

fn look(id: &ProbeId, began: i64, down: bool, chance: &mut Chance) -> Observation {
    let mut timeline = Timeline::default();
    let mut at = 0;
    for phase in Phase::ALL {
        timeline.enter(phase, 0, Duration::from_micros(at));
        at += 300 + chance.next() % 4_000 * (chance.next() % 4);
    }
    timeline.end(Duration::from_micros(at));
    let fault = Reason::Fault { fault: Fault::Timeout(Phase::Wait), words: "no reply within 5s".into() };
    Observation {
        probe: id.clone(),
        why: Why::Due,
        due: Moment::from_ms(began - 1),
        began: Moment::from_ms(began),
        ended: Moment::from_ms(began + i64::try_from(at / 1000).unwrap()),
        late: Duration::from_micros(chance.next() % 1500),
        cadence: cadence(),
        seen: Seen {
            timeline,
            outcome: if down { Outcome::Down(fault) } else { Outcome::Up },
            details: Details { http_status: Some(200), ..Details::default() },
        },
    }
}

pub(crate) fn services(probes: Vec<ProbeId>) -> BTreeSet<Slug> {
    probes.into_iter().map(|probe| probe.service).collect()
}

/// The plan under which it all was.
pub(crate) fn planned(ids: &[ProbeId]) -> Arc<Entry> {
    let outline = Outline {
        site: "bench".into(),
        zone: "Europe/London".into(),
        calendars: vec![clinics()],
        services: services(ids.to_vec()).into_iter().map(service).collect(),
        probes: ids.iter().map(probe).collect(),
        ..Outline::default()
    };
    Arc::new(Entry::Planned { at: Moment::from_ms(START), digest: String::new(), outline: Arc::new(outline) })
}

fn clinics() -> Calendar {
    Calendar {
        name: "clinics".into(),
        days: vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri],
        from: 480,
        until: 1_110,
        except: Vec::new(),
    }
}

fn service(id: Slug) -> ServiceOutline {
    let promise = |percent, when| Objective {
        target: Share::of_percent(percent).unwrap(),
        when,
        counts: vec![ServiceState::Down],
    };
    ServiceOutline {
        title: id.to_string(),
        id,
        owner: Some("On call".into()),
        tier: Some("gold".into()),
        users: Some(4_200),
        runbook: None,
        severities: Severities::default(),
        depends_on: Vec::new(),
        public: false,
        groups: Vec::new(),
        objectives: vec![promise(99.9, Counting::Always), promise(99.5, Counting::During("clinics".into()))],
        rebase: Vec::new(),
    }
}

fn probe(id: &ProbeId) -> ProbeOutline {
    ProbeOutline {
        id: id.clone(),
        kind: "http".into(),
        target: format!("https://{}.example.nhs.uk/", id.service),
        cadence: cadence(),
        confirm: Confirm::default(),
        slow_ms: Some(20),
        impact: Impact::Outage,
        group: None,
        reference: false,
        steps: Vec::new(),
    }
}

fn cadence() -> Cadence {
    Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap()
}

/// The number after `name` on the command line.
pub(crate) fn option(name: &str, otherwise: i64) -> i64 {
    let words: Vec<String> = env::args().collect();
    let given = words.windows(2).find(|pair| pair[0] == name);
    given.map_or(otherwise, |pair| pair[1].parse().unwrap())
}

/// What it gives, and how long it took.
#[expect(clippy::disallowed_methods, reason = "the time it takes is what is asked")]
pub(crate) fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (what(), began.elapsed())
}
