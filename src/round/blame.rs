//! Whose failure is it? Before anybody is told that a service is down, what it depends on is looked at.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Effect, Round, Scheduled, Stage,
    roster::{News, Roster, Served, record_news},
    watched::Watched,
};
use crate::{
    judge::Part,
    model::{Blame, Impact, Incident, IncidentKind, Moment, Observation, Outcome, Severity, Slug, State},
};

/// A dependency is looked at no more often than this, however many services want to know.
const PACE: Duration = Duration::from_secs(1);

/// What a verdict may take beyond the looks that it needs.
const SPARE: Duration = Duration::from_secs(1);

/// Nobody waits longer than this for a verdict on a dependency.
const PATIENCE: Duration = Duration::from_secs(15);

/// The probes that can find a service down, and how long that takes them.
#[derive(Debug, Default)]
pub(super) struct Witnesses {
    slots: Vec<u32>,
    /// From the beginning of a first bad look to the end of the last that is needed.
    falls_within: Duration,
    /// From when it works to the end of the last good look that is needed.
    rises_within: Duration,
}

/// Until when each service, by its place, waits for a verdict.
#[derive(Debug, Default)]
pub(super) struct Waiting(BTreeMap<u32, Moment>);

impl Witnesses {
    /// Counts `probe` among them, if it is one.
    pub(super) fn add(&mut self, slot: u32, part: Part, probe: &Scheduled) {
        if !matches!(part, Part::OneOf(_) | Part::Alone(Impact::Outage)) {
            return;
        }
        let (confirm, cadence) = (probe.confirm, probe.cadence);
        let again = |times: u32| confirm.recheck.saturating_mul(times).saturating_add(cadence.timeout());
        self.slots.push(slot);
        self.falls_within = self.falls_within.max(again(confirm.failures.saturating_sub(1)));
        self.rises_within =
            self.rises_within.max(cadence.interval().saturating_add(again(confirm.successes)));
    }

    /// Whether all of them have looked since `since`, and none is about to find the service down.
    fn are_sure(&self, watched: &[Watched], since: Moment) -> bool {
        self.slots.iter().map(|slot| &watched[*slot as usize]).all(|probe| {
            probe.suspect_since().is_none() && probe.newest().is_some_and(|newest| newest >= since)
        })
    }
}

impl Waiting {
    fn forget(&mut self, place: u32) {
        self.0.remove(&place);
    }

    /// Whether `place` has waited for `patience`; it begins to if it has not yet.
    fn is_up(&mut self, place: u32, now: Moment, patience: Duration) -> bool {
        let until = *self.0.entry(place).or_insert(now + patience + SPARE);
        until <= now
    }
}

impl Served {
    /// Whether somebody hears of its outage, as loudly as `severity`. Of what goes down in planned work nobody does, and
    /// that must hide no other service.
    fn is_told_as_loudly_as(&self, severity: Severity) -> bool {
        !self.is_worked_on && self.severities.down <= severity
    }
}

impl Roster {
    /// When somebody has waited long enough for a verdict.
    pub(super) fn next_verdict(&self) -> Option<Moment> {
        self.waiting.0.values().min().copied()
    }

    /// Says of all who wait what can be said at `now`.
    pub(super) fn weigh_waiting(&mut self, watched: &[Watched], now: Moment) -> Vec<News> {
        let waiting: Vec<u32> = self.waiting.0.keys().copied().collect();
        waiting.into_iter().filter_map(|place| self.weigh(place, false, watched, now)).collect()
    }

    /// Whose failure the incident at `place` is, as far as can be said at `now`; its news if that is new. A `fresh` one
    /// has only just begun. What was once told as the service's own stays so until it is over.
    pub(super) fn weigh(
        &mut self,
        place: u32,
        fresh: bool,
        watched: &[Watched],
        now: Moment,
    ) -> Option<News> {
        let Some(open) = self.services[place as usize].incidents.open() else {
            self.waiting.forget(place);
            return None;
        };
        let held = if fresh { Blame::Pending } else { open.blame.clone() };
        let verdict = match &held {
            Blame::Own => Some(Blame::Own),
            Blame::Pending if fresh && self.adjoins_one_told(place, open) => Some(Blame::Own),
            Blame::Pending => self.verdict(place, open, watched),
            Blame::Other(other) => self.root(place, open).or_else(|| self.lasts(other)),
        };
        let patience = self.patience(place, &held);
        if verdict.is_some() || fresh {
            self.waiting.forget(place);
        }
        let is_up = verdict.is_none() && self.waiting.is_up(place, now, patience);
        let blame = verdict.unwrap_or(if is_up { Blame::Own } else { held });
        if blame == Blame::Own {
            self.waiting.forget(place);
        }
        self.services[place as usize].incidents.blame(blame)
    }

