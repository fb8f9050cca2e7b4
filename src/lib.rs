//! Wardround: a synthetic EHR availability monitor.
pub mod entry;
pub mod model;
