//! How far does a journey come in systems that others wrote?

mod archive;
mod sign_in;
