//! The one integration test crate: a module a topic.
#![cfg(test)]

mod alertmanager;
mod alerts;
mod api;
mod beats;
mod blackbox;
mod config;
mod dashboards;
mod demo;
mod dial;
mod dns;
mod door;
mod fhir;
mod hostile;
mod icmp;
mod journey;
mod law;
mod ledger;
mod looks;
mod metrics;
mod neighbours;
mod notify;
mod page;
mod paging;
mod receivers;
mod replay;
mod report;
mod reports;
mod round;
mod run;
mod serve;
mod sites;
mod tls;
mod trouble;
mod verbs;
