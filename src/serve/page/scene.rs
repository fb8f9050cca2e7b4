//! What does every page know: who asks, how everything stands, and what time it is?

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    model::{self, Moment, Outline, Slug},
    serve::{board::Standing, desk::Desk, door::Visitor, sites::Elsewhere},
};

/// What a page is written from.
pub(super) struct Scene {
    pub(super) visitor: Visitor,
    pub(super) standing: Standing,
    /// How other sites see it.
    pub(super) sites: Arc<BTreeMap<Slug, Elsewhere>>,
    /// What time it is.
    pub(super) now: Moment,
    /// Until when anything is known: nobody has looked since an agent that stands still.
    pub(super) at: Moment,
    pub(super) zone: TimeZone,
    /// How often the board had changed.
    pub(super) version: u64,
    /// Whether a plan is in force.
    pub(super) planned: bool,
}

impl Scene {
    pub(super) fn of(desk: &Desk, visitor: &Visitor) -> Self {
        // First the version: what changes in between is told again.
        let version = *desk.serve.board.changes().borrow();
        let (now, standing) = ((desk.serve.wall)(), desk.standing(visitor));
        let at = if standing.running { now } else { standing.newest.unwrap_or(now) };
        let planned = standing.newest.is_some() && !standing.outline.site.is_empty();
        let (zone, sites) = (standing.zone(), desk.serve.sites.now());
        Self { visitor: visitor.clone(), zone, standing, sites, now, at, version, planned }
    }

    pub(super) fn sees_all(&self) -> bool {
        self.visitor.sees_all()
    }

    /// The name of a service for people; its id if it is no longer watched.
    pub(super) fn title(&self, service: &Slug) -> String {
        self.standing.title(service).to_owned()
    }

    /// The same within a sentence, whichever way it is read.
    pub(super) fn isolated(&self, service: &Slug) -> String {
        format!("\u{2068}{}\u{2069}", self.title(service))
    }

    /// Whether the visitor may see what became of `service`.
    pub(super) fn shows(&self, service: &Slug) -> bool {
        self.sees_all() || self.standing.service(service).is_some()
    }

    pub(super) fn outline(&self) -> &Outline {
        &self.standing.outline
    }

    /// `10:02:11` of today, `6 Oct 10:02:11`, `6 Oct 2025 10:02:11`.
    pub(super) fn short(&self, at: Moment) -> String {
        let local = |at: Moment| {
            let stamp = Timestamp::from_millisecond(at.as_ms()).ok()?;
            Some(stamp.to_zoned(self.zone.clone()))
        };
        let (Some(then), Some(now)) = (local(at), local(self.now)) else { return at.to_string() };
        let form = match (then.date() == now.date(), then.year() == now.year()) {
            (true, _) => "%H:%M:%S",
            (_, true) => "%-d %b %H:%M:%S",
            _ => "%-d %b %Y %H:%M:%S",
        };
        then.strftime(form).to_string()
    }

    /// `2026-10-06 10:02:11 BST`.
    pub(super) fn exact(&self, at: Moment) -> String {
        model::at(at, &self.zone)
    }

    /// `10:02:11 BST`: the clock of the page.
    pub(super) fn clock(&self) -> String {
        let exact = self.exact(self.now);
        exact.split_once(' ').map_or(exact.clone(), |(_, clock)| clock.to_owned())
    }

    /// `42 m 10 s` since then.
    pub(super) fn lapse(&self, since: Moment) -> String {
        model::lapse(self.at.since(since))
    }

    /// `8 s ago`.
    pub(super) fn ago(&self, at: Moment) -> String {
        format!("{} ago", model::lapse(self.now.since(at)))
    }

    /// A moment as pages show it.
    pub(super) fn stamp(&self, at: Moment) -> Stamp {
        Stamp { ms: at.as_ms(), machine: at.to_string(), exact: self.exact(at), short: self.short(at) }
    }
}

/// A moment for machines, in full, and in short.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    pub(super) ms: i64,
    pub(super) machine: String,
    pub(super) exact: String,
    pub(super) short: String,
}
