//! Is it so, or not so? One yes-or-no belief that only a run of looks turns.

use crate::model::{Confirm, Moment};

/// A belief that "yes" (always the bad answer) holds, or does not, or that nothing is known yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Latch {
    on: Option<bool>,
    count: u32,
    run: Run,
}

/// Looks in a row that contradict what is believed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    /// When the first of them began.
    pub(super) first: Moment,
    /// When the last known look before it began: that one showed otherwise.
    pub(super) before: Option<Moment>,
}

impl Latch {
    /// One that believes `on`.
    pub(super) fn set(on: Option<bool>) -> Self {
        Self { on, ..Self::default() }
    }

    /// What is believed.
    pub(super) fn on(&self) -> Option<bool> {
        self.on
    }

    /// The looks in a row that have not turned belief yet.
    pub(super) fn pending(&self) -> Option<Run> {
        (self.count > 0).then_some(self.run)
    }

    /// The bad looks in a row that belief of the contrary still stands against, and since when.
    pub(super) fn doubt(&self) -> Option<(u32, Moment)> {
        (self.count > 0 && self.on == Some(false)).then_some((self.count, self.run.first))
    }

    /// Takes in one look; gives the run that turned belief, if this look completed it.
    pub(super) fn saw(&mut self, yes: bool, look: Run, confirm: Confirm) -> Option<Run> {
        let breaks = self.on == Some(yes) || (self.on.is_none() && !yes);
        if breaks {
            self.count = 0;
        }
        if self.on == Some(yes) {
            return None;
        }
        if self.count == 0 {
            self.run = look;
        }
        self.count += 1;
        (self.count >= self.needed(yes, confirm)).then(|| self.turn(yes))
    }

    /// Where nothing is known one good look decides; everything else takes a run.
    fn needed(&self, yes: bool, confirm: Confirm) -> u32 {
        match (self.on, yes) {
            (None, false) => 1,
            (Some(_), false) => confirm.successes,
            (_, true) => confirm.failures,
        }
    }

    fn turn(&mut self, yes: bool) -> Run {
        self.on = Some(yes);
        self.count = 0;
        self.run
    }
}
