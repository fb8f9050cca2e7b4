//! What is told of a period? Pure: from what was remembered, and from nothing else.
//!
//! ```text
//! account         entries → what they say of each service
//! course          how one service was, at each moment of its life
//! agent           what became of the agent itself
//! period          which stretch of time a text names, and those before it
//! works           when planned work was announced, and what of it counts
//! tally           a period, split into seven parts
//! spans           what two lists of periods have in common
//! asked           what is asked of a report, and remembered: what it rests on; past: how that is read from a ledger
//! share           availability, and whether an objective was kept
//! incidents       what went wrong, with bounds; blips; latency; lost: an estimate of clinicians' time
//! spc             what of a measure is change, and what is chance; measures: which are charted
//! service         all of this of one service; report: of all of them; quality: what was not measured
//! chart           how a picture shows it
//! headline        the report in a sentence; words: how a figure is printed
//! scene           what every page of a document knows, on a screen or on paper
//! format          markdown, table (CSV), json, pdf; explain: the stretches behind the figures
//! html            a document for screen and paper
//! pdf             how the report is set on paper, if the feature is built in
//! ```

mod account;
mod agent;
mod asked;
mod blips;
pub mod chart;
mod course;
mod explain;
mod format;
mod headline;
pub mod html;
mod incidents;
mod json;
mod latency;
mod lost;
mod markdown;
mod measures;
mod past;
#[cfg(feature = "pdf")]
mod pdf;
mod period;
mod quality;
mod remembered;
#[expect(clippy::module_inception, reason = "a report is what this room is for")]
mod report;
mod scene;
mod seconds;
mod service;
mod share;
mod spans;
pub mod spc;
mod table;
mod tally;
pub mod words;
mod works;

pub use account::Account;
pub use agent::{Agent, Plan};
pub use asked::Asked;
pub use blips::Blips;
pub use course::Stretch;
pub use explain::explain;
pub use format::{Format, Unwritten};
pub use headline::headline;
pub use incidents::{Bounds, Happened, Kinds};
pub use latency::Looks;
pub use lost::Lost;
pub use past::{account, read, remembered};
pub use period::{BadPeriod, Named, period};
pub use quality::{InForce, Quality};
pub use remembered::{Head, Remembered};
pub use report::{NoReport, Report, SiteReport};
pub use service::{CalendarTally, Earlier, ServiceReport, Work, decimals_of};
pub use share::{Availability, Kept, Verdict};
pub use tally::Tally;
pub use works::Window;
