//! What does a year of 1,000 probes every 30 s cost the ledger? `--days N` takes fewer days, `--probes N` fewer probes.
#![expect(clippy::unwrap_used, reason = "what fails here is the benchmark")]

use std::{
    env, fs,
    io::Write as _,
    ops::ControlFlow,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use wardround::{
    entry::{Entry, IncidentNews, IncidentTurn},
    ledger::{Ledger, Sqlite, Whose},
    model::{
        Cadence, Details, Fault, Incident, IncidentKind, Moment, Observation, Outcome, Period, Phase,
        ProbeId, Reason, Run, Seen, ServiceState, ServiceTransition, Slug, State, Timeline, Transition, Why,
    },
};

const START: i64 = 1_767_225_600_000; // 2026 begins
const STEP: i64 = 30_000;
const DAY: i64 = 86_400_000;

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
    let (days, probes) = (option("--days", 365), option("--probes", 1000));
    let dir = env::current_dir().unwrap().join(format!("target/ledger-bench-{}", std::process::id()));
    let ids: Vec<ProbeId> = (0..probes).map(id).collect();
    let mut ledger = Sqlite::open(&dir).unwrap().ledger;
    let mut chance = Chance(1);
    let (mut looks, mut writing, mut longest) = (0_u64, Duration::ZERO, Duration::ZERO);
    for day in 0..days {
        for second in (0..DAY).step_by(1000) {
            let batch = batch(&ids, START + day * DAY + second, &mut chance);
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
    say(&format!("{looks} looks in {days} days of {probes} probes, a transaction a second"));
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
    let mut entries = 0;
    let (incidents, telling) = timed(|| {
        for id in ids {
            let count = &mut |_, _| {
                entries += 1;
                ControlFlow::Continue(())
            };
            ledger.history(Whose::Service(&id.service), year, count).unwrap();
        }
        ledger.incidents(year).unwrap().len()
    });
    say(&format!("history of all services ({entries} entries) and {incidents} incidents: {telling:?}"));
    let (hours, summing) =
        timed(|| ids.iter().map(|id| ledger.hours(id, year).unwrap().len()).sum::<usize>());
    say(&format!("{hours} hours of all probes: {summing:?}"));
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
        let splay = i64::try_from(n).unwrap() * 7_919 % STEP;
        if (from - splay).rem_euclid(STEP) / 1000 == 0 {
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
    if bad_day && (noon..noon + STEP).contains(&time) {
        turn(id, State::Down, ServiceState::Down, began, batch);
    }
    if bad_day && (noon + 300_000..noon + 300_000 + STEP).contains(&time) {
        turn(id, State::Up, ServiceState::Up, began, batch);
    }
}

fn turn(id: &ProbeId, to: State, state: ServiceState, began: i64, batch: &mut Vec<Entry>) {
    let (since, confirmed) = (Moment::from_ms(began), Moment::from_ms(began + 3_000));
    let after = Some(Moment::from_ms(began - STEP));
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
    let incident =
        Incident { id: name, service, kind, episode, runs: vec![run], cause: None, suspects: Vec::new() };
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
