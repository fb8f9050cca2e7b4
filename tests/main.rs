//! The one integration test crate: a module a topic.
#![cfg(test)]

mod beats;
mod config;
mod demo;
mod law;
mod metrics;
mod neighbours;
mod round;
mod run;
mod serve;
