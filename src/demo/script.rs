//! When does what go wrong?

use std::{collections::BTreeSet, time::Duration};

use super::{Ailment, Flaw, Part};

/// One thing that goes wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// How long after the script's beginning.
    pub after: Duration,
    /// For how long.
    pub lasts: Duration,
    /// In which part.
    pub part: Part,
    /// What.
    pub ailment: Ailment,
}

/// What goes wrong in the hospital, in time. When it is over it begins anew.
#[derive(Clone, Debug)]
pub struct Script {
    spells: Vec<Spell>,
    length: Duration,
}

impl Script {
    /// These spells, with a quiet stretch behind the last.
    pub fn new(spells: Vec<Spell>, quiet: Duration) -> Self {
        let length = spells.iter().map(Spell::ends).max().unwrap_or_default() + quiet;
        Self { spells, length }
    }

    /// What `wardround demo` shows.
    pub fn shipped() -> Self {
        let certificate = Ailment::Certificate(Flaw::Expired);
        let spells = [
            (6, 15, Part::Record, Ailment::Slow(Duration::from_millis(700))),
            (20, 14, Part::RecordApi, Ailment::SaysFail),
            (30, 14, Part::Images, Ailment::Unavailable),
            (40, 14, Part::Prescribing, Ailment::MaintenancePage),
            (48, 20, Part::Record, Ailment::SaysFail),
            (54, 20, Part::Fhir, Ailment::SaysFail),
            (62, 14, Part::Pathology, certificate),
            (48, 12, Part::Interfaces, Ailment::SaysFail),
            (68, 16, Part::Interfaces, Ailment::Hanging),
            (82, 14, Part::Record, Ailment::Refused),
            (90, 20, Part::SignIn, Ailment::SaysFail),
            (102, 12, Part::Images, Ailment::HalfReply),
            (108, 12, Part::Pathology, Ailment::Garbage),
            (116, 12, Part::Prescribing, Ailment::NoSuchName),
            (122, 12, Part::Mail, Ailment::SaysFail),
            (126, 12, Part::Directory, Ailment::SaysFail),
            (130, 12, Part::Archive, Ailment::SaysFail),
            (136, 12, Part::Names, Ailment::Silent),
        ];
        let spell = |(after, lasts, part, ailment)| Spell {
            after: Duration::from_secs(after),
            lasts: Duration::from_secs(lasts),
            part,
            ailment,
        };
        Self::new(spells.map(spell).to_vec(), Duration::from_secs(10))
    }

    /// How long it takes until it begins anew.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// All that goes wrong in it.
    pub fn spells(&self) -> &[Spell] {
        &self.spells
    }

    /// What ails `part`, so long after the beginning of the first performance.
    pub fn ailment(&self, part: Part, at: Duration) -> Option<Ailment> {
        let at = self.within(at);
        let is_now = |spell: &&Spell| spell.part == part && spell.after <= at && at < spell.ends();
        self.spells.iter().find(is_now).map(|spell| spell.ailment)
    }

    /// What goes wrong next, and in how long.
    pub fn next(&self, at: Duration) -> Option<(Duration, Spell)> {
        let at = self.within(at);
        let until = |spell: &Spell| {
            spell.after.checked_sub(at).unwrap_or((spell.after + self.length).saturating_sub(at))
        };
        self.spells.iter().map(|spell| (until(spell), *spell)).min_by_key(|(until, _)| *until)
    }

    /// When anything changes, and how long it then stays so.
    pub(super) fn scenes(&self) -> Vec<(Duration, Duration)> {
        let both = self.spells.iter().flat_map(|spell| [spell.after, spell.ends()]);
        let all: BTreeSet<Duration> = both.chain([Duration::ZERO, self.length]).collect();
        all.iter().zip(all.iter().skip(1)).map(|(from, to)| (*from, to.saturating_sub(*from))).collect()
    }

    fn within(&self, at: Duration) -> Duration {
        let length = self.length.as_nanos().max(1);
        Duration::from_nanos(u64::try_from(at.as_nanos() % length).unwrap_or(0))
    }
}

impl Spell {
    fn ends(&self) -> Duration {
        self.after + self.lasts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_spell_holds_from_its_beginning_to_its_end_in_every_performance() {
        let script = Script::shipped();
        for round in [s(0), script.length(), script.length() * 1000] {
            let seen = [5, 6, 20, 21].map(|at| script.ailment(Part::Record, round + s(at)).is_some());
            assert_eq!(seen, [false, true, true, false]);
            assert_eq!(
                script.next(round + s(6)).map(|(until, next)| (until, next.part)),
                Some((s(0), Part::Record))
            );
            assert_eq!(
                script.next(round + s(7)).map(|(until, next)| (until, next.part)),
                Some((s(13), Part::RecordApi))
            );
        }
    }

    #[test]
    fn the_next_after_the_last_is_the_first_again() {
        let script = Script::shipped();
        assert_eq!(script.next(script.length().saturating_sub(s(1))).unwrap(), (s(7), script.spells()[0]));
    }

    #[test]
    fn no_part_has_two_ailments_at_once() {
        for one in Script::shipped().spells() {
            let clash = |other: &&Spell| {
                other.part == one.part
                    && *other != one
                    && other.after < one.ends()
                    && one.after < other.ends()
            };
            assert_eq!(Script::shipped().spells().iter().find(clash), None, "{one:?}");
        }
    }

    #[test]
    fn a_script_without_spells_is_quiet() {
        let quiet = Script::new(Vec::new(), Duration::ZERO);
        assert_eq!((quiet.ailment(Part::Mail, s(9)), quiet.next(s(9))), (None, None));
    }
}
