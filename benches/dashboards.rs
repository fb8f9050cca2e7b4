//! How soon does Prometheus answer the dashboards' questions about a long past? `--days N` (90) of `--probes N` (1,000), four a
//! service. It is told, by remote write, of whatever a question reads, as often as agents are scraped and our rules record it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here is the benchmark")]

#[expect(dead_code, reason = "some is for the tests alone")]
#[path = "../tests/dashboards/neighbours/ask.rs"]
mod ask;
#[path = "../tests/dashboards/neighbours/picked.rs"]
mod picked;
mod seeded;
#[expect(dead_code, reason = "some is for the tests alone")]
#[path = "../tests/dashboards/neighbours/shipped.rs"]
mod shipped;
#[expect(dead_code, reason = "some is for the tests alone")]
#[path = "../tests/neighbours/started.rs"]
mod started;

use std::{
    cmp::Reverse,
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ask::Ask;
use picked::Picked;
use seeded::{
    past::{Past, last, whole_seconds},
    told::Told,
};
use shipped::{Dashboard, Panel, Target, dashboards, seconds};
use started::{Started, free_address};
use tokio::runtime::Runtime;

const DAY: usize = 86_400;
/// The width of a panel, roughly.
const POINTS: f64 = 1_000.0;
const SLOW: Duration = Duration::from_secs(2);

/// One question: how long it took, how many series its answer had, and which it was.
struct Asked {
    took: Duration,
    series: usize,
    what: String,
}

fn main() {
    let (days, services) = (option("--days", 90), option("--probes", 1_000).div_ceil(4));
    let past = Past { seconds: (days * DAY) as u64, services };
    let (all, at) = (dashboards(), free_address());
    let runtime = Runtime::new().unwrap();
    let (told, blocks) = live_through(&runtime, past, &all);
    let moved = |folder: &Path| fs::rename(blocks, folder.join("data")).unwrap();
    let _asked = runtime.block_on(prometheus(at, moved));
    drop(told);
    let mut told: Vec<_> = all.iter().flat_map(|dashboard| questions(Ask(at), dashboard, past)).collect();
    told.sort_by_key(|asked| Reverse(asked.took));
    say(&format!("{} questions about {days} days of {services} services; the slowest:", told.len()));
    for Asked { took, series, what } in told.iter().take(15) {
        say(&format!("{took:>8.2?}  {what}: {series} series"));
    }
    say(&format!("{} took longer than {SLOW:?}", told.iter().filter(|asked| asked.took > SLOW).count()));
    let unanswered: Vec<_> =
        told.iter().filter(|asked| asked.series == 0).map(|asked| &*asked.what).collect();
    assert!(unanswered.is_empty(), "nothing was measured of:\n{}", unanswered.join("\n"));
}

/// A Prometheus in whose folder `prepare` has been first. Its head takes months, so that it may be told in any order.
async fn prometheus(at: SocketAddr, prepare: impl FnOnce(&Path)) -> Started {
    let listen = format!("--web.listen-address={at}");
    let arguments = [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--storage.tsdb.retention.time=100y",
        "--storage.tsdb.min-block-duration=1000d",
        "--storage.tsdb.max-block-duration=1000d",
        "--web.enable-remote-write-receiver",
        "--web.enable-admin-api",
        &listen,
    ];
    let files = [("prometheus.yml", "{}")];
    Started::with("prometheus", "prometheus", &arguments, &files, prepare).ready(at).await
}

/// A Prometheus that was told of the past, and the blocks that it made of it: it would be slow to ask it for what is in its head.
fn live_through(runtime: &Runtime, past: Past, dashboards: &[Dashboard]) -> (Started, PathBuf) {
    let at = free_address();
    let first = runtime.block_on(prometheus(at, |_| {}));
    let (samples, took) = timed(|| past.told(dashboards, || Told::new(at)));
    let (snapshot, written) =
        timed(|| Ask(at).api("admin/tsdb/snapshot", &[("skip_head", "false")]).unwrap());
    let blocks = first.folder().join("data/snapshots").join(snapshot["name"].as_str().unwrap());
    say(&format!("{} million samples told in {took:.0?}, written in {written:.0?}", samples / 1_000_000));
    (first, blocks)
}

/// Every question of a dashboard about everything: those of its variables, its panels and its marks.
fn questions(ask: Ask, dashboard: &Dashboard, past: Past) -> Vec<Asked> {
    let uid = &dashboard.uid;
    let (picked, mut told) = pick(ask, dashboard, past.whole(POINTS, 15.0));
    for panel in &dashboard.panels {
        let over = over(&picked, &shown(panel, past));
        let of = |target: &Target| format!("{uid}, {} {}", panel.title, target.name);
        told.extend(panel.targets.iter().map(|target| question(ask, target, &over, of(target))));
    }
    // As Grafana asks for marks.
    let over = over(&picked, &past.whole(100.0, 60.0));
    let of = |mark: &Target| format!("{uid}, {}", mark.name);
    told.extend(dashboard.annotations.iter().map(|mark| question(ask, mark, &over, of(mark))));
    told
}

/// The same choice over another time.
fn over(picked: &Picked, time: &Picked) -> Picked {
    let mut picked = picked.clone();
    (picked.from, picked.to, picked.step) = (time.from, time.to, time.step);
    picked
}

fn question(ask: Ask, target: &Target, picked: &Picked, what: String) -> Asked {
    let (answer, took) = timed(|| ask.target(target, picked));
    let series = answer.unwrap_or_else(|why| panic!("{what}: {why}")).len();
    Asked { took, series, what }
}

/// The time that a panel shows, all of the past if nothing else is said, in as many steps as it asks for.
fn shown(panel: &Panel, past: Past) -> Picked {
    let shortest = panel.interval.as_deref().and_then(seconds).unwrap_or(15.0);
    let length = panel.range.as_deref().map_or(past.seconds, whole_seconds);
    last(length, panel.points.unwrap_or(POINTS), shortest)
}

/// Everything that can be chosen.
fn pick(ask: Ask, dashboard: &Dashboard, mut picked: Picked) -> (Picked, Vec<Asked>) {
    let mut told = Vec::new();
    dashboard.given.iter().for_each(|(name, value)| picked.raw(name, value));
    for variable in &dashboard.variables {
        let (offered, took) = timed(|| ask.variable(variable, &picked).unwrap());
        match &variable.all_value {
            Some(all) if variable.all => picked.raw(&variable.name, all),
            _ if variable.all => picked.many(&variable.name, &offered),
            _ => picked.one(&variable.name, offered.first().map_or("", String::as_str)),
        }
        let what = format!("{}, variable {}", dashboard.uid, variable.name);
        told.push(Asked { took, series: offered.len(), what });
    }
    (picked, told)
}

fn option(name: &str, otherwise: usize) -> usize {
    let mut words = env::args().skip_while(|word| word != name);
    words.nth(1).map_or(otherwise, |value| value.parse().expect("a whole number"))
}

#[expect(clippy::disallowed_methods, reason = "the time it takes is what is asked")]
fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = what();
    (done, begun.elapsed())
}

#[expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]
fn say(line: &str) {
    println!("{line}");
}
