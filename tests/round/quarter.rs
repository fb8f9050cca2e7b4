//! How fast is the round alone? Many looks at many probes, with no runtime and no clock.

use std::{sync::Arc, time::Duration};

use wardround::{
    entry::Entry,
    model::{Cadence, Confirm, Impact, Moment, Outcome, ProbeId},
    round::{Event, Job, Limits, Schedule, Scheduled},
};

use super::{
    chance::Chance,
    world::{Witness, World, down},
};

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) looks: u64,
    pub(crate) rechecks: u64,
    pub(crate) missed: u64,
    pub(crate) changes: u64,
    pub(crate) latest: Duration,
}

struct Ward {
    figures: Figures,
    chance: Chance,
    /// Until when whose target is down, by the probe's place.
    down_until: Vec<Moment>,
}

/// Watches `probes` probes every `interval` for `span`, with outages and blips.
pub(crate) fn watch(probes: usize, interval: Duration, span: Duration) -> Figures {
    let ward =
        Ward { figures: Figures::default(), chance: Chance(7), down_until: vec![Moment::default(); probes] };
    let mut world = World::new(Moment::from_ms(1_790_000_000_000), ward);
    world.tell(Event::Replan(schedule(probes, interval)));
    world.pass(span);
    world.tell(Event::Stop);
    world.land();
    assert!(world.round.is_over());
    world.witness.figures
}

/// A plan of `probes` probes, ten a service and each at a host of its own.
pub(crate) fn schedule(probes: usize, interval: Duration) -> Schedule {
    let cadence = Cadence::new(interval, interval / 3).unwrap();
    let scheduled = |index: usize| Scheduled {
        id: ProbeId::new(
            format!("service-{}", index / 10).parse().unwrap(),
            format!("probe-{index}").parse().unwrap(),
        ),
        cadence,
        confirm: Confirm::default(),
        impact: Impact::Outage,
        host: Arc::from(format!("host-{index}")),
        clinical: false,
        group: None,
        reference: false,
    };
    Schedule {
        site: "ward".parse().unwrap(),
        digest: String::new(),
        limits: Limits { in_flight: 256, per_host: 8, clinical_per_host: 1 },
        outline: Arc::default(),
        maintenance: Vec::new(),
        probes: (0..probes).map(scheduled).collect(),
    }
}

impl Witness for Ward {
    fn look(&mut self, job: &Job, now: Moment) -> (Duration, Outcome) {
        self.figures.looks += 1;
        self.figures.latest = self.figures.latest.max(now.since(job.due));
        if self.chance.once_in(20_000) {
            self.down_until[job.index] = now + Duration::from_secs(self.chance.below(3_600));
        }
        let is_down = self.down_until[job.index] > now || self.chance.once_in(5_000);
        let takes = Duration::from_millis(20 + self.chance.below(80));
        if is_down { (job.cadence.timeout(), down()) } else { (takes, Outcome::Up) }
    }

    fn entry(&mut self, entry: Entry, _now: Moment) {
        match entry {
            Entry::Gap(gap) => self.figures.missed += gap.missed,
            Entry::Changed(_) => self.figures.changes += 1,
            Entry::Observed(look) if look.why == wardround::model::Why::Recheck => self.figures.rechecks += 1,
            _ => {}
        }
    }
}
