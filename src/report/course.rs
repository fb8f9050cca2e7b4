//! How was one service, at each moment of its life?

use serde::Serialize;

use crate::model::{Moment, Period, ServiceState};

/// A time in which a service was in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// When.
    #[serde(flatten)]
    pub period: Period,
    /// How it was.
    pub state: ServiceState,
}

/// The states of one service, each from a moment until the next; `None` where it was not watched.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    pieces: Vec<(Moment, Option<ServiceState>)>,
    /// When its life, or the time after it, began: nothing that is told now changes what was before.
    floor: Option<Moment>,
}

impl Course {
    /// A plan that lists it came into force.
    pub(super) fn planned(&mut self, at: Moment) {
        if !self.lives() {
            self.begin(at, Some(ServiceState::Unknown));
        }
    }

    /// Its state changed; what was told of the time after `since` no longer holds.
    pub(super) fn turned(&mut self, since: Moment, state: ServiceState) {
        if self.lives() {
            self.put(since, Some(state));
        } else {
            self.begin(since, Some(state));
        }
    }

    /// It left the plan.
    pub(super) fn removed(&mut self, at: Moment) {
        if self.lives() {
            self.begin(at, None);
        }
    }

    /// Its stretches in `period`; what is after `known_until` nobody has seen.
    pub(super) fn over(&self, period: Period, known_until: Moment) -> Vec<Stretch> {
        let first = self.pieces.partition_point(|(since, _)| *since <= period.from).saturating_sub(1);
        let ends = self.pieces.iter().skip(first + 1).map(|(since, _)| *since).chain([period.until]);
        let pieces = self.pieces.iter().skip(first).zip(ends);
        let pieces = pieces.take_while(|((since, _), _)| *since < period.until);
        pieces
            .filter_map(|((since, state), until)| {
                Some((Period::new(*since, until.min(period.until)), (*state)?))
            })
            .flat_map(|(piece, state)| seen_and_unseen(piece.within(period), state, known_until))
            .filter(|stretch| !stretch.period.is_empty())
            .collect()
    }

    fn lives(&self) -> bool {
        self.pieces.last().is_some_and(|(_, state)| state.is_some())
    }

    fn begin(&mut self, at: Moment, state: Option<ServiceState>) {
        self.put(at, state);
        self.floor = self.pieces.last().map(|(since, _)| *since);
    }

    fn put(&mut self, since: Moment, state: Option<ServiceState>) {
        let since = since.max(self.floor.unwrap_or(since));
        self.pieces.truncate(self.pieces.partition_point(|(other, _)| *other < since));
        self.pieces.push((since, state));
    }
}

fn seen_and_unseen(period: Period, state: ServiceState, known_until: Moment) -> [Stretch; 2] {
    let seen = Period { until: period.until.min(known_until.max(period.from)), ..period };
    let unseen = Period { from: seen.until, ..period };
    [Stretch { period: seen, state }, Stretch { period: unseen, state: ServiceState::Unknown }]
}
