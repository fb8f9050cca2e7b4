//! What does one probe want next, and what has it missed?

use std::time::Duration;

use super::{
    Job, Scheduled, Ticket,
    grid::{self, Grid},
};
use crate::{
    entry::{Gap, GapReason, LastSeen},
    judge::{Belief, Part, Turn},
    model::{Blip, Cadence, Confirm, Moment, Observation, ProbeId, Slug, State, Why},
};

/// A first due further off than this is preceded by a look within it.
const FIRST: Duration = Duration::from_secs(10);

const MILLISECOND: Duration = Duration::from_millis(1);

/// One probe of the round: its dues, what is believed of it, and where it stands.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) id: ProbeId,
    pub(super) cadence: Cadence,
    /// What it is to its service.
    pub(super) part: Part,
    /// Its host's place in [`Places`](super::places::Places).
    pub(super) host: u32,
    /// Its service's place in [`Roster`](super::roster::Roster).
    pub(super) service: u32,
    pub(super) standing: Standing,
    /// Its place among the reference probes, if it is one.
    pub(super) reference: Option<u16>,
    /// When it is to be woken, as far as somebody has been told.
    pub(super) alarm: Option<Moment>,
    confirm: Confirm,
    belief: Belief,
    grid: Grid,
    /// The first due that was neither looked at nor missed.
    next: Moment,
    /// A look that is wanted before that.
    ahead: Option<Wish>,
    /// How many rechecks there were since the last look that was due.
    rechecks: u32,
    /// Whether the clock was set forward during the look in flight.
    stepped: bool,
}

/// Where a probe stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Idle,
    /// Waiting for a place.
    InLine,
    InFlight,
}

/// A look that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) why: Why,
    pub(super) due: Moment,
}

impl Watched {
    /// A probe that was not watched before `now`.
    pub(super) fn new(site: &Slug, scheduled: &Scheduled, now: Moment) -> Self {
        let Scheduled { id, cadence, confirm, impact, .. } = scheduled.clone();
        let grid = Grid::new(site, &id, cadence.interval());
        let next = grid.after(now);
        let first = Wish { why: Why::First, due: now + grid::first_within(FIRST, site, &id) };
        Self {
            id,
            cadence,
            confirm,
            part: Part::Alone(impact),
            host: 0,
            service: 0,
            reference: None,
            standing: Standing::Idle,
            alarm: None,
            belief: Belief::default(),
            grid,
            next,
            ahead: (next.since(now) > FIRST).then_some(first),
            rechecks: 0,
            stepped: false,
        }
    }

    /// The same probe under a new plan. Where that gives it other dues, the one that was to come next is still looked
    /// at if it comes before them, so that a change of plan leaves no hole in what is known.
    pub(super) fn replanned(self, site: &Slug, scheduled: &Scheduled, now: Moment) -> Self {
        let Scheduled { cadence, confirm, .. } = *scheduled;
        let grid = Grid::new(site, &self.id, cadence.interval());
        let next = if grid == self.grid { self.next } else { grid.after(now) };
        let bridge = Wish { why: Why::First, due: self.next };
        let ahead = self.ahead.or((bridge.due < next).then_some(bridge));
        Self { cadence, confirm, grid, next, ahead, alarm: None, ..self }
    }

    /// Its dues.
    pub(super) fn grid(&self) -> Grid {
        self.grid
    }

    /// What is believed of it.
    pub(super) fn state(&self) -> State {
        self.belief.state()
    }

    /// The look that is wanted at `now`. One that is due stands for any other.
    pub(super) fn wish(&self, now: Moment) -> Option<Wish> {
        let due = Wish { why: Why::Due, due: self.next };
        (due.due <= now).then_some(due).or(self.ahead.filter(|ahead| ahead.due <= now))
    }

    /// Begins the look that is wanted at `now`, if any still is.
    pub(super) fn begin(&mut self, now: Moment) -> Option<Wish> {
        let wish = self.wish(now)?;
        if wish.why == Why::Due {
            self.next = self.grid.after(self.next);
        }
        (self.ahead, self.standing) = (None, Standing::InFlight);
        Some(wish)
    }

    /// From when its newest look counts.
    pub(super) fn newest(&self) -> Option<Moment> {
        self.belief.newest()
    }

    /// Since when looks in a row have found it down that do not count as an outage yet.
    pub(super) fn suspect_since(&self) -> Option<Moment> {
        self.belief.suspect_since()
    }

    /// Takes in what one look saw. While it is `held`, bad looks are counted and not yet believed.
    pub(super) fn saw(&mut self, look: &Observation, held: bool) -> impl Iterator<Item = Turn> + use<> {
        let failures = if held { u32::MAX } else { self.confirm.failures };
        self.belief.saw(look, Confirm { failures, ..self.confirm })
    }

    /// The bad looks that `look` will show to be no more than that, as the next one.
    pub(super) fn blip(&self, look: &Observation) -> Option<Blip> {
        self.belief.dispelled_by(look).map(|doubt| doubt.of(self.id.clone()))
    }

    /// Takes in that the look which was in flight is back.
    pub(super) fn back(&mut self, look: &Observation, now: Moment) {
        self.standing = Standing::Idle;
        if look.why != Why::Recheck {
            self.rechecks = 0;
        }
        let recheck = self.recheck(look.began, now);
        self.rechecks += u32::from(recheck.is_some());
        self.ahead = recheck.or(self.ahead);
    }

