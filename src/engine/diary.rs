//! What goes into the log? Changes of belief and gaps, never every look.

use crate::{
    entry::{Entry, Gap, Told},
    model::{Blip, Deed},
};

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
        Entry::Blip(Blip { probe, since, until, looks, .. }) => {
            tracing::info!(%probe, %since, %until, looks, "blip");
        }
        Entry::ServiceChanged(turn) => {
            tracing::warn!(service = %turn.service, from = turn.from.label(), to = turn.to.label(),
                since = %turn.since, "service changed");
        }
        Entry::Incident(news) => {
            let open = news.incident.is_open();
            tracing::warn!(incident = %news.incident.id, what = ?news.what, open, "incident");
        }
        Entry::ProbeRemoved { probe, .. } => tracing::info!(%probe, "probe left the plan"),
        Entry::ServiceRemoved { service, .. } => tracing::info!(%service, "service left the plan"),
        Entry::Maintenance(news) => tracing::info!(what = ?news.what, "maintenance"),
        Entry::CutOff { since, .. } => tracing::error!(%since, "this site is cut off"),
        Entry::Rejoined { since, .. } => tracing::warn!(%since, "this site is no longer cut off"),
        Entry::Told(Told { receiver, alert, resolved, .. }) => {
            tracing::info!(%receiver, %alert, resolved, "told");
        }
        Entry::Note(note) => tracing::info!(incident = %note.incident, by = note.by, "noted"),
        Entry::Deed(Deed { by, what, .. }) => tracing::info!(by = by.name, from = by.from, "{what}"),
        Entry::SetAside { file, .. } => {
            tracing::error!(%file, "the ledger was damaged and set aside; a new one is begun");
        }
        Entry::ClockStepped { from, to } => {
            tracing::warn!(%from, %to, "the clock was set, or the machine slept");
        }
        Entry::Gap(Gap { probe, from, until, missed, reason }) => {
            tracing::warn!(%probe, %from, %until, missed, reason = reason.label(), "looks missed");
        }
        Entry::Planned { digest, .. } => tracing::info!(%digest, "plan in force"),
        Entry::Started { .. } => tracing::info!("started"),
        Entry::Stopped { .. } => tracing::info!("stopped"),
    }
}
