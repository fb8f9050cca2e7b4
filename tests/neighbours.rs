//! Do the real neighbours agree with us? `./test quick` leaves out every module of this name.

pub(crate) mod agent;
mod aiosmtpd;
pub(crate) mod certificates;
pub(crate) mod chromium;
mod dcmtk;
pub(crate) mod hasty;
mod knot;
mod mllp;
mod nginx;
pub(crate) mod node;
mod oidc;
mod orthanc;
mod prometheus;
mod promtool;
mod pynetdicom;
pub(crate) mod python;
mod slapd;
pub(crate) mod started;
mod talk;
mod tinyproxy;
mod unbound;
