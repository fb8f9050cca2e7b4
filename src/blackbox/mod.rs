//! How do we stand in for `blackbox_exporter`? Its file is read, its question is answered by a look of ours, and the answer
//! has its names, labels and habits.
//!
//! ```text
//! blackbox.yml ──file──▶ module ──draft──▶ settings of a kind of ours, for one target ──▶ look ──exposition──▶ its metrics
//! ```

mod allow;
mod ask;
mod draft;
mod exposition;
mod file;
mod import;
mod masked;
mod modules;
mod question;
mod recorded;
mod size;
#[cfg(test)]
mod tests;
mod verdict;

pub use self::{
    allow::Rule,
    import::{File, Imported, import},
    modules::Modules,
    question::{Question, Refused},
};
