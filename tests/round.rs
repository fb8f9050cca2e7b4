//! Does the round look when it should, and account for when it did not?

mod account;
mod again;
mod auditor;
mod beats;
mod blame;
pub(crate) mod chance;
mod memory;
mod promises;
mod quarter;
mod scenes;
pub(crate) mod ward;
pub(crate) mod world;

use std::time::Duration;

#[test]
fn a_day_of_sixty_probes_misses_nothing() {
    let figures = quarter::watch(60, Duration::from_secs(30), Duration::from_hours(24));
    assert_eq!((figures.missed, figures.latest), (0, Duration::ZERO), "{figures:?}");
    assert!(figures.looks >= 60 * 2880 && figures.rechecks > 0 && figures.changes > 60, "{figures:?}");
}