    /// Looks soon, because another probe needs to know; not more often than once in `pace`.
    pub(super) fn hurry(&mut self, now: Moment, pace: Duration) {
        if self.standing == Standing::Idle && self.ahead.is_none() {
            let due = self.belief.newest().map_or(now, |newest| (newest + pace).max(now));
            self.ahead = Some(Wish { why: Why::Recheck, due });
        }
    }

    /// Goes on from what is remembered: belief, and the first due after the last one that was looked at or given up.
    pub(super) fn recall(&mut self, seen: &LastSeen) {
        let looks = seen.looks.iter().cloned();
        self.belief = Belief::recall(seen.turn.as_ref(), looks, self.confirm);
        let looked = seen.looks.back().map(|look| look.due.max(look.began));
        let last = seen.gap.as_ref().map(Gap::last).max(looked);
        self.next = last.map_or(self.next, |last| self.grid.after(last));
        self.ahead = None;
    }

    /// A quick look at what the last one left open; one that is due before it will stand for it. Looks that settle
    /// nothing (our own failures) must not go on for ever, so only as many as any question can take.
    fn recheck(&self, began: Moment, now: Moment) -> Option<Wish> {
        let enough = self.confirm.failures.max(self.confirm.successes).saturating_mul(2);
        let due = (began + self.confirm.recheck.max(MILLISECOND)).max(now);
        let wanted = self.belief.is_undecided() && self.rechecks < enough;
        wanted.then_some(Wish { why: Why::Recheck, due })
    }

    /// Gives up the dues that are too late to be looked at.
    pub(super) fn give_up_late(&mut self, now: Moment, reason: GapReason) -> Option<Gap> {
        self.give_up_before(now - self.grid.tolerance(), reason)
    }

    /// Gives up all dues until `now`.
    pub(super) fn give_up_all(&mut self, now: Moment, reason: GapReason) -> Option<Gap> {
        self.give_up_before(now + MILLISECOND, reason)
    }

    fn give_up_before(&mut self, bound: Moment, reason: GapReason) -> Option<Gap> {
        if self.next >= bound {
            return None;
        }
        let (from, until) = (self.next, self.grid.from(bound));
        self.next = until;
        Some(Gap { probe: self.id.clone(), from, until, missed: self.grid.count(from, until), reason })
    }

    /// Takes in that nobody looked for a while.
    pub(super) fn missed(&mut self, gap: &Gap) -> Option<Turn> {
        self.belief.missed(gap.from, gap.last())
    }

    /// Why dues are missed that are found too late when the probe stands where it stands.
    pub(super) fn blame(&self) -> GapReason {
        match self.standing {
            Standing::Idle => GapReason::Stalled,
            Standing::InLine => GapReason::Capped,
            Standing::InFlight => GapReason::Overlap,
        }
    }

    /// Why dues were missed while a look was in flight that ended at `ended`.
    pub(super) fn blame_look(&mut self, ended: Moment) -> GapReason {
        match std::mem::take(&mut self.stepped) {
            true => GapReason::ClockStepped,
            false if self.next + self.grid.tolerance() < ended => GapReason::Overlap,
            false => GapReason::Stalled,
        }
    }

    /// Takes in that the clock was set. What was to come in a while still comes in a while. A look in flight is
    /// waited for before its dues are judged, as it may yet tell how things were before the step.
    pub(super) fn step(&mut self, from: Moment, to: Moment) -> Option<Gap> {
        self.ahead = self.ahead.map(|wish| Wish { due: to + wish.due.since(from), ..wish });
        if to < from {
            return self.step_back(from, to);
        }
        self.stepped = self.standing == Standing::InFlight;
        if self.stepped { None } else { self.give_up_late(to, GapReason::ClockStepped) }
    }

    /// Within an interval the next due is merely awaited for longer: to look again at dues already looked at would
    /// tell nothing new of their time.
    fn step_back(&mut self, from: Moment, to: Moment) -> Option<Gap> {
        if from.since(to) < self.grid.interval() {
            return None;
        }
        let gap = self.give_up_all(from, GapReason::ClockStepped);
        self.next = self.grid.after(to);
        gap
    }

    /// The look of `wish`, which is the `ticket`-th of all.
    pub(super) fn job(&self, ticket: Ticket, slot: u32, wish: Wish) -> Job {
        let Wish { why, due } = wish;
        Job { ticket, index: slot as usize, probe: self.id.clone(), why, due, cadence: self.cadence }
    }

    /// When it wants to be woken: when a look is wanted, or when the due it waits in line for is too late. While a
    /// look is in flight its end will do.
    pub(super) fn wakes(&self) -> Option<Moment> {
        match self.standing {
            Standing::Idle => Some(self.ahead.map_or(self.next, |ahead| ahead.due.min(self.next))),
            Standing::InLine => Some(self.next + self.grid.tolerance() + MILLISECOND),
            Standing::InFlight => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With an alarm, and a line at a host of its own, a probe stays under 400 bytes.
    #[test]
    fn twenty_thousand_probes_are_no_burden() {
        assert!(size_of::<Watched>() <= 304, "{}", size_of::<Watched>());
    }
}
