//! Can whoever used `blackbox_exporter` go on with us?

mod import;
mod neighbours;
mod route;
