//! What does a year of 1,000 probes every 30 s cost the ledger? `--days N` takes fewer days, `--probes N` fewer probes; an agent
//! writes once a second, `--batch SECONDS` less often, to write a long past sooner, and `--every SECONDS` looks
//! less often (30).
#![expect(clippy::unwrap_used, reason = "what fails here is the benchmark")]

mod past;

use std::{env, fs, io::Write as _, ops::ControlFlow, path::Path, sync::atomic::Ordering, time::Duration};

use past::{Chance, DAY, START, STEP, batch, id, option, planned, services, timed};
use wardround::{
    entry::Entry,
    ledger::{Ledger, Sqlite, Whose},
    model::{Moment, Period, ProbeId},
    report::{Account, Tally},
};

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
