//! Is the probe up, degraded or down, and since when? The state machine of one probe.

use std::time::Duration;

use super::latch::{Latch, Run};
use crate::model::{Blip, Confirm, Moment, Observation, Outcome, ProbeId, State, Transition};

const MILLISECOND: Duration = Duration::from_millis(1);

/// What is believed of one probe: two yes-or-no machines (is it down? is it not up?) fed by its looks.
///
/// A look of unknown outcome turns neither, but nothing is believed until the next known one. When nothing known
/// was seen for more than an interval and a timeout, belief starts anew.
#[derive(Clone, Copy, Debug, Default)]
pub struct Belief {
    state: State,
    failures: u32,
    down: Latch,
    not_up: Latch,
    known: Option<Known>,
    newest: Option<Moment>,
    blind: Option<Moment>,
}

/// Bad looks in a row that turned nothing, since a good one followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The beginning of the first of them.
    pub since: Moment,
    /// The beginning of the good look that followed.
    pub until: Moment,
    /// How many they were.
    pub looks: u32,
    /// The worst that they would have meant.
    pub state: State,
}

/// The last look whose outcome is known.
#[derive(Clone, Copy, Debug)]
struct Known {
    began: Moment,
    /// A look that begins after this shows nothing of the time between.
    good_until: Moment,
}

/// A change of belief: a [`Transition`] that does not name its probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What was believed.
    pub from: State,
    /// What is believed.
    pub to: State,
    /// The beginning of the first look that showed it.
    pub since: Moment,
    /// The beginning of the last look that showed otherwise.
    pub after: Option<Moment>,
    /// When it was confirmed.
    pub confirmed: Moment,
}

impl Belief {
    /// What is believed now.
    pub fn state(&self) -> State {
        self.state
    }

    /// From when the newest look counts.
    pub fn newest(&self) -> Option<Moment> {
        self.newest
    }

    /// Bad looks in a row, the last one included; looks of unknown outcome are passed over.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether the last known look contradicts what is believed (suspect, recovering, or not decided yet), so that
    /// another one is wanted soon.
    pub fn is_undecided(&self) -> bool {
        self.pending().is_some()
    }

    /// The doubt that `look` will dispel, as the next one.
    pub fn dispelled_by(&self, look: &Observation) -> Option<Doubt> {
        let (until, outcome) = (self.counts_from(look), &look.seen.outcome);
        self.known.filter(|known| until <= known.good_until)?;
        let doubt = |(latch, state): (&Latch, State)| {
            let (looks, since) = latch.doubt()?;
            Some(Doubt { since, until, looks, state })
        };
        let down = Some((&self.down, State::Down)).filter(|_| outcome.is_good());
        let not_up = Some((&self.not_up, State::Degraded)).filter(|_| *outcome == Outcome::Up);
        down.into_iter().chain(not_up).filter_map(doubt).reduce(Doubt::and)
    }

    /// Since when looks in a row find it down, if it is not believed to be down yet.
    pub fn suspect_since(&self) -> Option<Moment> {
        let pending = self.down.pending().filter(|_| self.down.on() != Some(true));
        pending.map(|run| run.first)
    }

    /// Goes on from what is remembered: the last change of belief, and the looks since.
    pub fn recall(
        turn: Option<&Transition>,
        looks: impl Iterator<Item = Observation>,
        confirm: Confirm,
    ) -> Self {
        let mut belief = turn.map_or_else(Self::default, Self::after);
        let from = turn.map_or(Moment::default(), |turn| turn.since);
        for look in looks.filter(|look| look.began >= from) {
            let before = belief;
            // A turn that would come of the same looks was told already, or would be of another policy.
            if belief.saw(&look, confirm).count() > 0 {
                belief = Self { state: before.state, down: before.down, not_up: before.not_up, ..belief };
            }
        }
        belief
    }

    fn after(turn: &Transition) -> Self {
        let (down, not_up) = match turn.to {
            State::Unknown => (None, None),
            State::Up => (Some(false), Some(false)),
            State::Degraded => (Some(false), Some(true)),
            State::Down => (Some(true), Some(true)),
        };
        let known =
            (turn.to != State::Unknown).then_some(Known { began: turn.since, good_until: turn.since });
        Self {
            state: turn.to,
            down: Latch::set(down),
            not_up: Latch::set(not_up),
            known,
            newest: Some(turn.since - MILLISECOND),
            ..Self::default()
        }
    }

