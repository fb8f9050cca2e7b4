//! What do Grafana users see? Every dashboard, written from the catalogue of metrics; `dashboards/` is what comes of it.

mod agent;
mod certificates;
mod columns;
mod field;
mod figures;
mod frame;
mod grid;
mod latency;
mod looking;
mod model;
mod objectives;
mod overview;
mod panel;
mod probe;
mod query;
mod records;
mod service;
mod words;

pub use model::Dashboard;
pub use records::RECORDS;
pub use words::service_codes;

/// Every dashboard, in the order in which one goes from the hospital to a single look.
pub fn all() -> Vec<Dashboard> {
    vec![
        overview::dashboard(),
        service::dashboard(),
        probe::dashboard(),
        latency::dashboard(),
        objectives::dashboard(),
        certificates::dashboard(),
        agent::dashboard(),
    ]
}
