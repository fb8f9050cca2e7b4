//! What do looks mean? Pure: the state machine of a probe, the state of a service, when planned work happens.

mod latch;
mod maintenance;
mod probe;
mod service;

pub use maintenance::Timetable;
pub use probe::{Belief, Turn};
pub use service::Census;
