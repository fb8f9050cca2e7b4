//! What had been going on before? A past of the demo's hospital, folded through the round as if it had been watched.

mod ills;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    path::Path,
    sync::Arc,
    time::Duration,
};

use self::ills::{Ills, Upset};
use crate::{
    config::Plan,
    engine,
    entry::Entry,
    ledger::{Ledger, LedgerError, Sqlite},
    model::{Cadence, Moment, Observation, Outline, Period, ProbeOutline},
    round::{Effect, Event, Job, Notice, Round, Schedule, Scheduled, Ticket},
};

/// In the past it was looked less often than in the demo, which has less time.
const INTERVAL: Duration = Duration::from_mins(2);

/// So many entries are remembered at once.
const BATCH: usize = 20_000;

/// How much there was.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) looks: u64,
    pub(super) incidents: u64,
}

/// The round, its clock, and the looks in flight.
struct World<'w> {
    ledger: &'w mut Sqlite,
    ills: Ills,
    schedule: Schedule,
    round: Round,
    now: Moment,
    flying: BinaryHeap<Reverse<(Moment, Ticket)>>,
    looks: BTreeMap<Ticket, Box<Observation>>,
    entries: Vec<Arc<Entry>>,
    told: Told,
}

/// Writes the past of `period` into the ledger in `data`, which must be empty.
pub(super) fn write(plan: &Plan, data: &Path, period: Period, seed: u64) -> anyhow::Result<Told> {
    let mut ledger = Sqlite::open(data)?.ledger;
    anyhow::ensure!(
        ledger.tail()?.newest.is_none(),
        "{} holds a past already; a new one needs a new folder",
        data.display()
    );
    let schedule = slower(engine::schedule(plan, None));
    let ills = Ills::new(plan, period, seed);
    let mut world = World {
        ledger: &mut ledger,
        ills,
        schedule,
        round: Round::default(),
        now: period.from,
        flying: BinaryHeap::new(),
        looks: BTreeMap::new(),
        entries: Vec::new(),
        told: Told::default(),
    };
    world.live(period.until)?;
    let told = world.told;
    ledger.prune(period.until - plan.keep())?;
    Ok(told)
}

/// The same plan, looked at less often.
fn slower(schedule: Schedule) -> Schedule {
    let cadence = |cadence: Cadence| {
        Cadence::new(cadence.interval().max(INTERVAL), cadence.timeout()).unwrap_or(cadence)
    };
    let scheduled = |probe: Scheduled| Scheduled { cadence: cadence(probe.cadence), ..probe };
    let outlined = |probe: &ProbeOutline| ProbeOutline { cadence: cadence(probe.cadence), ..probe.clone() };
    let outline = Outline {
        probes: schedule.outline.probes.iter().map(outlined).collect(),
        ..Outline::clone(&schedule.outline)
    };
    let probes = schedule.probes.into_iter().map(scheduled).collect();
    Schedule { outline: Arc::new(outline), probes, ..schedule }
}

impl World<'_> {
    fn live(&mut self, until: Moment) -> Result<(), LedgerError> {
        self.tell(Event::Replan(self.schedule.clone()))?;
        for (at, upset) in self.ills.upsets() {
            self.pass(at.min(until))?;
            self.suffer(upset)?;
        }
        self.pass(until)?;
        self.stop()?;
        self.remember()
    }

    fn suffer(&mut self, upset: Upset) -> Result<(), LedgerError> {
        match upset {
            Upset::Announced(work) => self.tell(Event::Notice(Notice::Declare(work))),
            Upset::Held(span) => {
                self.now += span;
                self.tell_what_happened()
            }
            Upset::Off(span) => self.restart(span),
        }
    }

    /// The agent is stopped, and started again later: it goes on from what the ledger holds.
    fn restart(&mut self, later: Duration) -> Result<(), LedgerError> {
        self.stop()?;
        self.remember()?;
        self.now += later;
        self.round = Round::default();
        let tail = self.ledger.tail()?;
        self.tell(Event::Recover(Box::new(tail)))?;
        self.tell(Event::Replan(self.schedule.clone()))
    }

    fn stop(&mut self) -> Result<(), LedgerError> {
        self.tell(Event::Stop)?;
        while let Some(Reverse((at, _))) = self.flying.peek() {
            self.now = self.now.max(*at);
            self.tell_what_happened()?;
        }
        Ok(())
    }

    fn pass(&mut self, until: Moment) -> Result<(), LedgerError> {
        while let Some(at) = self.next().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.tell_what_happened()?;
        }
        self.now = self.now.max(until);
        Ok(())
    }

    fn next(&self) -> Option<Moment> {
        let landing = self.flying.peek().map(|Reverse((at, _))| *at);
        landing.into_iter().chain(self.round.next_due()).min()
    }

    fn tell_what_happened(&mut self) -> Result<(), LedgerError> {
        while let Some(Reverse((_, ticket))) =
            self.flying.peek().copied().filter(|Reverse((at, _))| *at <= self.now)
        {
            self.flying.pop();
            if let Some(look) = self.looks.remove(&ticket) {
                self.tell(Event::Done(ticket, look))?;
            }
        }
        self.tell(Event::Due)
    }

    fn tell(&mut self, event: Event) -> Result<(), LedgerError> {
        let mut effects = Vec::new();
        self.round.step(event, self.now, &mut effects);
        for effect in effects {
            match effect {
                Effect::Look(job) => self.look(job),
                Effect::Record(entry) => self.record(entry),
            }
        }
        if self.entries.len() < BATCH { Ok(()) } else { self.remember() }
    }

    fn look(&mut self, job: Job) {
        let (ticket, now) = (job.ticket, self.now);
        let seen = self.ills.look(&job.probe, now);
        let Job { probe, why, due, cadence, .. } = job;
        let ended = now + seen.timeline.total();
        let look = Observation { probe, why, due, began: now, ended, late: now.since(due), cadence, seen };
        self.flying.push(Reverse((ended, ticket)));
        self.looks.insert(ticket, Box::new(look));
    }

    fn record(&mut self, entry: Entry) {
        match &entry {
            Entry::Observed(_) => self.told.looks += 1,
            Entry::Incident(news) if news.what == crate::model::IncidentTurn::Opened => {
                self.told.incidents += 1;
            }
            _ => {}
        }
        self.entries.push(Arc::new(entry));
    }

    fn remember(&mut self) -> Result<(), LedgerError> {
        self.ledger.append(&self.entries)?;
        self.entries.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_past_and_none_is_laid_over_another() {
        let plan = crate::cli::demo::plan().unwrap();
        let until = Moment::from_ms(1_790_000_000_000);
        let period = Period::new(until - Duration::from_hours(48), until);
        let past = |seed: u64| {
            let folder = tempfile::tempdir().unwrap();
            let told = write(&plan, folder.path(), period, seed).unwrap();
            assert!(write(&plan, folder.path(), period, seed).is_err());
            let probes = u64::try_from(plan.probes().len()).unwrap();
            assert!((probes * 1000..probes * 1600).contains(&told.looks), "{told:?}");
            Sqlite::read(folder.path()).unwrap().head().unwrap()
        };
        assert_eq!(past(7), past(7));
        assert_ne!(past(7), past(8));
    }
}
