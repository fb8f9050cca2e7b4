//! Do looks survive whatever the far side does, and tell it from what we lack ourselves?

mod alone;
mod json;
mod leaks;
mod matrix;
mod ours;
mod probing;
mod strangers;
