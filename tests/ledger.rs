//! Is every ledger the same book, and what survives?

mod alike;
mod days;
mod given;
mod moving;
mod suite;
mod trouble;
mod verify;
