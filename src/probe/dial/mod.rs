//! How is a target reached? Resolving, connecting and TLS, shared by all kinds; stamps the phases.

mod connect;
mod failure;
mod resolve;
mod stopwatch;
pub(crate) mod tls;

pub(crate) use connect::{Family, Route, connect};
pub(crate) use failure::{closed, io_failure};
pub(crate) use resolve::Resolver;
pub(crate) use stopwatch::Stopwatch;
pub(crate) use tls::Chains;
