//! The whole way with the real programs: simulated hospital, agent, Prometheus, Alertmanager, and whoever is paged.

mod blips;
mod cause;
mod times;
mod world;
