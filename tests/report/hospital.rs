//! A hospital that is ill when it is told to be, an agent that watches it, and what is told of it.

use std::{sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use wardround::{
    entry::Entry,
    ledger::{Ledger, Memory},
    model::{
        Cadence, Counting, Impact, Maintenance, Moment, Objective, Outcome, Period, ServiceOutline,
        ServiceState, Share, When, Why,
    },
    report::{self, Account, Asked, Named, NoReport, Remembered, Report, ServiceReport},
    round::{Event, Job, Schedule, Scheduled},
};

use crate::round::{
    ward::{self, SECOND},
    world::{Witness, World, down},
};

pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const HOUR: Duration = Duration::from_hours(1);

/// What is ill, and when; and everything that was remembered.
#[derive(Default)]
struct Ills {
    spells: Vec<(&'static str, Period, Outcome)>,
    entries: Vec<Arc<Entry>>,
    dues: Vec<Moment>,
    heals: bool,
}

/// An agent that watches services of one probe each, every minute.
pub(super) struct Watch {
    world: World<Ills>,
    schedule: Schedule,
}

impl Witness for Ills {
    fn look(&mut self, job: &Job, now: Moment) -> (Duration, Outcome) {
        self.dues.push(job.due);
        let probe = job.probe.to_string();
        let heals = self.heals && job.why == Why::Recheck;
        let ill = self.spells.iter().find(|(id, when, _)| *id == probe && when.contains(now) && !heals);
        (Duration::from_millis(20), ill.map_or(Outcome::Up, |(_, _, outcome)| outcome.clone()))
    }

    fn entry(&mut self, entry: Entry, _now: Moment) {
        self.entries.push(Arc::new(entry));
    }
}

impl Watch {
    /// Of `probes`, each `service/probe`, from `from` on (by the clock in London), every minute.
    pub(super) fn of(probes: &[&str], from: &str) -> Self {
        let cadence = Cadence::new(MINUTE, 2 * SECOND).unwrap();
        let each = |probe: &&str| Scheduled { cadence, ..ward::scheduled(probe, Impact::Outage, false) };
        let scheduled: Vec<Scheduled> = probes.iter().map(each).collect();
        let mut services: Vec<ServiceOutline> = Vec::new();
        for probe in &scheduled {
            if services.iter().all(|service| service.id != probe.id.service) {
                services.push(ward::service(&probe.id.service, Vec::new()));
            }
        }
        let schedule = zoned(ward::schedule(scheduled, services));
        let mut world = World::new(at(from), Ills::default());
        world.tell(Event::Replan(schedule.clone()));
        Self { world, schedule }
    }

    /// `probe` finds its target down from `from` until `until`.
    pub(super) fn ill(&mut self, probe: &'static str, from: &str, until: &str) {
        self.world.witness.spells.push((probe, Period::new(at(from), at(until)), down()));
    }

    /// The same, between two moments.
    pub(super) fn ill_at(&mut self, probe: &'static str, from: Moment, until: Moment) {
        self.world.witness.spells.push((probe, Period::new(from, until), down()));
    }

    /// What is ill is well again three seconds later, when it is looked at once more.
    pub(super) fn heals_at_rechecks(&mut self) {
        self.world.witness.heals = true;
    }

    /// The beginning of the last look at `probe` that was due before `until`.
    pub(super) fn last(&self, until: &str) -> Moment {
        let dues = self.world.witness.dues.iter();
        *dues.filter(|due| **due < at(until)).max().expect("somebody looked")
    }

    /// The same, with another outcome than down.
    pub(super) fn sick(&mut self, probe: &'static str, from: &str, until: &str, outcome: Outcome) {
        self.world.witness.spells.push((probe, Period::new(at(from), at(until)), outcome));
    }

    /// Time passes until `until`.
    pub(super) fn pass(&mut self, until: &str) {
        self.world.pass(at(until).since(self.world.now()));
    }

    /// Time passes in which nobody looks.
    pub(super) fn stall(&mut self, until: &str) {
        self.world.stall(at(until).since(self.world.now()));
    }

    /// Another plan comes into force.
    pub(super) fn replan(&mut self, change: impl FnOnce(&mut Schedule)) {
        change(&mut self.schedule);
        let mut outline = (*self.schedule.outline).clone();
        outline.probes = self.schedule.probes.iter().map(ward::outline).collect();
        self.schedule.outline = Arc::new(outline);
        self.schedule.digest.push('+');
        self.world.tell(Event::Replan(self.schedule.clone()));
    }

    /// Changes what is remembered of the first service.
    pub(super) fn service(&mut self, change: impl FnOnce(&mut ServiceOutline)) {
        self.replan(|schedule| {
            let mut outline = (*schedule.outline).clone();
            change(&mut outline.services[0]);
            schedule.outline = Arc::new(outline);
        });
    }

    /// The first service promises to be up so many hundredths of all time.
    pub(super) fn promises(&mut self, percent: f64) {
        let target = Share::of_percent(percent).unwrap();
        let promise = Objective { target, when: Counting::Always, counts: vec![ServiceState::Down] };
        self.service(|service| service.objectives.push(promise));
    }

    /// Work on the first service is announced now.
    pub(super) fn announce(&mut self, name: &str, from: &str, until: &str) {
        let work = Maintenance {
            id: name.parse().unwrap(),
            services: vec![self.schedule.outline.services[0].id.clone()],
            when: When::Once(Period::new(at(from), at(until))),
            reason: "upgrade".into(),
            declared_by: "change board".into(),
            declared_at: None,
            by_hand: false,
        };
        self.replan(|schedule| schedule.maintenance.push(work));
    }

    /// The beginning of the first look that was due at or after `from`.
    pub(super) fn look(&self, from: &str) -> Moment {
        let dues = self.world.witness.dues.iter();
        *dues.filter(|due| **due >= at(from)).min().expect("somebody looked")
    }

    /// Everything that was remembered.
    pub(super) fn entries(&self) -> &[Arc<Entry>] {
        &self.world.witness.entries
    }

    /// What is remembered, asked for one report.
    pub(super) fn remembered(&self, asked: &Asked) -> Remembered {
        let mut ledger = Memory::default();
        ledger.append(self.entries()).unwrap();
        let account: Account = report::account(&ledger).unwrap();
        report::remembered(&ledger, account, asked.periods(), |_, _| {}).unwrap()
    }

    /// What is told of `period`.
    pub(super) fn report(&self, period: &str) -> Result<Report, NoReport> {
        let asked = asked(period);
        Report::of(&asked, &[self.remembered(&asked)])
    }

    /// What is told of the first service.
    pub(super) fn told(&self, period: &str) -> ServiceReport {
        self.report(period).unwrap().sites[0].services[0].clone()
    }
}

pub(super) fn asked(period: &str) -> Asked {
    Asked::of(Named::parse(period, &london()).unwrap(), london())
}

/// By the clock in London: `2026-10-06T12:00`.
pub(super) fn at(text: &str) -> Moment {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    Moment::from_ms(london().to_timestamp(local).unwrap().as_millisecond())
}

fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

fn zoned(mut schedule: Schedule) -> Schedule {
    let mut outline = (*schedule.outline).clone();
    outline.zone = "Europe/London".into();
    schedule.outline = Arc::new(outline);
    schedule
}
