//! How long does the pure machine take: a quarter of a year of 60 probes every 30 s, an hour of 20,000 every 15 s?
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here is the benchmark")]

use std::{io::Write as _, time::Duration};

#[path = "../tests/round/chance.rs"]
mod chance;
#[path = "../tests/round/quarter.rs"]
mod quarter;
#[path = "../tests/round/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

fn main() -> std::io::Result<()> {
    watch("a quarter of a year", 60, 30, 92 * 24)?;
    watch("an hour", 20_000, 15, 1)
}

#[expect(clippy::disallowed_methods, reason = "the time it takes is what is asked")]
fn watch(name: &str, probes: usize, interval: u64, hours: u64) -> std::io::Result<()> {
    let began = std::time::Instant::now();
    let figures = quarter::watch(probes, Duration::from_secs(interval), Duration::from_hours(hours));
    let seconds = began.elapsed().as_secs_f64();
    let looks = u32::try_from(figures.looks).map_or(f64::NAN, f64::from);
    let mut out = std::io::stdout();
    writeln!(out, "{name} of {probes} probes every {interval} s: {figures:?}")?;
    writeln!(out, "{looks} looks in {seconds:.2} s: {:.0} looks/s", looks / seconds)
}
