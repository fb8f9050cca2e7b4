//! How soon does Prometheus answer the dashboards' questions about a long past? `--days N` (90) of `--probes N` (1,000), four a
//! service. Seeded is what the panels of long ranges ask for, at the pace at which our rules record it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here is the benchmark")]

#[expect(dead_code, reason = "some is for the tests alone")]
#[path = "../tests/dashboards/neighbours/ask.rs"]
mod ask;
#[path = "../tests/dashboards/neighbours/picked.rs"]
mod picked;
#[expect(dead_code, reason = "some is for the tests alone")]
#[path = "../tests/dashboards/neighbours/shipped.rs"]
mod shipped;
#[expect(dead_code, reason = "some is for the tests alone")]
#[path = "../tests/neighbours/started.rs"]
mod started;

use std::{
    env,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use ask::Ask;
use picked::Picked;
use shipped::{Dashboard, Panel, dashboards, seconds};
use started::{Started, free_address};

/// Where the past ends.
const END: u32 = 1_795_000_000;
const DAY: u32 = 86_400;
const SLOW: Duration = Duration::from_secs(2);

/// What a family has a series for.
#[derive(Clone, Copy)]
enum Each {
    Service,
    Objective,
    Bound,
    Probe,
    Phase,
}

/// Name, what it has series for, the seconds between samples.
const FAMILIES: [(&str, Each, u32); 13] = [
    ("wardround_service_info", Each::Service, DAY),
    ("wardround_probe_interval_seconds", Each::Probe, DAY),
    ("slo:objective:ratio", Each::Objective, 240),
    ("slo:period_error_budget_remaining:ratio", Each::Objective, 240),
    ("site_service_objective:wardround_bad:sum4m", Each::Objective, 240),
    ("site_service_objective:wardround_counted:sum4m", Each::Objective, 240),
    ("site_service:wardround_service_state:code", Each::Service, 60),
    ("site_service:wardround_available:seconds4m", Each::Service, 240),
    ("site_service:wardround_down:seconds4m", Each::Service, 240),
    ("site_service:wardround_unknown:seconds4m", Each::Service, 240),
    ("site_service_probe:wardround_probe_duration_seconds:p95_30m", Each::Probe, 240),
    ("site_service_probe_phase:wardround_probe_phase_seconds:mean30m", Each::Phase, 240),
    ("site_service_le:wardround_probe_duration_seconds_bucket:increase30m", Each::Bound, 1_800),
];

fn main() {
    let days = u32::try_from(option("--days", 90)).unwrap();
    let services = option("--probes", 1_000).div_ceil(4);
    let at = free_address();
    let listen = format!("--web.listen-address={at}");
    let arguments = [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--storage.tsdb.retention.time=100y",
        &listen,
    ];
    let seed = |folder: &Path| seed(folder, days, services);
    let started = Started::with("prometheus", "prometheus", &arguments, &[("prometheus.yml", "{}")], seed);
    let _started = tokio::runtime::Runtime::new().unwrap().block_on(started.listens(at));
    let mut told: Vec<_> =
        dashboards().iter().flat_map(|dashboard| asked(Ask(at), dashboard, days)).collect();
    told.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
    say(&format!("{} questions about {days} days of {services} services; the slowest:", told.len()));
    told.iter().take(15).for_each(|(took, what)| say(&format!("{took:>8.2?}  {what}")));
    let slow = told.iter().filter(|(took, _)| *took > SLOW).count();
    say(&format!("{slow} took longer than {SLOW:?}"));
}

/// Writes the past, a family at a time.
fn seed(folder: &Path, days: u32, services: usize) {
    for (name, each, step) in FAMILIES {
        let path = folder.join("past.txt");
        write(&path, name, &series(each, services), step, days);
        let arguments = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=2400h"];
        let mut promtool = Command::new("promtool");
        promtool
            .args(arguments)
            .args([path, folder.join("data")])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(promtool.status().expect("promtool is in the Debian package prometheus").success(), "{name}");
    }
}

fn series(each: Each, services: usize) -> Vec<String> {
    let more: Vec<String> = match each {
        Each::Service => vec![r#",tier="gold""#.to_owned()],
        Each::Objective => vec![r#",objective="always""#.to_owned()],
        Each::Bound => {
            ["0.01", "0.05", "0.1", "0.5", "1.0", "5.0", "+Inf"].map(|le| format!(",le=\"{le}\"")).into()
        }
        Each::Probe => (0..4).map(|n| format!(",probe=\"probe-{n}\"")).collect(),
        Each::Phase => ["resolve", "connect", "tls", "send", "wait", "receive"]
            .iter()
            .flat_map(|phase| (0..4).map(move |n| format!(",probe=\"probe-{n}\",phase=\"{phase}\"")))
            .collect(),
    };
    let service = |n: usize| format!("site=\"site-{}\",service=\"service-{n:03}\"", n % 2);
    (0..services).flat_map(|n| more.iter().map(move |more| service(n) + more)).collect()
}

fn write(path: &Path, name: &str, series: &[String], step: u32, days: u32) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "# TYPE {name} gauge").unwrap();
    let samples = days * DAY / step;
    for (labels, n) in series.iter().zip(0..) {
        for sample in 1..=samples {
            let value = (sample * 7 + n * 31) % 97 + n % 7 * 100;
            writeln!(file, "{name}{{{labels}}} {value} {}", END - (samples - sample) * step).unwrap();
        }
    }
    writeln!(file, "# EOF").unwrap();
    file.flush().unwrap();
}

/// How long each question about everything took, of those that had an answer.
fn asked(ask: Ask, dashboard: &Dashboard, days: u32) -> Vec<(Duration, String)> {
    let mut told = Vec::new();
    for panel in &dashboard.panels {
        let picked = pick(ask, dashboard, panel, days);
        for target in &panel.targets {
            let (answer, took) = timed(|| ask.target(target, &picked));
            let series =
                answer.unwrap_or_else(|why| panic!("{}, {}: {why}", dashboard.uid, panel.title)).len();
            if series > 0 {
                told.push((
                    took,
                    format!("{}, {} {}: {series} series", dashboard.uid, panel.title, target.name),
                ));
            }
        }
    }
    told
}

fn pick(ask: Ask, dashboard: &Dashboard, panel: &Panel, days: u32) -> Picked {
    let length = panel.range.as_deref().and_then(seconds).unwrap_or_else(|| f64::from(days * DAY));
    let shortest = panel.interval.as_deref().and_then(seconds).unwrap_or(15.0);
    let mut picked = Picked::stretch(f64::from(END), length, 1_000.0, shortest, 15.0);
    dashboard.given.iter().for_each(|(name, value)| picked.raw(name, value));
    for variable in &dashboard.variables {
        let offered = ask.variable(variable, &picked).unwrap();
        match &variable.all_value {
            Some(all) if variable.all => picked.raw(&variable.name, all),
            _ if variable.all => picked.many(&variable.name, &offered),
            _ => picked.one(&variable.name, offered.first().map_or("", String::as_str)),
        }
    }
    picked
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
