//! What do looks mean? Pure: the state machine of a probe, the state of a service, its incidents, a site that is cut off,
//! when planned work happens.

mod incidents;
mod latch;
mod maintenance;
mod past;
mod probe;
mod service;
mod uplink;

pub use incidents::Incidents;
pub use maintenance::Timetable;
pub use past::{Past, Piece};
pub use probe::{Belief, Doubt, Turn};
pub use service::{Census, Part};
pub use uplink::{Crossing, Uplink, Way};
