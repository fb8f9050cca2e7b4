//! What do these benchmarks stand on? A server in a process of its own, the bare exchanges, and the clock of our own CPU.
#![expect(dead_code, reason = "each benchmark uses a part")]

pub(crate) mod floor;
pub(crate) mod monitor;
pub(crate) mod server;

use std::time::Duration;

/// The CPU time that this process has used.
pub(crate) fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap(), u32::try_from(time.tv_nsec).unwrap())
}

/// The value after `--name` on the command line, or `default`.
pub(crate) fn option(name: &str, default: usize) -> usize {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1).map_or(default, |value| value.parse().expect("a whole number"))
}
