//! What ailed whom, and when? The same for the same seed.

use std::{collections::BTreeMap, time::Duration};

use fastrand::Rng;
use jiff::{Timestamp, civil::Weekday, tz::TimeZone};

use crate::{
    config::Plan,
    model::{
        Announcement, Check, Details, Fault, Finding, Maintenance, Moment, Outcome, Period, Phase, ProbeId,
        Reason, Seen, Slug, Timeline, Weight,
    },
    probe,
};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// One look in so many is bad by itself, and good when it is taken again.
const BLIP: u32 = 4000;

/// Everything that went wrong.
pub(super) struct Ills {
    spells: BTreeMap<ProbeId, Vec<Spell>>,
    upsets: Vec<(Moment, Upset)>,
    /// What a look at each probe takes when all is quiet.
    usual: BTreeMap<ProbeId, Duration>,
    /// A look that takes longer is degraded.
    slow: BTreeMap<ProbeId, Duration>,
    rush: Rush,
    chance: Rng,
}

/// What befell the agent itself, or was announced to it.
#[derive(Clone, Debug)]
pub(super) enum Upset {
    /// Planned work was announced.
    Announced(Maintenance),
    /// It was held up for so long.
    Held(Duration),
    /// It was off for so long.
    Off(Duration),
}

/// One thing that went wrong for a while.
#[derive(Clone, Copy, Debug)]
struct Spell {
    period: Period,
    how: How,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Refused,
    Hanging,
    Unavailable,
    Slow,
}

/// When many people log in at once: the zone's weekday mornings, Mondays above all.
struct Rush(TimeZone);

impl Ills {
    /// What went wrong in `period` with the services of `plan`.
    pub(super) fn new(plan: &Plan, period: Period, seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed);
        let probes: Vec<ProbeId> = plan.probes().iter().map(|probe| probe.id().clone()).collect();
        let slow = plan.probes().iter().filter_map(|probe| Some((probe.id().clone(), probe.slow()?)));
        let slow = slow.collect();
        let usual =
            probes.iter().map(|probe| (probe.clone(), Duration::from_millis(chance.u64(12..90)))).collect();
        let mut ills = Self {
            spells: BTreeMap::new(),
            upsets: Vec::new(),
            usual,
            slow,
            rush: Rush(plan.zone().clone()),
            chance,
        };
        ills.befall_services(&probes, period);
        ills.befall_probes(&probes, period);
        ills.plan_works(&probes, period);
        ills.upset(period);
        ills.upsets.sort_by_key(|(at, _)| *at);
        ills
    }

    /// What befell the agent, in order of time.
    pub(super) fn upsets(&mut self) -> Vec<(Moment, Upset)> {
        std::mem::take(&mut self.upsets)
    }

    /// Every few weeks a whole service goes down, or one leads the others.
    fn befall_services(&mut self, probes: &[ProbeId], period: Period) {
        let mut services: Vec<&Slug> = probes.iter().map(|probe| &probe.service).collect();
        services.dedup();
        for service in services {
            for at in self.now_and_then(period, DAY * 24) {
                let how = [How::Refused, How::Hanging, How::Unavailable][self.chance.usize(0..3)];
                let spell = Spell { period: Period::new(at, at + self.about(MINUTE * 25)), how };
                probes
                    .iter()
                    .filter(|probe| probe.service == *service)
                    .for_each(|probe| self.ail(probe, spell));
            }
        }
    }

    /// Now and then one part is ill by itself.
    fn befall_probes(&mut self, probes: &[ProbeId], period: Period) {
        for probe in probes {
            for at in self.now_and_then(period, DAY * 35) {
                let how = [How::Refused, How::Unavailable, How::Slow, How::Slow][self.chance.usize(0..4)];
                let spell = Spell { period: Period::new(at, at + self.about(MINUTE * 15)), how };
                self.ail(probe, spell);
            }
        }
    }

    /// Each service has its work once in a while: most announced in time, some too late.
    fn plan_works(&mut self, probes: &[ProbeId], period: Period) {
        let mut services: Vec<Slug> = probes.iter().map(|probe| probe.service.clone()).collect();
        services.dedup();
        for at in self.now_and_then(period, DAY * 12) {
            let service = services[self.chance.usize(0..services.len())].clone();
            let lasts = HOUR * self.chance.u32(1..4);
            let late = self.chance.u32(0..4) == 0;
            let known = if late { at + MINUTE * 20 } else { at - DAY.min(at.since(period.from)) };
            let announcement = Announcement {
                services: vec![service.clone()],
                from: Some(at),
                lasts_ms: u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX),
                reason: "Upgrade".into(),
                declared_by: "Change board".into(),
            };
            if let Ok(work) = announcement.work(known) {
                self.upsets.push((known, Upset::Announced(work)));
            }
            let spell = Spell {
                period: Period::new(at + MINUTE * 5, at + lasts - MINUTE * 10),
                how: How::Unavailable,
            };
            probes.iter().filter(|probe| probe.service == service).for_each(|probe| self.ail(probe, spell));
        }
    }

    /// The agent's own troubles.
    fn upset(&mut self, period: Period) {
        for at in self.now_and_then(period, DAY * 30) {
            let off = self.about(MINUTE * 40);
            self.upsets.push((at, Upset::Off(off)));
        }
        for at in self.now_and_then(period, DAY * 20) {
            let held = self.about(MINUTE * 6);
            self.upsets.push((at, Upset::Held(held)));
        }
    }

    fn ail(&mut self, probe: &ProbeId, spell: Spell) {
        self.spells.entry(probe.clone()).or_default().push(spell);
    }

    /// Moments that lie `mean` apart on the average.
    fn now_and_then(&mut self, period: Period, mean: Duration) -> Vec<Moment> {
        let mut at = period.from;
        let mut moments = Vec::new();
        loop {
            at += self.about(mean);
            if at >= period.until {
                return moments;
            }
            moments.push(at);
        }
    }

    /// Something like `mean`: often less, now and then much more.
    fn about(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(-(1.0 - self.chance.f64()).ln()).max(Duration::from_secs(20))
    }

    /// What one look at `probe` sees at `now`.
    pub(super) fn look(&mut self, probe: &ProbeId, now: Moment) -> Seen {
        let spells = self.spells.get(probe).map_or(&[][..], Vec::as_slice);
        let spell = spells.iter().find(|spell| spell.period.contains(now)).map(|spell| spell.how);
        let blip = self.chance.u32(0..BLIP) == 0;
        let usual = self.usual.get(probe).copied().unwrap_or(MINUTE / 1000);
        let busy = self.rush.at(now, probe.service.as_str() == "epr");
        let noise = (1.0 - self.chance.f64()).ln().abs().mul_add(0.25, 0.8);
        let took = usual.mul_f64(busy * noise);
        let bound = self.slow.get(probe).copied();
        match spell.or(blip.then_some(How::Refused)) {
            None => weighed(took, bound),
            Some(How::Slow) => weighed(bound.unwrap_or(usual * 10) + took, bound),
            Some(how) => failed(how, took),
        }
    }
}

