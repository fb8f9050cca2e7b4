//! What time is it? The only clock of the monitor.
//!
//! Time is the wall clock read once, carried on by the monotonic clock, so that it never steps by itself. A step of the
//! wall clock beneath is found by comparing the two, and handed to the round as the event it is.

use std::{sync::OnceLock, time::Duration};

use tokio::time::Instant;

use crate::model::Moment;

/// A wall clock that differs by more than this has been set, or the machine slept.
const STEP: Duration = Duration::from_secs(1);

/// The monitor's clock. `wall` is injected so that a test can step it.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    wall: fn() -> Moment,
    anchor: Moment,
    since: Instant,
}

/// The wall clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// What the time would have been.
    pub(crate) from: Moment,
    /// What it is.
    pub(crate) to: Moment,
}

impl Clock {
    pub(crate) fn new(wall: fn() -> Moment) -> Self {
        Self { wall, anchor: wall(), since: Instant::now() }
    }

    /// Now, in whole milliseconds: rounded down.
    pub(crate) fn now(&self) -> Moment {
        self.anchor + self.since.elapsed()
    }

    /// The instant of the runtime's timer at which `now()` first reads `moment`.
    pub(crate) fn instant(&self, moment: Moment) -> Instant {
        self.since + moment.since(self.anchor)
    }

    /// The instant of the runtime's timer that lies `span` ahead.
    pub(crate) fn after(&self, span: Duration) -> Instant {
        self.since + self.since.elapsed() + span
    }

    /// The instant of the runtime's timer that it is.
    pub(crate) fn tick(&self) -> Instant {
        self.after(Duration::ZERO)
    }

    /// How long after `due` it is, to the microsecond.
    pub(crate) fn late(&self, due: Moment) -> Duration {
        if due < self.anchor {
            return self.anchor.since(due) + self.since.elapsed();
        }
        self.since.elapsed().saturating_sub(due.since(self.anchor))
    }

    /// Looks at the wall clock; where it was set, follows it and says so.
    pub(crate) fn follow(&mut self) -> Option<Step> {
        let (from, to) = (self.now(), (self.wall)());
        let off = to.since(from).max(from.since(to));
        if off <= STEP {
            return None;
        }
        self.anchor = to;
        self.since = Instant::now();
        Some(Step { from, to })
    }
}

/// The system's wall clock.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub fn wall() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment::from_ms(0) + since
}

/// A clock that is never set: time since it was first asked.
pub fn ticks() -> Duration {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn runs_on_by_itself_and_follows_a_step() {
        static WALL: AtomicI64 = AtomicI64::new(1_000_000);
        let set = |ms| WALL.store(ms, Ordering::Relaxed);
        let mut clock = Clock::new(|| Moment::from_ms(WALL.load(Ordering::Relaxed)));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(clock.now().as_ms(), 1_000_500);
        assert_eq!(clock.late(Moment::from_ms(1_000_200)), Duration::from_millis(300));
        assert_eq!(clock.late(Moment::from_ms(999_900)), Duration::from_millis(600));
        assert_eq!(clock.instant(clock.now()), Instant::now());
        set(1_001_400); // 0.9 s of difference is not a step
        assert_eq!(clock.follow(), None);
        set(4_600_500);
        let step = clock.follow().unwrap();
        assert_eq!((step.from.as_ms(), step.to.as_ms()), (1_000_500, 4_600_500));
        assert_eq!((clock.now(), clock.follow()), (step.to, None));
    }
}
