//! What does a year of 1,000 probes every 30 s cost the ledger? `--days N` takes fewer days, `--probes N` fewer probes; an agent
//! writes once a second, `--batch SECONDS` less often, to write a long past sooner, and `--every SECONDS` looks
//! less often (30).
#![expect(clippy::unwrap_used, reason = "what fails here is the benchmark")]

use std::{
    collections::BTreeSet,
    env, fs,
    io::Write as _,
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn},
    ledger::{Ledger, Sqlite, Whose},
    model::{
        Blame, Cadence, Details, Fault, Incident, IncidentKind, Moment, Observation, Outcome, Outline,
        Period, Phase, ProbeId, Reason, Run, Seen, ServiceOutline, ServiceState, ServiceTransition,
        Severities, Slug, State, Timeline, Transition, Why,
    },
    report::{Account, Tally},
};

const START: i64 = 1_767_225_600_000; // 2026 begins
const DAY: i64 = 86_400_000;

/// Milliseconds from one look of a probe to the next.
static STEP: AtomicI64 = AtomicI64::new(30_000);

fn step() -> i64 {
    STEP.load(Ordering::Relaxed)
}

/// Each probe is down for five minutes on one day in so many.
const SPELL: u64 = 7;

/// Numbers by chance, the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

fn option(name: &str, otherwise: i64) -> i64 {
    let words: Vec<String> = env::args().collect();
    let given = words.windows(2).find(|pair| pair[0] == name);
    given.map_or(otherwise, |pair| pair[1].parse().unwrap())
}

#[expect(clippy::disallowed_methods, reason = "the time it takes is what is asked")]
fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (what(), began.elapsed())
}

fn main() {
    let (days, probes, span) = (option("--days", 365), option("--probes", 1000), option("--batch", 1));
    STEP.store(option("--every", 30) * 1000, Ordering::Relaxed);
    let dir = env::current_dir().unwrap().join(format!("target/ledger-bench-{}", std::process::id()));
    let ids: Vec<ProbeId> = (0..probes).map(id).collect();
    let mut ledger = Sqlite::open(&dir).unwrap().ledger;
    ledger.append(&[planned(&ids)]).unwrap();
    let mut chance = Chance(1);
    let (mut looks, mut writing, mut longest) = (0_u64, Duration::ZERO, Duration::ZERO);
    for day in 0..days {
        let width = usize::try_from(span * 1000).unwrap();
        for first in (0..DAY).step_by(width) {
            let seconds = (first..DAY.min(first + span * 1000)).step_by(1000);
            let batch: Vec<_> =
                seconds.flat_map(|second| batch(&ids, START + day * DAY + second, &mut chance)).collect();
            looks += batch.iter().filter(|entry| matches!(***entry, Entry::Observed(_))).count() as u64;
            let (done, took) = timed(|| ledger.append(&batch));
            done.unwrap();
            writing += took;
            longest = longest.max(took);
        }
        // As an agent does, so that only what is kept takes room.
        if day > 35 {
            ledger.prune(Moment::from_ms(START + (day - 35) * DAY)).unwrap();
        }
    }
    let per_look = writing / u32::try_from(looks.max(1)).unwrap_or(u32::MAX);
    say(&format!("{looks} looks in {days} days of {probes} probes, a transaction every {span} s"));
    say(&format!("append: {per_look:?} a look, the longest transaction {longest:?}"));
    drop(ledger);
    sizes(&dir, looks);
    reading(&dir, &ids, days);
    fs::remove_dir_all(&dir).unwrap();
}

fn reading(dir: &Path, ids: &[ProbeId], days: i64) {
    let year = Period::new(Moment::from_ms(START), Moment::from_ms(START + days * DAY));
    let (ledger, opening) = timed(|| Sqlite::open(dir).unwrap().ledger);
    let (tail, recovering) = timed(|| ledger.tail().unwrap());
    say(&format!("open {opening:?}, tail of {} probes {recovering:?}", tail.probes.len()));
    let (tallies, telling) = timed(|| tallies(&ledger, year));
    let down: Duration = tallies.iter().map(|tally| tally.down).sum();
    assert!(tallies.iter().all(|tally| tally.total() == year.length()), "the parts sum to the period");
    say(&format!("tally of {} services, {down:?} down: {telling:?}", tallies.len()));
    let (incidents, listing) = timed(|| ledger.incidents(year).unwrap().len());
    say(&format!("{incidents} incidents: {listing:?}"));
    let (hours, summing) =
        timed(|| ids.iter().map(|id| ledger.hours(id, year).unwrap().len()).sum::<usize>());
    say(&format!("{hours} hours of all probes: {summing:?}"));
    let year = Period::new(year.from - Duration::from_hours(1), year.until - Duration::from_hours(1));
    let (looks, summing) = timed(|| good(&ledger, ids, &[year]));
    say(&format!("sum over all of it, of each probe: {summing:?} for {looks} good looks"));
    let (looks, summing) = timed(|| good(&ledger, ids, &thirteenths(year)));
    say(&format!("sums of its thirteenths, of each probe: {summing:?} for {looks} good looks"));
}

