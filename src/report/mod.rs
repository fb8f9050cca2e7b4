//! What is told of a period? Pure: from entries, and from nothing else.
//!
//! ```text
//! account         entries → what they say of each service
//! course          how one service was, at each moment of its life
//! period          which stretch of time a text names
//! works           when planned work was announced, and what of it counts
//! tally           a period, split into seven parts
//! chart           how a picture shows it
//! spc             what of a measure is change, and what is chance
//! ```

mod account;
pub mod chart;
mod course;
mod period;
pub mod spc;
mod tally;
mod works;

pub use account::Account;
pub use course::Stretch;
pub use period::{BadPeriod, Named, period};
pub use tally::Tally;
pub use works::Window;
