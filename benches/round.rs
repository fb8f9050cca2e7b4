//! How long does the pure machine take for a quarter of a year? 60 probes every 30 s, and no runtime.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here is the benchmark")]

use std::{io::Write as _, time::Duration};

#[path = "../tests/round/chance.rs"]
mod chance;
#[path = "../tests/round/quarter.rs"]
mod quarter;
#[path = "../tests/round/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

#[expect(clippy::disallowed_methods, reason = "the time it takes is what is asked")]
fn main() -> std::io::Result<()> {
    let began = std::time::Instant::now();
    let figures = quarter::watch(60, Duration::from_secs(30), Duration::from_hours(92 * 24));
    let seconds = began.elapsed().as_secs_f64();
    let looks = u32::try_from(figures.looks).map_or(f64::NAN, f64::from);
    writeln!(std::io::stdout(), "{figures:?}")?;
    writeln!(std::io::stdout(), "{looks} looks in {seconds:.2} s: {:.0} looks/s", looks / seconds)
}
