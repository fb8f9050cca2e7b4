//! Is every due of a probe accounted for, once and in order?

use wardround::{
    entry::Gap,
    model::{Moment, ProbeId},
};

use super::chance::mix;

/// The site of every plan here.
pub(crate) const SITE: &str = "ward";

/// What a probe owes: each due in turn, looked at or missed.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    id: ProbeId,
    interval: i64,
    phase: i64,
    expected: Moment,
}

impl Account {
    /// Of a probe that is watched from `now` on, every `interval` milliseconds.
    pub(crate) fn new(id: &ProbeId, interval: i64, now: Moment) -> Self {
        let phase = phase(id, interval);
        let account = Self { id: id.clone(), interval, phase, expected: now };
        Self { expected: account.after(now), ..account }
    }

    /// How late a look may begin.
    pub(crate) fn tolerance(&self) -> i64 {
        (self.interval / 10).max(1000).min(self.interval - 1)
    }

    /// The due that comes next.
    pub(crate) fn expected(&self) -> Moment {
        self.expected
    }

    /// A look for `due` begins.
    pub(crate) fn looked(&mut self, due: Moment, now: Moment) {
        assert_eq!(due, self.expected, "{}: each due in turn", self.id);
        let late = now.as_ms() - due.as_ms();
        assert!((0..=self.tolerance()).contains(&late), "{}: a look {late} ms late", self.id);
        self.expected = self.after(due);
    }

    /// Dues were missed.
    pub(crate) fn missed(&mut self, gap: &Gap) {
        assert_eq!(gap.from, self.expected, "{}: each due in turn", self.id);
        let mut missed = 0;
        while self.expected < gap.until {
            self.expected = self.after(self.expected);
            missed += 1;
        }
        assert_eq!((self.expected, missed), (gap.until, gap.missed), "{}", self.id);
    }

    /// Another plan has come into force.
    pub(crate) fn replanned(&mut self, interval: i64, now: Moment) {
        if interval != self.interval {
            self.closed(now);
            (self.interval, self.phase) = (interval, phase(&self.id, interval));
            self.expected = self.after(now);
        }
    }

    /// The clock was set back.
    pub(crate) fn set_back(&mut self, from: Moment, to: Moment) {
        if from.as_ms() - to.as_ms() >= self.interval {
            self.closed(from);
            self.expected = self.after(to);
        }
    }

    /// Nothing may be owed at `now`.
    pub(crate) fn closed(&self, now: Moment) {
        assert!(self.expected > now, "{}: {} was neither looked at nor missed", self.id, self.expected);
    }

    fn after(&self, at: Moment) -> Moment {
        let next = at.as_ms() + 1;
        Moment::from_ms(next + (self.phase - next).rem_euclid(self.interval))
    }
}

fn phase(id: &ProbeId, interval: i64) -> i64 {
    let names = format!("{SITE}/{}/{}/", id.service, id.probe);
    let fnv = names.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (mix(fnv) % interval.unsigned_abs()).cast_signed()
}
