//! Is every ledger the same book?

mod given;
mod suite;
