//! What were we asked to watch? `probes.yaml` in, a checked [`Plan`] or every problem at once out.
//!
//! ```text
//! gather          the main file and all it includes: text → trees
//! shapes          what may be written (the raw shapes; their words are the schema's and the manual's)
//! check           trees → raw → Plan, every problem at its place
//! ```

mod calendars;
mod check;
mod depends;
mod desk;
mod every;
mod except;
mod gather;
mod groups;
mod guard;
mod holidays;
mod hours;
mod links;
mod maintenance;
mod modules;
mod pace;
mod plan;
mod probes;
mod reports;
mod resolver;
mod schema;
mod serve;
mod services;
mod shapes;
mod system;
mod targets;
mod texts;
mod tiers;

use std::path::Path;

pub use plan::{Limits, Plan, Probe, Service};
pub use reports::{Format, Reports};
pub use schema::schema;
pub use serve::{
    Hash, LONGEST_PASSWORD, Oidc, PerClient, Print, Role, ServeTls, Serving, Shown, Token, User,
};
pub use system::System;

use crate::raw::{Outside, Problems};
use desk::Desk;

/// Reads and checks the configuration at `path`. Every problem is told at once.
pub fn load(path: &Path) -> Result<Plan, Problems> {
    let mut desk = Desk::new(&System);
    match gather::bytes(&mut desk, path, None) {
        Some(bytes) => check::check(desk, path, &bytes),
        None => Err(desk.clear().1),
    }
}

/// Checks `text` as if it were the file `name`; whatever it names is found in `outside`.
pub fn load_text(name: &str, text: impl AsRef<[u8]>, outside: &dyn Outside) -> Result<Plan, Problems> {
    check::check(Desk::new(outside), Path::new(name), text.as_ref())
}