/// How many looks of all probes were good in `periods`, by their sums.
fn good(ledger: &Sqlite, ids: &[ProbeId], periods: &[Period]) -> u64 {
    let sum = |id, period: &Period| ledger.sum(id, *period).unwrap().latency.count();
    ids.iter().map(|id| periods.iter().map(|period| sum(id, period)).sum::<u64>()).sum()
}

/// As a report asks that compares a month with the twelve before.
fn thirteenths(year: Period) -> Vec<Period> {
    let month = year.length() / 13;
    (0..13).map(|n| Period::new(year.from + month * n, year.from + month * (n + 1))).collect()
}

/// The period of every service, split into seven, from what the ledger holds.
fn tallies(ledger: &Sqlite, period: Period) -> Vec<Tally> {
    let mut account = Account::default();
    let mut read = |whose: Whose<'_>| {
        let each = &mut |_, entry: Entry| {
            account.absorb(&entry);
            ControlFlow::Continue(())
        };
        ledger.history(whose, period, each).unwrap();
    };
    read(Whose::Agent);
    for service in services(ledger.probes().unwrap()) {
        read(Whose::Service(&service));
    }
    account.known_until(period.until);
    account.services().map(|service| account.tally(service, period)).collect()
}

fn services(probes: Vec<ProbeId>) -> BTreeSet<Slug> {
    probes.into_iter().map(|probe| probe.service).collect()
}

/// The plan under which it all was.
fn planned(ids: &[ProbeId]) -> Arc<Entry> {
    let service = |id: Slug| ServiceOutline {
        title: id.to_string(),
        id,
        owner: None,
        tier: None,
        users: None,
        runbook: None,
        severities: Severities::default(),
        depends_on: Vec::new(),
        groups: Vec::new(),
        objectives: Vec::new(),
    };
    let services = services(ids.to_vec()).into_iter().map(service).collect();
    let outline = Outline { site: "bench".into(), zone: "UTC".into(), services, ..Outline::default() };
    Arc::new(Entry::Planned { at: Moment::from_ms(START), digest: String::new(), outline: Arc::new(outline) })
}

fn sizes(dir: &Path, looks: u64) {
    let file = dir.join("ledger.sqlite");
    let database = rusqlite::Connection::open(&file).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, f64>(0)).unwrap();
    let hours = count("SELECT count(*) FROM hour").max(1.0);
    say(&format!("file {} bytes for {looks} looks seen", fs::metadata(&file).unwrap().len()));
    say(&format!(
        "looks kept {}",
        count("SELECT (SELECT count(*) FROM look) + ifnull(sum(looks), 0) FROM page")
    ));
    let a_look = "SELECT ifnull(sum(length(body)) * 1.0 / sum(looks), 0) FROM page";
    say(&format!("a look {:.1} bytes", count(a_look)));
    say(&format!(
        "an hour {:.1} bytes, {hours} of them",
        count("SELECT total(length(body) + 14) FROM hour") / hours
    ));
    let entry = "SELECT ifnull(avg(length(body) + 2 * length(stream) + 70), 0) FROM entry";
    say(&format!("an entry {:.1} bytes, {} of them", count(entry), count("SELECT count(*) FROM entry")));
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
}

fn id(n: i64) -> ProbeId {
    let slug = |text: String| text.parse::<Slug>().unwrap();
    ProbeId::new(slug(format!("service-{}", n / 5)), slug(format!("probe-{}", n % 5)))
}

/// All that is remembered in the second from `from`.
fn batch(ids: &[ProbeId], from: i64, chance: &mut Chance) -> Vec<Arc<Entry>> {
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
    let bad_day = (day.unsigned_abs() + n).is_multiple_of(SPELL);
    let noon = 43_200_000;
    let down = bad_day && (noon..noon + 300_000).contains(&time);
    batch.push(Entry::Observed(Box::new(look(id, began, down, chance))));
    if bad_day && (noon..noon + step()).contains(&time) {
        turn(id, State::Down, ServiceState::Down, began, batch);
    }
    if bad_day && (noon + 300_000..noon + 300_000 + step()).contains(&time) {
        turn(id, State::Up, ServiceState::Up, began, batch);
    }
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
        cadence: Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap(),
        seen: Seen {
            timeline,
            outcome: if down { Outcome::Down(fault) } else { Outcome::Up },
            details: Details { http_status: Some(200), ..Details::default() },
        },
    }
}
