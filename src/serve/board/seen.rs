//! What is seen of one probe?

use std::{collections::VecDeque, sync::Arc, time::Duration};

use crate::{
    entry::{Gap, GapReason, LastSeen},
    model::{Moment, Observation, State, Transition},
};

/// What is believed and was seen last.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) turn: Option<Transition>,
    pub(super) look: Option<Arc<Observation>>,
    pub(super) gap: Option<Gap>,
    pub(super) recent: VecDeque<Recent>,
}

/// A look in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recent {
    /// When it began.
    pub began: Moment,
    /// How long it took.
    pub took: Duration,
    /// The label of its outcome.
    pub outcome: &'static str,
}

impl Seen {
    /// How many looks are kept in short.
    const RECENT: usize = 40;

    pub(super) fn of(last: &LastSeen) -> Self {
        let mut seen = Self::default();
        last.looks.iter().for_each(|look| seen.saw(look));
        Self { turn: last.turn.clone(), gap: last.gap.clone(), ..seen }
    }

    pub(super) fn saw(&mut self, look: &Observation) {
        if self.recent.len() == Self::RECENT {
            self.recent.pop_front();
        }
        let (began, took) = (look.began, look.seen.timeline.total());
        self.recent.push_back(Recent { began, took, outcome: look.seen.outcome.label() });
        self.look = Some(Arc::new(look.clone()));
        self.gap = None;
    }

    pub(super) fn state(&self) -> State {
        self.turn.as_ref().map_or(State::Unknown, |turn| turn.to)
    }

    /// Why it is not up; empty if it is.
    pub(super) fn words(&self) -> String {
        if self.state() == State::Up {
            return String::new();
        }
        let Some(look) = &self.look else { return "not looked at yet".into() };
        if let Some(gap) = &self.gap {
            return format!("{} looks missed: {}", gap.missed, missed(gap.reason));
        }
        let words = look.seen.words();
        if words.is_empty() { "the last look was good, and is not confirmed yet".into() } else { words }
    }
}

/// The reason in words, as they follow "looks missed:".
fn missed(reason: GapReason) -> &'static str {
    match reason {
        GapReason::Stalled => "the machine was held up",
        GapReason::Overlap => "the look before was still under way",
        GapReason::Capped => "too many looks were under way",
        GapReason::ClockStepped => "the clock was set, or the machine slept",
        GapReason::NotRunning => "the agent did not run",
        GapReason::NotRemembered => "the ledger could not take them in",
    }
}
