//! Do the dashboards work with the real programs: a Prometheus that has scraped real agents, and Grafana's own types?

mod answers;
mod ask;
mod picked;
mod shipped;
mod shown;
mod types;
mod wards;
