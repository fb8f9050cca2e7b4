//! Wardround: a synthetic EHR availability monitor.
//!
//! The monitor is a fold. Facts come in (a look is due, a look ended, the plan changed, stop), one pure function
//! steps, and two things come out: *look at this* and *remember this*. Everything shown is a reading of what was
//! remembered.
//!
//! ```text
//!  probes.yaml ──config──▶ Plan ──┐
//!                                 │
//!       ┌─────────────────────────▼─────── pure: no clock, no socket, no runtime ──────────────┐
//!   ┌──▶│  Event ──▶ Round::step(event, now) ──▶ Effect::Look(job)  or  Effect::Record(entry)   │
//!   │   └───────────────────────────────────────────────┬──────────────────────────┬───────────┘
//!   │                                                    ▼                          ▼
//!  engine: the only loop;                        probe::look               one Entry, into the ledger first,
//!  selects one event of  ◀──── Observation ───── the only network          then told to each reader: metrics
//!  due, done, reload, stop                                                          │                  │
//!                                                               status, incidents, replay, …       /metrics
//! ```
//!
//! Where do I look for …
//! - a word (`Slug`, `Moment`, `Fault`, `Outcome`, …): [`model`]
//! - when a probe is believed to be down, or a service; incidents; when planned work is: [`judge`]
//! - what is remembered: [`entry`]
//! - when a look is due, rechecked, missed; how a start goes on from what is remembered: [`round`]
//! - how a mistake in the configuration is told: [`raw`]
//! - how HTTP, DNS, TLS, FHIR, HL7, DICOM, … is looked at: [`probe`]
//! - what a `blackbox.yml` means, and how the metrics of `blackbox_exporter` are written: [`blackbox`]
//! - a key of `probes.yaml`: [`config`], and each kind's `raw.rs`
//! - the loop, reload, stop, the clock: [`engine`]
//! - how it is kept, and whether it can be trusted; export, import, backup: [`ledger`]
//! - a metric: [`metrics`]
//! - who is told at once, and how: [`notify`]
//! - an HTTP route of ours: [`serve`]
//! - how long a service was up in a period (the tally), and what a period is: [`report`]
//! - a panel of a Grafana dashboard: [`dashboards`]
//! - the simulated hospital: [`demo`]
//! - a verb of the command line (`status`, `incidents`, `maintenance`, `replay`, …): [`cli`]

pub mod model;

pub mod judge;

pub mod entry;

pub mod round;

pub mod raw;

pub mod probe;

pub mod blackbox;

pub mod config;

pub mod ledger;

pub mod metrics;

pub mod notify;

pub mod serve;

pub mod report;

pub mod dashboards;

pub mod demo;

pub mod engine;

pub mod cli;
