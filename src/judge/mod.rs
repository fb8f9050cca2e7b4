//! What do looks mean? Pure: the state machine of a probe, the state of a service.

mod latch;
mod probe;
mod service;

pub use probe::{Belief, Turn};
pub use service::Census;
