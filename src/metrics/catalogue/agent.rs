//! Which series are there about the agent itself?

use super::{Family, Label, Shape, Unit};

pub(crate) static BUILD_INFO: Family =
    Family::gauge("wardround_build_info", Unit::One, "Which agent this is.")
        .labels(&[Label::Site, Label::Version]);

pub(crate) static LATENESS: Family = Family::new(
    "wardround_schedule_lateness_seconds",
    Shape::Histogram,
    Unit::Seconds,
    "How late looks began, waiting for a place among the looks in flight included: our fault, never the target's.",
)
.labels(&[Label::Site, Label::Bound]);

pub(crate) static IN_FLIGHT: Family =
    Family::gauge("wardround_looks_in_flight", Unit::Count, "Looks under way.");

pub(crate) static GAPS: Family = Family::counter(
    "wardround_gaps_total",
    Unit::Count,
    "Stretches in which looks of a probe were due and not taken, or not remembered.",
)
.labels(&[Label::Site, Label::Reason]);

pub(crate) static MISSED: Family = Family::counter(
    "wardround_missed_looks_total",
    Unit::Count,
    "Looks that were due and not taken, or taken and not remembered: with the looks remembered, every due.",
)
.labels(&[Label::Site, Label::Reason]);

pub(crate) static PANICS: Family =
    Family::counter("wardround_panics_total", Unit::Count, "Looks that panicked. Each is a bug of ours.");

pub(crate) static RELOAD_OK: Family = Family::gauge(
    "wardround_config_last_reload_successful",
    Unit::Code,
    "Whether the configuration last read is in force: 1, or 0 while an older one is because the newer one is wrong.",
);

pub(crate) static RELOAD_AT: Family = Family::gauge(
    "wardround_config_last_reload_success_timestamp_seconds",
    Unit::Timestamp,
    "When the configuration in force came into force.",
);

pub(crate) static CLOCK_STEPS: Family = Family::counter(
    "wardround_clock_steps_total",
    Unit::Count,
    "How often the clock was set, or the machine slept.",
);

pub(crate) static CUT_OFF: Family = Family::gauge(
    "wardround_site_cut_off",
    Unit::Code,
    "Whether all reference probes fail together: 1, and what this site sees is unknown, or 0.",
);

pub(crate) static LINKS: Family = Family::gauge(
    "wardround_links_info",
    Unit::One,
    "Where people find more, to be written into alerts: the runbooks, and the Grafana that has the dashboards.",
)
.labels(&[Label::Site, Label::Runbooks, Label::Dashboards])
.absent("before the first plan");

pub(crate) static STARTED: Family =
    Family::gauge("process_start_time_seconds", Unit::Timestamp, "When the agent started.");

pub(crate) static CPU: Family = Family::counter(
    "process_cpu_seconds_total",
    Unit::Seconds,
    "Processor time spent by the agent, user and system.",
);

pub(crate) static RESIDENT: Family = Family::gauge(
    "process_resident_memory_bytes",
    Unit::Bytes,
    "Memory of the agent that is resident in the machine's memory.",
)
.absent(NO_PROC);

pub(crate) static VIRTUAL: Family =
    Family::gauge("process_virtual_memory_bytes", Unit::Bytes, "Address space of the agent.").absent(NO_PROC);

pub(crate) static THREADS: Family =
    Family::gauge("process_threads", Unit::Count, "Threads of the agent.").absent(NO_PROC);

pub(crate) static OPEN_FDS: Family =
    Family::gauge("process_open_fds", Unit::Count, "Open file descriptors of the agent.").absent(NO_PROC);

pub(crate) static MAX_FDS: Family =
    Family::gauge("process_max_fds", Unit::Count, "File descriptors that the agent may have open.")
        .absent("if there is no limit");

const NO_PROC: &str = "on a system without `/proc`";

/// Every metric about the agent.
pub(super) const AGENT: &[&Family] = &[
    &BUILD_INFO,
    &LATENESS,
    &IN_FLIGHT,
    &GAPS,
    &MISSED,
    &PANICS,
    &RELOAD_OK,
    &RELOAD_AT,
    &CLOCK_STEPS,
    &CUT_OFF,
    &LINKS,
    &STARTED,
    &CPU,
    &RESIDENT,
    &VIRTUAL,
    &THREADS,
    &OPEN_FDS,
    &MAX_FDS,
];