    /// `None`: that cannot be said yet.
    fn verdict(&self, place: u32, open: &Incident, watched: &[Watched]) -> Option<Blame> {
        let since = open.since().unwrap_or_default();
        let is_sure = || self.dependencies(place).all(|on| on.witnesses.are_sure(watched, since));
        let own = || (!is_grave(open) || is_sure()).then_some(Blame::Own);
        self.root(place, open).or_else(own)
    }

    /// The suspect that can be blamed and depends on none that can.
    fn root(&self, place: u32, open: &Incident) -> Option<Blame> {
        let severity = self.services[place as usize].severities.of(open.kind);
        let is_to_blame = |on: &Served| {
            let is_suspect = open.suspects.iter().any(|suspect| suspect.service == on.name);
            is_suspect && on.outage().is_some() && on.is_told_as_loudly_as(severity)
        };
        let is_first =
            |on: &Served| !on.depends_on.iter().any(|deeper| is_to_blame(&self.services[*deeper as usize]));
        let mut down = self.dependencies(place).filter(|on| is_to_blame(on));
        let any = down.clone().next();
        down.find(|on| is_first(on)).or(any).map(|on| Blame::Other(on.name.clone()))
    }

    /// Who was blamed still is while its outage lasts, also if work on it is announced meanwhile.
    fn lasts(&self, other: &Slug) -> Option<Blame> {
        let other = self.services.iter().find(|service| service.name == *other)?;
        other.outage().map(|_| Blame::Other(other.name.clone()))
    }

    /// How long a verdict that is not known yet is waited for.
    fn patience(&self, place: u32, held: &Blame) -> Duration {
        match held {
            Blame::Other(_) => self.services[place as usize].witnesses.rises_within,
            _ => self
                .dependencies(place)
                .map(|on| on.witnesses.falls_within)
                .max()
                .unwrap_or_default()
                .min(PATIENCE),
        }
    }

    /// Whether the incident goes on from one that was told as the service's own.
    fn adjoins_one_told(&self, place: u32, open: &Incident) -> bool {
        let before = self.services[place as usize].incidents.adjoining(open);
        before.is_some_and(|before| before.blame == Blame::Own && is_grave(before))
    }

    fn dependencies(&self, place: u32) -> impl Iterator<Item = &Served> + Clone {
        self.services[place as usize].depends_on.iter().map(|on| &self.services[*on as usize])
    }

    /// The probes that can say whether what the service at `place` depends on is down.
    fn witnesses(&self, place: u32) -> impl Iterator<Item = u32> {
        self.dependencies(place).flat_map(|on| on.witnesses.slots.iter().copied())
    }
}

impl Round {
    /// Notes on which services work is under way.
    pub(super) fn mark_works(&mut self) {
        for service in &mut self.roster.services {
            service.is_worked_on = self.works.touch(&service.name);
        }
    }

    /// Records what can be said by `now` of incidents whose cause was not known.
    pub(super) fn mind_blame(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.roster.next_verdict().is_none() {
            return; // as nearly always: this is on the path of every look
        }
        let news = self.roster.weigh_waiting(&self.watched, now);
        effects.extend(news.into_iter().map(|news| Effect::Record(record_news(now, news))));
    }

    /// A bad look may be a dependency's doing: whoever has not looked at those since it began looks now.
    pub(super) fn ask_dependencies(&mut self, slot: u32, look: &Observation, now: Moment) {
        let probe = &self.watched[slot as usize];
        let is_news = matches!(look.seen.outcome, Outcome::Down(_)) && probe.state() != State::Down;
        if !is_news || self.stage != Stage::Running || self.is_recalling() {
            return;
        }
        let since = probe.suspect_since().unwrap_or(look.began);
        let witnesses: Vec<u32> = self.roster.witnesses(probe.service).collect();
        for slot in witnesses {
            let witness = &mut self.watched[slot as usize];
            if witness.newest().is_none_or(|newest| newest < since) {
                witness.hurry(now, PACE);
                self.arm(slot);
            }
        }
    }
}

fn is_grave(incident: &Incident) -> bool {
    matches!(incident.kind, IncidentKind::Outage | IncidentKind::Partial)
}
