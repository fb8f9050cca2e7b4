//! What does an echo leave? Zero for whatever was not seen.

use super::{Page, Told};
use crate::model::Phase;

/// What it calls its phases, and what we call them.
const PHASES: [(&str, &[Phase]); 3] =
    [("resolve", &[Phase::Resolve]), ("rtt", &[Phase::Wait]), ("setup", &[Phase::Connect, Phase::Send])];

pub(super) fn write(told: &Told<'_>, page: &mut Page) {
    for (name, phases) in PHASES {
        let help = "Duration of icmp request by phase";
        page.by("probe_icmp_duration_seconds", help, &[("phase", name)], told.spent(phases));
    }
}
