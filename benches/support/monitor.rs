//! What is measured? The real program in a process of its own, by the kernel's accounts and by what it says of itself.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command},
    thread::sleep,
    time::{Duration, Instant},
};

/// `wardround run`.
pub(crate) struct Monitor {
    child: Child,
    pub(crate) at: SocketAddr,
}

impl Monitor {
    pub(crate) fn start(config: &Path) -> Self {
        let at = free_address();
        let child = Command::new(env!("CARGO_BIN_EXE_wardround"))
            .args(["run", "--listen", &at.to_string(), "--config"])
            .arg(config)
            .env("WARDROUND_LOG", "error")
            .env("WARDROUND_DATA", config.with_file_name("data"))
            .spawn()
            .unwrap();
        let monitor = Self { child, at };
        let patience = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(at).is_err() {
            assert!(Instant::now() < patience, "wardround does not answer on {at}");
            sleep(Duration::from_millis(20));
        }
        monitor
    }

    /// Lets time go by, scraping each `interval`.
    pub(crate) fn rest(&self, time: Duration, interval: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            sleep(interval.min(end.saturating_duration_since(Instant::now())));
            self.scrape();
        }
    }

    pub(crate) fn scrape(&self) -> Scrape {
        let (text, took) = ask(self.at, "/metrics", "");
        Scrape(String::from_utf8(text).unwrap(), took)
    }

    /// The CPU time that it has used, its ended threads included.
    pub(crate) fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }

    /// The most resident memory that it ever had, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        memory_of(self.child.id())
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Scrape(pub(crate) String, pub(crate) Duration);

impl Scrape {
    pub(crate) fn lines<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (String, f64)> + 'a {
        let numbers =
            |line: &str| Some((line.rsplit_once(' ')?.0.to_owned(), line.rsplit_once(' ')?.1.parse().ok()?));
        self.0.lines().filter(move |line| line.starts_with(start)).filter_map(numbers)
    }

    pub(crate) fn sum(&self, start: &str) -> f64 {
        self.lines(start).map(|(_, value)| value).sum()
    }
}

/// The whole reply to a request for `path`, and how long it took.
pub(crate) fn ask(at: SocketAddr, path: &str, headers: &str) -> (Vec<u8>, Duration) {
    let began = Instant::now();
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {at}\r\n{headers}connection: close\r\n\r\n").unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    (reply, began.elapsed())
}

/// The upper bound of the bucket in which the quantile lies.
pub(crate) fn late(before: &Scrape, after: &Scrape, quantile: f64) -> String {
    let bucket = "wardround_schedule_lateness_seconds_bucket";
    let counts = |scrape: &Scrape| -> Vec<(String, f64)> { scrape.lines(bucket).collect() };
    let grown: Vec<_> = counts(after)
        .into_iter()
        .zip(counts(before))
        .map(|((le, now), (_, then))| (le, now - then))
        .collect();
    let all = grown.last().map_or(0.0, |(_, count)| *count);
    let found = grown.into_iter().find(|(_, count)| *count >= all * quantile);
    found.map_or("?".into(), |(le, _)| format!("≤ {}", le.rsplit('"').nth(1).unwrap_or("?")))
}

fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The CPU time of a process, its ended threads included, in the kernel's ticks of 10 ms.
pub(crate) fn cpu_of(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    let ticks: Vec<u64> = fields.skip(11).take(2).map(|ticks| ticks.parse().unwrap()).collect();
    Duration::from_millis(10 * (ticks[0] + ticks[1]))
}

/// The most resident memory that a process ever had, in KiB.
fn memory_of(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