    /// Takes in one look. Gives no turn, one, or two: belief that lapsed before the look, and what the look made of
    /// it. Where the clock was set back the time that comes again is not told again: a look in it counts from the
    /// millisecond after the newest one, so that what goes wrong then is believed all the same.
    pub fn saw(&mut self, look: &Observation, confirm: Confirm) -> impl Iterator<Item = Turn> + use<> {
        let at = self.counts_from(look);
        let lapsed = self.lapse(at, look.due.min(at), look.ended.max(at));
        let turned = self.take(look, at, confirm);
        self.newest = Some(at);
        lapsed.into_iter().chain(turned)
    }

    fn counts_from(&self, look: &Observation) -> Moment {
        self.newest.map_or(look.began, |newest| look.began.max(newest + MILLISECOND))
    }

    /// Takes in that nobody looked from the due `first` to the due `last`, nor will before a moment after `last`.
    pub fn missed(&mut self, first: Moment, last: Moment) -> Option<Turn> {
        if self.known.is_some() {
            self.blind.get_or_insert(first);
        }
        self.lapse(last, first, last)
    }

    /// Forgets what was seen if it is too old at `at`. What is unknown from then on begins with the run that was cut
    /// off, or else where we went blind: at `due` at the latest, and after the last known look (a due can seem to be
    /// before it where the clock was set back).
    fn lapse(&mut self, at: Moment, due: Moment, confirmed: Moment) -> Option<Turn> {
        let Known { began, .. } = self.known.take_if(|known| at > known.good_until)?;
        let blind = self.blind.take().unwrap_or(due).max(began + MILLISECOND);
        let run = self.pending().unwrap_or(Run { first: blind, before: Some(began) });
        (self.down, self.not_up) = Default::default();
        self.turn(State::Unknown, run, confirmed)
    }

    /// Takes in a look that counts from `at`.
    fn take(&mut self, look: &Observation, at: Moment, confirm: Confirm) -> Option<Turn> {
        let here = Run { first: at, before: self.newest };
        let ended = look.ended.max(at);
        if let Outcome::Unknown { .. } = look.seen.outcome {
            self.blind.get_or_insert(at);
            return self.turn(State::Unknown, here, ended);
        }
        let run = self.judge(&look.seen.outcome, at, confirm);
        let good_until = at + look.cadence.interval() + look.cadence.timeout();
        self.known = Some(Known { began: at, good_until });
        self.blind = None;
        self.turn(self.believed(), run.unwrap_or(here), ended)
    }

    fn judge(&mut self, outcome: &Outcome, at: Moment, confirm: Confirm) -> Option<Run> {
        self.failures = if outcome.is_good() { 0 } else { self.failures.saturating_add(1) };
        let here = Run { first: at, before: self.known.map(|known| known.began) };
        let down = self.down.saw(!outcome.is_good(), here, confirm);
        let not_up = self.not_up.saw(*outcome != Outcome::Up, here, confirm);
        down.into_iter().chain(not_up).max_by_key(|run| run.first)
    }

    fn believed(&self) -> State {
        match (self.down.on(), self.not_up.on()) {
            (Some(true), _) => State::Down,
            (Some(false), Some(true)) => State::Degraded,
            (Some(false), Some(false)) => State::Up,
            _ => State::Unknown,
        }
    }

    fn pending(&self) -> Option<Run> {
        let runs = [self.down.pending(), self.not_up.pending()];
        runs.into_iter().flatten().min_by_key(|run| run.first)
    }

    fn turn(&mut self, to: State, run: Run, confirmed: Moment) -> Option<Turn> {
        let from = std::mem::replace(&mut self.state, to);
        (from != to).then_some(Turn { from, to, since: run.first, after: run.before, confirmed })
    }
}

impl Doubt {
    /// Two that one look dispelled: from the earlier, as bad as the worse.
    fn and(self, other: Self) -> Self {
        let (since, looks) = (self.since.min(other.since), self.looks.max(other.looks));
        Self { since, looks, ..self }
    }

    /// The same, of `probe`.
    pub fn of(self, probe: ProbeId) -> Blip {
        let Self { since, until, looks, state } = self;
        Blip { probe, since, until, looks, state }
    }
}

impl Turn {
    /// The same, of `probe`.
    pub fn of(self, probe: ProbeId) -> Transition {
        let Self { from, to, since, after, confirmed } = self;
        Transition { probe, from, to, since, after, confirmed }
    }
}
