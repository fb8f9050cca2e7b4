//! How was a service at each moment of the recent past, now that a probe's state is dated back?

use std::{collections::VecDeque, mem};

use super::{Census, Part, Turn};
use crate::model::{Group, Moment, ServiceState, Slug, State};

/// How many turns are kept. What is dated back further than all of them is dated at the oldest.
const KEPT: usize = 256;

/// The recent past of one service: the state of each of its probes at each moment, as far as turns can still be dated
/// back into it, and what was told of the service.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// The probes as they are now.
    census: Census,
    /// Turns in the order of their dates.
    turns: VecDeque<Turned>,
    /// What was told, in the order of the dates, from the floor on: nothing before that can change any more.
    told: VecDeque<(Moment, ServiceState)>,
}

/// A turn of one probe.
#[derive(Clone, Debug)]
struct Turned {
    probe: Slug,
    part: Part,
    from: State,
    to: State,
    since: Moment,
    after: Option<Moment>,
}

/// The state of a service from a moment on, until the next piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Since when.
    pub since: Moment,
    /// The last look that showed otherwise.
    pub after: Option<Moment>,
    /// What it is.
    pub state: ServiceState,
    /// The probe that made the difference.
    pub probe: Slug,
}

impl Past {
    /// A service with `groups` of which `state` was told last, since `since`.
    pub fn new(groups: &[Group], since: Moment, state: ServiceState) -> Self {
        Self { census: Census::new(groups), turns: VecDeque::new(), told: [(since, state)].into() }
    }

    /// Counts one more probe.
    pub fn enter(&mut self, part: Part, state: State) {
        self.census.enter(part, state);
    }

    /// What its probes imply now.
    pub fn state(&self) -> ServiceState {
        self.census.state()
    }

    /// What was told last, and since when.
    pub fn told(&self) -> (Moment, ServiceState) {
        self.told.back().copied().unwrap_or_default()
    }

    /// Says that `state` holds since `since`, whatever the probes said before: the plan changed.
    pub fn tell(&mut self, since: Moment, state: ServiceState) {
        self.told.retain(|(at, _)| *at < since);
        self.told.push_back((since, state));
    }

    /// Takes in that `probe` turned. Gives the pieces of the service's course that are new by that, in order; the first
    /// replaces all that was told of the time after it.
    pub fn turn(&mut self, probe: &Slug, part: Part, turn: &Turn) -> Vec<Piece> {
        let since = turn.since.max(self.floor());
        self.census.turn(part, turn.from, turn.to);
        let from = self.supersede(probe, since).unwrap_or(turn.from);
        let turned = Turned { probe: probe.clone(), part, from, to: turn.to, since, after: turn.after };
        self.turns.insert(self.turns.partition_point(|other| other.since <= since), turned);
        let fresh = self.fresh(since);
        if let Some(first) = fresh.first() {
            self.told.retain(|(at, _)| *at < first.since);
        }
        self.told.extend(fresh.iter().map(|piece| (piece.since, piece.state)));
        self.forget();
        fresh
    }

    fn floor(&self) -> Moment {
        self.told.front().map_or(Moment::default(), |(since, _)| *since)
    }

    /// Drops what `probe` was said to have turned to at or after `since`; gives what it was before.
    fn supersede(&mut self, probe: &Slug, since: Moment) -> Option<State> {
        let is_superseded = |turned: &Turned| turned.since >= since && turned.probe == *probe;
        let from = self.turns.iter().find(|turned| is_superseded(turned)).map(|turned| turned.from);
        self.turns.retain(|turned| !is_superseded(turned));
        from
    }

    /// The course from `since` on, from where it differs from what was told.
    fn fresh(&self, since: Moment) -> Vec<Piece> {
        let course = self.course(since);
        let Some((first, head)) = self.first_difference(&course) else { return Vec::new() };
        let head = Piece { since: first, ..head.clone() };
        let mut state = head.state;
        let later = course.into_iter().filter(|piece| piece.since > first);
        let later: Vec<Piece> =
            later.filter(|piece| mem::replace(&mut state, piece.state) != piece.state).collect();
        std::iter::once(head).chain(later).collect()
    }

