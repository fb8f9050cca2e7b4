//! Do the real neighbours agree with us? `./test quick` leaves out every module of this name.

mod prometheus;
mod promtool;
