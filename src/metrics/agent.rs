//! What is counted of the agent itself?
//!
//! Few series, and they live as long as the agent: these are objects of the `prometheus` crate. Those of probes are
//! not: 5,000 probes are well over 100,000 lines, and as one object a series a scrape of 105,000 lines was measured at
//! 77 to 93 ms and 65 to 75 MB, against 6.5 to 9.6 ms and 10 MB written straight from compact numbers.

use prometheus::{
    Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
    core::Collector,
    proto::{LabelPair, MetricFamily},
};

use super::{
    catalogue::{self as of, Family, Label},
    ledger::Ledger,
    reports::Reports,
};
use crate::{
    entry::{Gap, GapReason},
    model::{Moment, Observation, Ours, Outcome, Slug},
};

/// No bound is whole, because the crate would write 1 as `1`, and Prometheus from 3.0 on as `1.0`: two series.
const LATE: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 2.5];

#[derive(Debug)]
pub(super) struct Agent {
    registry: Registry,
    pub(super) in_flight: IntGauge,
    pub(super) reload_ok: IntGauge,
    lateness: Histogram,
    gaps: IntCounterVec,
    missed: IntCounterVec,
    panics: IntCounter,
    reload_at: Gauge,
    clock_steps: IntCounter,
    cut_off: IntGauge,
    started: Gauge,
    pub(super) ledger: Ledger,
    pub(super) reports: Reports,
}

impl Agent {
    pub(super) fn new() -> Self {
        let registry = Registry::new();
        let within = &registry;
        build_info(within);
        Self {
            in_flight: enter(within, IntGauge::with_opts(opts(&of::IN_FLIGHT))),
            reload_ok: enter(within, IntGauge::with_opts(opts(&of::RELOAD_OK))),
            lateness: enter(within, lateness()),
            gaps: enter(within, by_reason(&of::GAPS)),
            missed: enter(within, by_reason(&of::MISSED)),
            panics: enter(within, IntCounter::with_opts(opts(&of::PANICS))),
            reload_at: enter(within, Gauge::with_opts(opts(&of::RELOAD_AT))),
            clock_steps: enter(within, IntCounter::with_opts(opts(&of::CLOCK_STEPS))),
            cut_off: enter(within, IntGauge::with_opts(opts(&of::CUT_OFF))),
            started: enter(within, Gauge::with_opts(opts(&of::STARTED))),
            ledger: Ledger::new(within),
            reports: Reports::new(within),
            registry,
        }
    }

    pub(super) fn started(&self, at: Moment) {
        self.started.set(at.as_seconds());
    }

    pub(super) fn planned(&self, at: Moment) {
        self.reload_at.set(at.as_seconds());
    }

    pub(super) fn clock_stepped(&self) {
        self.clock_steps.inc();
    }

    pub(super) fn cut_off(&self, is_so: bool) {
        self.cut_off.set(i64::from(is_so));
    }

    pub(super) fn observed(&self, look: &Observation) {
        self.lateness.observe(look.late.as_secs_f64());
        if matches!(look.seen.outcome, Outcome::Unknown { ours: Ours::Panicked, .. }) {
            self.panics.inc();
        }
    }

    pub(super) fn missed(&self, gap: &Gap) {
        let reason = [gap.reason.label()];
        self.gaps.with_label_values(&reason).inc();
        self.missed.with_label_values(&reason).inc_by(gap.missed);
    }

    /// The exposition of what is counted here, each series with the label `site`: it is known later than they are made,
    /// and may change.
    pub(super) fn text(&self, site: Option<&Slug>) -> String {
        let mut families = self.registry.gather();
        for series in families.iter_mut().flat_map(MetricFamily::mut_metric) {
            let labels = site.map(of_site).into_iter().chain(series.take_label()).collect();
            series.set_label(labels);
        }
        // Fails only for a family without series or name, and there is none.
        TextEncoder::new().encode_to_string(&families).unwrap_or_default()
    }
}

/// Makes a metric part of the exposition.
#[expect(
    clippy::expect_used,
    reason = "names and labels are the catalogue's: sound and distinct by its test"
)]
pub(super) fn enter<M: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<M>) -> M {
    let metric = made.expect("the catalogue's names are sound");
    registry.register(Box::new(metric.clone())).expect("the catalogue's names are distinct");
    metric
}

pub(super) fn opts(family: &Family) -> Opts {
    Opts::new(family.name, family.help)
}

fn of_site(site: &Slug) -> LabelPair {
    let mut label = LabelPair::default();
    label.set_name(Label::Site.name().to_owned());
    label.set_value(site.to_string());
    label
}

fn build_info(registry: &Registry) {
    let version = opts(&of::BUILD_INFO).const_label(Label::Version.name(), env!("CARGO_PKG_VERSION"));
    enter(registry, IntGauge::with_opts(version)).set(1);
}

fn lateness() -> prometheus::Result<Histogram> {
    Histogram::with_opts(HistogramOpts::from(opts(&of::LATENESS)).buckets(LATE.to_vec()))
}

fn by_reason(family: &Family) -> prometheus::Result<IntCounterVec> {
    let counter = IntCounterVec::new(opts(family), &[Label::Reason.name()])?;
    for reason in GapReason::ALL {
        counter.with_label_values(&[reason.label()]);
    }
    Ok(counter)
}