impl Rush {
    /// How many times the usual a look takes.
    fn at(&self, now: Moment, is_record: bool) -> f64 {
        let at = Timestamp::from_millisecond(now.as_ms()).unwrap_or_default().to_zoned(self.0.clone());
        let monday = at.weekday() == Weekday::Monday;
        let since_nine = at.time().duration_since(jiff::civil::time(9, 0, 0, 0)).as_secs_f64().abs() / 3600.0;
        let weekend = matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday);
        let peak = if weekend { 0.2 } else { 1.5 } + if monday && is_record { 16.0 } else { 0.0 };
        let day = if (7..19).contains(&at.hour()) && !weekend { 0.4 } else { 0.0 };
        1.0 + day + peak * (1.0 - since_nine / 1.5).max(0.0)
    }
}

fn weighed(took: Duration, bound: Option<Duration>) -> Seen {
    seen(Phase::Wait, took, probe::weigh(Vec::new(), bound, took))
}

fn failed(how: How, took: Duration) -> Seen {
    let fault = |fault, words: &str| Outcome::Down(Reason::Fault { fault, words: words.into() });
    match how {
        How::Hanging => {
            let waited = Duration::from_secs(2);
            seen(Phase::Wait, waited, fault(Fault::Timeout(Phase::Wait), "no reply within 2s"))
        }
        How::Refused => {
            seen(Phase::Connect, took / 4, fault(Fault::ConnectionRefused, "nothing listens there"))
        }
        How::Slow | How::Unavailable => {
            let (expected, got) = ("2xx".into(), "503 Service Unavailable".into());
            let (check, weight) = (Check::Status, Weight::Fail);
            let finding = Finding { check, subject: String::new(), expected, got, weight };
            seen(Phase::Wait, took, Outcome::Down(Reason::Findings(vec![finding])))
        }
    }
}

/// A look that ended in `last` after `took`.
fn seen(last: Phase, took: Duration, outcome: Outcome) -> Seen {
    let mut timeline = Timeline::default();
    timeline.enter(Phase::Connect, 0, Duration::ZERO);
    if last != Phase::Connect {
        timeline.enter(last, 0, took / 8);
    }
    timeline.end(took);
    Seen { timeline, outcome, details: Details::default() }
}
