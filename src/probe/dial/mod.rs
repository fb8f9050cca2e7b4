//! How is a target reached? Resolving, connecting and TLS, shared by all kinds; stamps the phases.

mod connect;
mod failure;
mod resolve;
mod route;
mod stopwatch;
mod stream;
mod talk;
pub(crate) mod tls;
mod turns;

pub(crate) use connect::{any_like, connect, failure as connect_failure, open, unusable};
pub(crate) use failure::{closed, io_failure};
pub(crate) use resolve::Resolver;
pub(crate) use route::{Family, RawOrigin, RawRoute, Route};
pub(crate) use stopwatch::Stopwatch;
pub(crate) use stream::Stream;
pub(crate) use talk::Talk;
pub(crate) use tls::Chains;
pub(crate) use turns::Turns;
