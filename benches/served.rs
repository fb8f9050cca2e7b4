//! What does it cost to be looked at? The real program, 667 looks a second, first left alone and then asked for its page and its
//! metrics, then watched live by a crowd. All three in one run, so that what they cost is told by the difference.
//!
//! `cargo bench --bench served -- --services 1000 --probes 10 --interval 15 --window 30 --viewers 200`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unchecked_time_subtraction,
    reason = "a benchmark reads clocks, speaks to a terminal, and ends where it cannot go on"
)]

mod support;

use std::{
    fmt::Write as _,
    io::{Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use support::{
    monitor::{Monitor, Scrape, ask, late},
    option,
    server::Server,
};

/// Every hundredth service is down for this long, and up again for as long.
const FLAP: Duration = Duration::from_secs(10);

/// What one stretch of time cost.
struct Cost {
    cpu: f64,
    late: String,
    missed: f64,
}

fn main() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let door = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    thread::spawn(move || flap(door));
    let monitor = Monitor::start(&configure(&server, door, folder.path()));
    monitor.rest(seconds("--interval", 15) * 2, seconds("--interval", 15)); // every probe has looked, twice
    println!(
        "goals: the page ≤ 50 ms, metrics ≤ 250 ms, p99 late ≤ 10 ms meanwhile, 200 viewers < 5 % of a core"
    );
    let alone = measured(&monitor, || sleep(window()));
    tell("left alone", &alone, &alone);
    let mut took = (Vec::new(), Vec::new());
    let asked = measured(&monitor, || took = pester(monitor.at));
    tell("asked for its page each second, for its metrics each 5 s", &asked, &alone);
    println!("  the page            {}", told(&mut took.0));
    println!("  metrics             {}", told(&mut took.1));
    let crowd = option("--viewers", 200);
    let heard = AtomicU64::new(0);
    let watched = watch(&monitor, crowd, &heard);
    tell(&format!("watched live by {crowd}"), &watched, &alone);
    println!("  bytes heard by all  {}", heard.load(Ordering::Relaxed));
}

fn seconds(name: &str, default: usize) -> Duration {
    Duration::from_secs(option(name, default) as u64)
}

fn window() -> Duration {
    seconds("--window", 30)
}

fn measured(monitor: &Monitor, during: impl FnOnce()) -> Cost {
    let (began, before, cpu) = (Instant::now(), monitor.scrape(), monitor.cpu());
    during();
    let cpu = (monitor.cpu() - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    let after = monitor.scrape();
    let gaps = |scrape: &Scrape| scrape.sum("wardround_gaps_total{");
    Cost { cpu, late: late(&before, &after, 0.99), missed: gaps(&after) - gaps(&before) }
}

fn tell(what: &str, cost: &Cost, alone: &Cost) {
    println!("\n{what}");
    let (more, ratio) = (100.0 * (cost.cpu - alone.cpu), cost.cpu / alone.cpu);
    println!("  of a core           {:.1} %, {more:+.1} points, ratio {ratio:.2}", 100.0 * cost.cpu);
    println!("  late, p99           {} s; gaps {}", cost.late, cost.missed);
}

/// The times of pages, and of expositions.
fn pester(at: SocketAddr) -> (Vec<Duration>, Vec<Duration>) {
    let end = Instant::now() + window();
    let (mut pages, mut metrics) = (Vec::new(), Vec::new());
    for second in 0_u64.. {
        if Instant::now() >= end {
            break;
        }
        pages.push(good(at, "/", "accept-encoding: gzip\r\n"));
        if second % 5 == 0 {
            metrics.push(good(at, "/metrics", ""));
        }
        sleep(Duration::from_secs(1));
    }
    (pages, metrics)
}

fn good(at: SocketAddr, path: &str, headers: &str) -> Duration {
    let (reply, took) = ask(at, path, headers);
    assert!(reply.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&reply[..60]));
    took
}

fn told(took: &mut [Duration]) -> String {
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    format!("median {:?}, slowest {:?} of {}", at(50), at(100), took.len())
}

/// What it costs to be watched by `crowd`; `heard` counts the bytes.
fn watch(monitor: &Monitor, crowd: usize, heard: &AtomicU64) -> Cost {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..crowd {
            let mut stream = TcpStream::connect(monitor.at).unwrap();
            write!(stream, "GET /events HTTP/1.1\r\nhost: {}\r\n\r\n", monitor.at).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
            let over = &over;
            scope.spawn(move || listen(stream, heard, over));
        }
        sleep(Duration::from_secs(2)); // they have come in
        let cost = measured(monitor, || sleep(window()));
        over.store(true, Ordering::Relaxed);
        cost
    })
}

fn listen(mut stream: TcpStream, heard: &AtomicU64, over: &AtomicBool) {
    let mut piece = vec![0; 64 * 1024];
    while !over.load(Ordering::Relaxed) {
        match stream.read(&mut piece) {
            Ok(0) => panic!("a viewer was sent away"),
            Ok(count) => drop(heard.fetch_add(count as u64, Ordering::Relaxed)),
            Err(_nothing_yet) => {}
        }
    }
}

/// Opens and closes the port `at`, again and again.
fn flap(at: SocketAddr) {
    loop {
        let open = TcpListener::bind(at).unwrap();
        open.set_nonblocking(true).unwrap();
        let until = Instant::now() + FLAP;
        while Instant::now() < until {
            drop(open.accept());
            sleep(Duration::from_millis(1));
        }
        drop(open);
        sleep(FLAP);
    }
}

/// So many services with so many probes each; one probe of every hundredth service is at the port that opens and closes.
fn configure(server: &Server, door: SocketAddr, folder: &Path) -> std::path::PathBuf {
    let (services, probes) = (option("--services", 1000), option("--probes", 10));
    let seconds = seconds("--interval", 15).as_secs();
    let mut text = format!(
        "site: bench\nserve: {{per_client: {{requests: 100000, connections: 1000}}}}\ndefaults: {{interval: {seconds}s, timeout: 5s}}\nlimits: {{in_flight: 4000, per_host: 4000}}\nservices:\n"
    );
    for service in 0..services {
        writeln!(text, "  s{service}:\n    title: Service number {service}\n    probes:").unwrap();
        for probe in 0..probes {
            let n = service * probes + probe;
            let address = match probe {
                0 if service % 100 == 0 => door.to_string(),
                _ => format!("127.{}.{}.{}:{}", 1 + n / 65536, n / 256 % 256, n % 256, server.tcp),
            };
            writeln!(text, "      p{probe}: {{tcp: {{address: '{address}'}}}}").unwrap();
        }
    }
    let config = folder.join("probes.yaml");
    std::fs::write(&config, text).unwrap();
    config
}
