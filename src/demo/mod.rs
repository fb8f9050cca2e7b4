//! What can be watched where there is no hospital? A simulated one on loopback, with scripted faults.
//!
//! It knows nothing of the monitor. Every name below `hospital.test` is answered by its own name server and leads to
//! 127.0.0.1, so that it needs neither a network nor root.

mod ailment;
mod answers;
mod archive;
mod certificates;
mod chart;
mod directory;
mod door;
mod fhir;
mod files;
mod hospital;
mod hosts;
mod interfaces;
mod mail;
pub mod misbehave;
mod names;
mod pages;
mod part;
mod record;
mod script;
mod sign_in;
mod wardrobe;
mod web;
mod zone;

pub use ailment::{Ailment, Flaw};
pub use files::{FILES, PROBES};
pub use hospital::{Hospital, Ports};
pub use part::Part;
pub use script::{Script, Spell};

/// The zone of every name in the hospital.
pub const DOMAIN: &str = "hospital.test";
