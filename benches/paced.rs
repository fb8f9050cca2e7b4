//! What does the whole process cost, paced as users run it? The real program beside a bare tokio loop paced alike.
//!
//! Each scene runs the bare loop and then `wardround run`, each a process of its own, against the same server; CPU and
//! memory are the kernel's accounts of that process. `wardround` is scraped as often as it looks.
//!
//! `cargo bench --bench paced -- --interval 15 --rounds 3`

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unchecked_time_subtraction,
    clippy::cast_precision_loss,
    reason = "a benchmark reads clocks, speaks to a terminal, and ends where it cannot go on"
)]

mod support;

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use support::{
    floor,
    monitor::{Monitor, cpu_of, late},
    option,
    server::Server,
};

const FLOOR: &str = "--floor";

/// A crowd of probes.
struct Scene {
    name: &'static str,
    probes: usize,
    /// How many of them hang until their timeout.
    hanging: usize,
}

const SCENES: [Scene; 3] = [
    Scene { name: "https", probes: 5_000, hanging: 0 },
    Scene { name: "tcp", probes: 20_000, hanging: 0 },
    Scene { name: "https, a tenth hanging", probes: 5_000, hanging: 500 },
];

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == FLOOR) {
        return bare(&words[at + 1..]);
    }
    let server = Server::start();
    println!(
        "goals: CPU per look at most 1.5 × the floor; memory at most 24 MiB + 10 KiB a probe; p99 late at most 5 ms; none missed"
    );
    for scene in SCENES {
        measure(&scene, &server);
    }
}

fn interval() -> Duration {
    Duration::from_secs(option("--interval", 15) as u64)
}

fn window() -> Duration {
    interval() * u32::try_from(option("--rounds", 3)).unwrap()
}

fn measure(scene: &Scene, server: &Server) {
    let bare = bare_cost(scene, server);
    let folder = tempfile::tempdir().unwrap();
    let config = configure(scene, server, folder.path());
    let monitor = Monitor::start(&config);
    monitor.rest(interval() + Duration::from_secs(1), interval()); // every probe has looked once
    let (cpu, before) = (monitor.cpu(), monitor.scrape());
    monitor.rest(window(), interval());
    let after = monitor.scrape();
    let cpu = monitor.cpu() - cpu;
    let looks = after.sum("wardround_schedule_lateness_seconds_count")
        - before.sum("wardround_schedule_lateness_seconds_count");
    let ours = cpu.as_secs_f64() * 1e6 / looks;
    let memory = monitor.memory();
    let allowed = 24 * 1024 + 10 * scene.probes as u64;
    println!("\n{}: {} probes every {:?}", scene.name, scene.probes, interval());
    println!("  CPU per look        {ours:8.1} µs, floor {bare:8.1} µs, ratio {:.2}", ours / bare);
    println!(
        "  memory at its peak  {:8.1} MiB, allowed {:.1} MiB",
        memory as f64 / 1024.0,
        allowed as f64 / 1024.0
    );
    println!(
        "  late, p50 {}, p99 {}, of {looks} looks",
        late(&before, &after, 0.5),
        late(&before, &after, 0.99)
    );
    println!(
        "  dues missed         {:8}",
        after.sum("wardround_gaps_total{") - before.sum("wardround_gaps_total{")
    );
    println!("  a scrape            {:8.1} MiB in {:?}", after.0.len() as f64 / 1_048_576.0, after.1);
    let looks = after.lines("wardround_probe_looks_total");
    let down: f64 = looks.filter(|(name, _)| name.contains("outcome=\"down\"")).map(|(_, value)| value).sum();
    println!("  looks that were down {down:7}");
}

fn configure(scene: &Scene, server: &Server, folder: &Path) -> std::path::PathBuf {
    let healthy = scene.probes - scene.hanging;
    let (https, tcp, hang, ca) = (server.https, server.tcp, server.hang, server.ca.display());
    let settings = if scene.name == "tcp" {
        format!("tcp: {{address: '{{target}}:{tcp}'}}")
    } else {
        format!(
            "http: {{url: 'https://bench.test:{https}/', connect_to: '{{target}}:{https}', tls: {{ca: '{ca}'}}}}"
        )
    };
    let seconds = interval().as_secs();
    let mut text = format!(
        "site: bench\ndefaults: {{interval: {seconds}s, timeout: 5s}}\nlimits: {{in_flight: 4000, per_host: 4000}}\n\
         services:\n  bench:\n    probes:\n      healthy: {{{settings}, targets_from: healthy.yaml}}\n"
    );
    if scene.hanging > 0 {
        let url = format!(
            "url: 'https://bench.test:{hang}/', connect_to: '{{target}}:{hang}', tls: {{ca: '{ca}'}}"
        );
        writeln!(text, "      hanging: {{http: {{{url}}}, targets_from: hanging.yaml}}").unwrap();
    }
    // Addresses of a hospital's size: 127.1.0.0, 127.1.0.1, …
    let target =
        |n: usize| format!("- {{name: t{n}, target: 127.{}.{}.{}}}\n", 1 + n / 65536, n / 256 % 256, n % 256);
    let list = |count: usize| (0..count).map(target).collect::<String>();
    std::fs::write(folder.join("healthy.yaml"), list(healthy)).unwrap();
    std::fs::write(folder.join("hanging.yaml"), list(scene.hanging.max(1))).unwrap();
    let config = folder.join("probes.yaml");
    std::fs::write(&config, text).unwrap();
    config
}

/// Microseconds of CPU per bare exchange of the healthy probes, paced alike.
fn bare_cost(scene: &Scene, server: &Server) -> f64 {
    let tcp = scene.name == "tcp";
    let port = if tcp { server.tcp } else { server.https };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(FLOOR)
        .arg(if tcp { "tcp" } else { "https" })
        .args([port.to_string(), scene.probes.to_string(), interval().as_secs().to_string()])
        .arg(&server.ca)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut count = || -> f64 { lines.next().unwrap().unwrap().parse().unwrap() };
    let before = count(); // the first interval warms up
    let cpu = cpu_of(child.id());
    let after = (0..option("--rounds", 3)).map(|_| count()).last().unwrap();
    let used = cpu_of(child.id()) - cpu;
    child.kill().unwrap();
    child.wait().unwrap();
    used.as_secs_f64() * 1e6 / (after - before)
}

/// The bare loop: sleeps until the next is due, begins it, and so on; after each interval it prints how many have ended.
#[tokio::main(flavor = "current_thread")]
async fn bare(words: &[String]) {
    let [kind, port, probes, seconds, ca] = words else { panic!("{words:?}") };
    let at = SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()));
    let (probes, seconds): (u32, u64) = (probes.parse().unwrap(), seconds.parse().unwrap());
    let (step, tls) = (Duration::from_secs(seconds) / probes, kind == "https");
    let connector = floor::connector(Path::new(ca));
    let ended = std::rc::Rc::new(std::cell::Cell::new(0_u64));
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            let mut due = tokio::time::Instant::now();
            for turn in 1.. {
                let (connector, counter) = (connector.clone(), ended.clone());
                tokio::task::spawn_local(async move {
                    if tls {
                        floor::https(at, &connector).await;
                    } else {
                        floor::tcp(at).await;
                    }
                    counter.set(counter.get() + 1);
                });
                due += step;
                tokio::time::sleep_until(due).await;
                if turn % probes == 0 {
                    println!("{}", ended.get());
                }
            }
        })
        .await;
}
