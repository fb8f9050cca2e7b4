//! What goes into the log? Changes of belief and gaps, never every look.

use crate::entry::{Entry, Gap};

/// Writes one entry into the log, if it is worth a line.
pub(super) fn write(entry: &Entry) {
    match entry {
        Entry::Observed(look) => {
            tracing::debug!(probe = %look.probe, outcome = look.seen.outcome.label(),
                fault = look.seen.outcome.fault_label(), took = ?look.seen.timeline.total(), "looked");
        }
        Entry::Changed(change) => {
            tracing::info!(probe = %change.probe, from = change.from.label(), to = change.to.label(),
                since = %change.since, "probe changed");
        }
        Entry::ServiceChanged { service, from, to, since } => {
            tracing::warn!(%service, from = from.label(), to = to.label(), %since, "service changed");
        }
        Entry::Gap(Gap { probe, from, until, missed, reason }) => {
            tracing::warn!(%probe, %from, %until, missed, reason = reason.label(), "looks missed");
        }
        Entry::Planned { digest, .. } => tracing::info!(%digest, "plan in force"),
        Entry::Started { .. } => tracing::info!("started"),
        Entry::Stopped { .. } => tracing::info!("stopped"),
    }
}
