//! What are the things we speak of? The nouns of the walk; nothing here imports anything of ours.

mod endpoint;
mod fault;
mod id;
mod incident;
mod maintenance;
mod nhs;
mod note;
mod objective;
mod observation;
mod outcome;
mod outline;
pub mod peer;
mod phase;
mod policy;
mod severity;
mod state;
mod time;
mod words;

pub use endpoint::{BadEndpoint, Endpoint, Host};
pub use fault::{Cause, Failure, Fault, Ours};
pub use id::{BadSlug, ProbeId, Slug};
pub use incident::{Blame, Evidence, Incident, IncidentKind, IncidentTurn, Length, Run, Suspect};
pub use maintenance::{Announcement, Day, Every, Maintenance, Repeat, When};
pub use nhs::NhsNumber;
pub use note::{By, Deed, Note, Remark};
pub use objective::{Calendar, Counting, Objective, Share};
pub use observation::{Certificate, Details, DnsFacts, Observation, Seen, TlsFacts, Version, Why};
pub use outcome::{Check, Finding, Outcome, Reason, Weight};
pub use outline::{Group, Links, Outline, ProbeOutline, Rebase, ServiceOutline};
pub use phase::{Phase, Span, Timeline};
pub use policy::{Cadence, Confirm, Impact};
pub use severity::{Severities, Severity};
pub use state::{Blip, ServiceState, ServiceTransition, State, Transition};
pub use time::{Moment, Period};
pub use words::{at, clock, lapse, length, suspects};
