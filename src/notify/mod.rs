//! Who is told at once, and how? Alertmanagers, webhooks, mail and heartbeats, off the path of the looks.
//!
//! What is to be told is a reading of entries (pure); that a receiver acknowledged is an entry of its own
//! ([`Entry::Told`](crate::entry::Entry::Told)), so that a new start tells nothing twice and forgets nothing. Each receiver
//! is told on its own, with patience of its own: one that is slow or dead keeps nobody else waiting.

mod account;
mod alert;
mod alertmanager;
mod call;
mod client;
mod desk;
mod email;
mod heartbeat;
mod names;
mod peer;
mod raw;
mod receiver;
mod site;
mod smtp;
mod teller;
mod trial;
mod undelivered;
mod webhook;
mod words;

pub use alert::{Alert, Message};
pub use alertmanager::Alertmanager;
pub use desk::incident_of;
pub use email::{Attached, Email, Letter};
pub use heartbeat::Heartbeat;
pub use names::{Naming, namings};
pub(crate) use raw::{RawEmail, RawReceiver, RawSite};
pub use receiver::{Channel, Receiver};
pub use site::Site;
pub use teller::{Ear, Setting, Teller};
pub use trial::tell_trial;
pub use undelivered::Undelivered;
pub use webhook::Webhook;
