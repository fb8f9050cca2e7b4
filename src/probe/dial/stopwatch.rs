//! How long has each phase taken? One stopwatch a look, stamped by whoever sees a phase begin.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::model::{Phase, Timeline};

/// A stopwatch that runs from the look's beginning. Clones stamp the same timeline.
#[derive(Clone, Debug)]
pub(crate) struct Stopwatch {
    began: Instant,
    timeout: Duration,
    marks: Arc<Mutex<Marks>>,
}

#[derive(Debug, Default)]
struct Marks {
    hop: u8,
    /// A hop is a step, which has a name of its own: a redirect begins none.
    by_steps: bool,
    timeline: Timeline,
    /// The look is over, but for what is not counted.
    rests: bool,
}

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the one stopwatch")]
    pub(crate) fn start(timeout: Duration) -> Self {
        Self { began: Instant::now(), timeout, marks: Arc::default() }
    }

    /// When the look's time is up.
    pub(crate) fn deadline(&self) -> tokio::time::Instant {
        (self.began + self.timeout).into()
    }

    /// The time that is left.
    pub(crate) fn remaining(&self) -> Duration {
        self.timeout.saturating_sub(self.elapsed())
    }

    /// This instant, by the clock that nobody sets.
    pub(crate) fn instant(&self) -> Instant {
        self.began + self.elapsed()
    }

    /// By how much the look's time is over.
    pub(crate) fn overrun(&self) -> Duration {
        self.elapsed().saturating_sub(self.timeout)
    }

    /// The phase under way ends and `phase` begins. The first phase begins with the look itself. Entering the phase under
    /// way changes nothing.
    pub(crate) fn enter(&self, phase: Phase) {
        let at = self.elapsed();
        let mut marks = self.marks();
        let hop = marks.hop;
        if !marks.rests && (marks.timeline.last(), marks.timeline.hop()) != (Some(phase), Some(hop)) {
            marks.timeline.enter(phase, hop, at);
        }
    }

    /// What follows belongs to the step at `place`: its first phase begins a span of its own.
    pub(crate) fn next_step(&self, place: usize) {
        let mut marks = self.marks();
        (marks.hop, marks.by_steps) = (u8::try_from(place).unwrap_or(u8::MAX), true);
    }

    /// What follows belongs to the next exchange: a redirect is followed. The phase after it begins a span of its own, and in a look
    /// that goes in steps stays a part of its step.
    pub(crate) fn next_hop(&self, phase: Phase) {
        let at = self.elapsed();
        let mut marks = self.marks();
        marks.hop = marks.hop.saturating_add(u8::from(!marks.by_steps));
        let hop = marks.hop;
        marks.timeline.enter(phase, hop, at);
    }

    /// What is to be seen was seen: what follows, taking leave, is not counted.
    pub(crate) fn rest(&self) {
        let at = self.elapsed();
        let mut marks = self.marks();
        marks.timeline.end(at);
        marks.rests = true;
    }

    /// The phase under way; connecting, before any was stamped.
    pub(crate) fn phase(&self) -> Phase {
        self.marks().timeline.last().unwrap_or(Phase::Connect)
    }

    /// The hop under way.
    pub(crate) fn hop(&self) -> u8 {
        self.marks().hop
    }

    /// Ends the last phase and hands out the timeline.
    pub(crate) fn stop(&self) -> Timeline {
        let at = self.elapsed();
        let mut marks = self.marks();
        if marks.timeline.last().is_none() {
            marks.timeline.enter(Phase::Connect, 0, at);
        }
        if !marks.rests {
            marks.timeline.end(at);
        }
        std::mem::take(&mut marks.timeline)
    }

    /// The time since the look's beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_end_to_end_and_hops_apart() {
        let watch = Stopwatch::start(Duration::ZERO);
        watch.enter(Phase::Connect);
        watch.enter(Phase::Connect);
        watch.clone().enter(Phase::Wait);
        watch.next_hop(Phase::Wait);
        let line = watch.stop();
        let spans: Vec<_> = line.spans().iter().map(|span| (span.phase, span.hop)).collect();
        assert_eq!(spans, [(Phase::Connect, 0), (Phase::Wait, 0), (Phase::Wait, 1)]);
        assert!(line.spans().windows(2).all(|pair| pair[0].ended == pair[1].began));
    }

    #[test]
    fn a_look_without_a_stamp_still_has_its_time() {
        let line = Stopwatch::start(Duration::ZERO).stop();
        assert_eq!(line.spans().len(), 1);
        assert_eq!(line.of(Phase::Connect), Some(line.total()));
    }
}
