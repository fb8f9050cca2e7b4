//! Do people see how everything stands, and can they say what they do about it?

mod forms;
pub(crate) mod hospital;
mod live;
mod neighbours;
mod shown;
