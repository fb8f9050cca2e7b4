//! What does a real Alertmanager make of our file, and of alerts that come in two ways?

pub(crate) mod alert;
pub(crate) mod receiver;
pub(crate) mod server;
pub(crate) mod shipped;

mod amtool;
mod delivered;
mod inhibited;
mod routes;
mod twice;
mod words;