    /// The first moment at which `course` is not what was told, and the piece that holds there.
    fn first_difference<'c>(&self, course: &'c [Piece]) -> Option<(Moment, &'c Piece)> {
        let begin = course.first()?.since;
        let told = self.told.iter().map(|(at, _)| *at).filter(|at| *at > begin);
        let mut times: Vec<Moment> = course.iter().map(|piece| piece.since).chain(told).collect();
        times.sort_unstable();
        let differs =
            |at: &Moment| in_force(course, *at).is_some_and(|piece| piece.state != self.told_at(*at));
        let first = times.into_iter().find(differs)?;
        Some((first, in_force(course, first)?))
    }

    fn told_at(&self, at: Moment) -> ServiceState {
        let place = self.told.partition_point(|(since, _)| *since <= at);
        self.told.get(place.saturating_sub(1)).map_or(ServiceState::Unknown, |(_, state)| *state)
    }

    /// What the probes imply from `since` on, a piece a date of a turn: the turns are undone, then done again.
    fn course(&self, since: Moment) -> Vec<Piece> {
        let begin = self.turns.partition_point(|turned| turned.since < since);
        let mut census = self.census.clone();
        for turned in self.turns.range(begin..).rev() {
            census.turn(turned.part, turned.to, turned.from);
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for turned in self.turns.range(begin..) {
            let before = census.state();
            census.turn(turned.part, turned.from, turned.to);
            let same = pieces.pop_if(|piece| piece.since == turned.since);
            let settled = same.filter(|_| census.state() == before);
            pieces.push(settled.unwrap_or_else(|| turned.piece(census.state())));
        }
        pieces
    }

    fn forget(&mut self) {
        while self.turns.len() > KEPT {
            let Some(turned) = self.turns.pop_front() else { break };
            let state = self.told_at(turned.since);
            self.told.retain(|(at, _)| *at > turned.since);
            self.told.push_front((turned.since, state));
        }
    }
}

impl Turned {
    fn piece(&self, state: ServiceState) -> Piece {
        Piece { since: self.since, after: self.after, state, probe: self.probe.clone() }
    }
}

fn in_force(course: &[Piece], at: Moment) -> Option<&Piece> {
    course.get(course.partition_point(|piece| piece.since <= at).checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Impact;

    struct Stage(Past);

    impl Stage {
        fn turn(
            &mut self,
            probe: &str,
            impact: Impact,
            change: (State, State),
            since: i64,
        ) -> Vec<(i64, &'static str)> {
            let since = Moment::from_ms(since);
            let turn = Turn { from: change.0, to: change.1, since, after: None, confirmed: since };
            let fresh = self.0.turn(&probe.parse().unwrap(), Part::Alone(impact), &turn);
            fresh.iter().map(|piece| (piece.since.as_ms(), piece.state.label())).collect()
        }
    }

    fn stage(probes: &[Impact]) -> Stage {
        let mut past = Past::new(&[], Moment::default(), ServiceState::Up);
        for impact in probes {
            past.enter(Part::Alone(*impact), State::Up);
        }
        Stage(past)
    }

    #[test]
    fn the_first_to_fall_and_the_last_to_rise_date_it() {
        use {Impact::Outage, State as S};
        let mut stage = stage(&[Outage, Outage]);
        assert_eq!(stage.turn("a", Outage, (S::Up, S::Down), 5), [(5, "down")]);
        assert_eq!(stage.turn("b", Outage, (S::Up, S::Down), 4), [(4, "down")]);
        assert_eq!(stage.turn("b", Outage, (S::Down, S::Up), 9), []);
        assert_eq!(stage.turn("a", Outage, (S::Down, S::Up), 8), [(9, "up")]);
    }

    #[test]
    fn what_comes_to_light_late_is_told_where_it_belongs() {
        use {
            Impact::{Outage, Partial},
            State as S,
        };
        let mut stage = stage(&[Outage, Partial]);
        assert_eq!(stage.turn("p", Partial, (S::Up, S::Down), 10), [(10, "partial")]);
        assert_eq!(stage.turn("a", Outage, (S::Up, S::Down), 12), [(12, "down")]);
        assert_eq!(stage.turn("p", Partial, (S::Down, S::Up), 30), []);
        // the outage had ended at 20, so that it was partial until 30
        assert_eq!(stage.turn("a", Outage, (S::Down, S::Up), 20), [(20, "partial"), (30, "up")]);
    }

    #[test]
    fn an_unseen_stretch_gives_way_to_the_run_that_it_was_in() {
        use {Impact::Outage, State as S};
        let mut stage = stage(&[Outage]);
        assert_eq!(stage.turn("a", Outage, (S::Up, S::Unknown), 20), [(20, "unknown")]);
        assert_eq!(stage.turn("a", Outage, (S::Unknown, S::Down), 10), [(10, "down")]);
        assert_eq!(stage.turn("a", Outage, (S::Down, S::Up), 40), [(40, "up")]);
    }

    #[test]
    fn nothing_is_dated_before_what_is_kept() {
        use {Impact::Outage, State as S};
        let mut stage = stage(&[Outage, Outage]);
        for second in 0..400 {
            let change = if second % 2 == 0 { (S::Up, S::Down) } else { (S::Down, S::Up) };
            assert_eq!(stage.turn("a", Outage, change, second).len(), 1);
        }
        assert!(stage.0.turns.len() <= KEPT && stage.0.told.len() <= KEPT + 1);
        let fresh = stage.turn("b", Outage, (S::Up, S::Down), 1);
        assert_eq!(fresh.first().map(|(since, _)| *since >= 100), Some(true), "{fresh:?}");
    }
}
