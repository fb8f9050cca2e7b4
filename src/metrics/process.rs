//! What does the agent cost the machine? Read from the system at each scrape.

use std::{fs, time::Duration};

use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

use super::{catalogue as of, catalogue::Family, labels::Labels, page::Page};

/// Writes the series with the names that every exporter uses.
pub(super) fn write(site: &Labels, page: &mut Page<'_>) {
    let site = site.as_str();
    page.family(&of::CPU);
    page.series(&of::CPU, site).maybe(Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok());
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    gauge(page, site, &of::RESIDENT, field(&status, "VmRSS:").map(kibibytes));
    gauge(page, site, &of::VIRTUAL, field(&status, "VmSize:").map(kibibytes));
    gauge(page, site, &of::THREADS, field(&status, "Threads:"));
    gauge(page, site, &of::OPEN_FDS, open_descriptors());
    gauge(page, site, &of::MAX_FDS, getrlimit(Resource::Nofile).current);
}

fn gauge(page: &mut Page<'_>, site: &str, family: &'static Family, value: Option<u64>) {
    page.family(family);
    page.series(family, site).maybe(value);
}

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn kibibytes(count: u64) -> u64 {
    count.saturating_mul(1024)
}

fn open_descriptors() -> Option<u64> {
    let listed = fs::read_dir("/proc/self/fd").ok()?.count();
    // One of them is the listing itself.
    u64::try_from(listed).ok()?.checked_sub(1)
}
