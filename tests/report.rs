//! Is a report what it claims to be?

mod golden;
mod hospital;
mod neighbours;
mod page;
mod sample;
mod verb;
