//! What does the round do when many probes, a clock or a plan make trouble?

use std::{collections::BTreeMap, time::Duration};

use wardround::{
    entry::{Entry, Gap, GapReason},
    model::{Cadence, Moment, Outcome, ProbeId, Why},
    round::{Effect, Event, Job, Limits, Round, Schedule},
};

use super::{
    quarter::schedule,
    world::{Witness, World, down, observed},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const START: Moment = Moment::from_ms(1_790_000_000_000);

/// Keeps everything; every target is well and quick, unless its host hangs.
#[derive(Default)]
struct Scribe {
    takes: Option<Duration>,
    hanging: Option<&'static str>,
    jobs: Vec<(Moment, Job)>,
    gaps: Vec<Gap>,
    /// How long after its last missed due each gap was told.
    told_after: Vec<Duration>,
    entries: Vec<Entry>,
}

impl Witness for Scribe {
    fn look(&mut self, job: &Job, now: Moment) -> (Duration, Outcome) {
        self.jobs.push((now, job.clone()));
        let hangs = self.hanging.is_some_and(|service| job.probe.service.as_str() == service);
        let takes = self.takes.unwrap_or(Duration::from_millis(50));
        if hangs { (job.cadence.timeout(), down()) } else { (takes, Outcome::Up) }
    }

    fn entry(&mut self, entry: Entry, now: Moment) {
        if let Entry::Gap(gap) = &entry {
            self.gaps.push(gap.clone());
            self.told_after.push(now.since(gap.last()));
        }
        self.entries.push(entry);
    }
}

fn begun(schedule: Schedule) -> World<Scribe> {
    let mut world = World::new(START, Scribe::default());
    world.tell(Event::Replan(schedule));
    world
}

fn phases(world: &World<Scribe>, interval: i64) -> BTreeMap<ProbeId, i64> {
    let due = world.witness.jobs.iter().filter(|(_, job)| job.why == Why::Due);
    due.map(|(_, job)| (job.probe.clone(), job.due.as_ms().rem_euclid(interval))).collect()
}

#[test]
fn phases_survive_a_restart() {
    let mut before = begun(schedule(50, MINUTE));
    before.pass(MINUTE);
    let mut after = World::new(START + Duration::from_millis(12_345_678), Scribe::default());
    after.tell(Event::Replan(schedule(50, MINUTE)));
    after.pass(MINUTE);
    assert_eq!(phases(&before, 60_000), phases(&after, 60_000));
    assert_eq!(phases(&before, 60_000).len(), 50);
}

#[test]
fn everybody_is_looked_at_within_ten_seconds_of_a_start() {
    let mut world = begun(schedule(300, 5 * MINUTE));
    world.pass(10 * SECOND);
    let seen: Vec<usize> = world.witness.jobs.iter().map(|(_, job)| job.index).collect();
    let mut distinct = seen.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!((seen.len(), distinct.len()), (300, 300));
    let second =
        |second| world.witness.jobs.iter().filter(|(at, _)| at.since(START).as_secs() == second).count();
    assert!((0..10).all(|at| (10..60).contains(&second(at))), "evenly");
}

#[test]
fn a_host_that_hangs_holds_up_nobody_else() {
    let mut plan = schedule(400, 10 * SECOND);
    plan.limits = Limits { in_flight: 40, per_host: 4, clinical_per_host: 1 };
    for (index, probe) in plan.probes.iter_mut().enumerate() {
        let place = if index % 2 == 0 { "stuck" } else { "well" };
        probe.id.service = place.parse().unwrap();
        if index % 2 == 0 {
            probe.host = "stuck".into();
        }
    }
    let mut world = World::new(START, Scribe { hanging: Some("stuck"), ..Scribe::default() });
    world.tell(Event::Replan(plan));
    world.pass(10 * MINUTE);
    let witness = &world.witness;
    assert!(!witness.gaps.is_empty());
    assert!(
        witness
            .gaps
            .iter()
            .all(|gap| gap.probe.service.as_str() == "stuck" && gap.reason == GapReason::Capped)
    );
    assert!(witness.told_after.iter().all(|after| after.as_millis() == 1001), "once they are too late");
    let well = |job: &Job| job.probe.service.as_str() == "well";
    assert!(witness.jobs.iter().filter(|(_, job)| well(job)).all(|(at, job)| *at == job.due));
    // Four places, each taken for a third of an interval: 4 × 3 looks an interval and no more.
    let stuck = witness.jobs.iter().filter(|(_, job)| !well(job)).count();
    assert!((700..=12 * 60 + 4).contains(&stuck), "{stuck}");
}

#[test]
fn nobody_bursts_after_a_stall() {
    let mut world = begun(schedule(1_000, 10 * SECOND));
    world.pass(MINUTE);
    world.witness.jobs.clear();
    world.stall(10 * MINUTE);
    let (at_once, gaps) = (world.witness.jobs.len(), std::mem::take(&mut world.witness.gaps));
    assert!(at_once < 150, "{at_once} looks at once: only what is late by a second at most");
    assert_eq!(gaps.len(), 1_000, "one gap each");
    assert!(gaps.iter().all(|gap| gap.reason == GapReason::Stalled && gap.missed >= 59));
    world.pass(20 * SECOND);
    assert!(world.witness.gaps.is_empty());
}

#[test]
fn a_clock_set_forward_is_one_gap_each() {
    let mut world = begun(schedule(100, 10 * SECOND));
    world.pass(MINUTE);
    world.set_clock(3_600_000);
    let gaps = std::mem::take(&mut world.witness.gaps);
    assert!(gaps.len() == 100 && gaps.iter().all(|gap| gap.reason == GapReason::ClockStepped));
    world.pass(MINUTE);
    assert!(world.witness.gaps.is_empty());
}

#[test]
fn a_clock_set_forward_during_a_look_is_told_when_it_ends() {
    let mut world = World::new(START, Scribe { takes: Some(3 * SECOND), ..Scribe::default() });
    world.tell(Event::Replan(schedule(100, 10 * SECOND)));
    world.pass(MINUTE);
    let flying = world.round.in_flight();
    world.set_clock(3_600_000);
    assert!(flying > 20 && world.witness.gaps.len() == 100 - flying);
    world.pass(3 * SECOND);
    assert_eq!(world.witness.gaps.len(), 100);
    assert!(world.witness.gaps.iter().all(|gap| gap.reason == GapReason::ClockStepped));
}

#[test]
fn a_clock_set_back_puts_off_no_first_look() {
    let mut world = begun(schedule(100, 5 * MINUTE));
    world.pass(SECOND);
    world.set_clock(-3_600_000);
    world.pass(9 * SECOND);
    assert_eq!(world.witness.jobs.len(), 100);
}

#[test]
fn a_clock_set_back_goes_on_at_the_same_pace() {
    for back_by in [-2_000, -3_600_000] {
        let mut world = begun(schedule(100, 10 * SECOND));
        world.pass(MINUTE);
        world.set_clock(back_by);
        world.witness.jobs.clear();
        world.pass(MINUTE);
        let looks = world.witness.jobs.len();
        assert!((500..=600).contains(&looks), "{looks} looks after {back_by} ms");
        assert!(world.witness.gaps.is_empty());
    }
}

#[test]
fn a_reload_leaves_alone_who_has_not_changed() {
    let plan = schedule(20, 10 * SECOND);
    let mut told = begun(plan.clone());
    let mut untold = begun(plan.clone());
    for world in [&mut told, &mut untold] {
        world.pass(Duration::from_millis(33_333));
    }
    let mut grown = schedule(40, 10 * SECOND);
    grown.probes.reverse();
    told.tell(Event::Replan(grown));
    for world in [&mut told, &mut untold] {
        world.pass(MINUTE);
    }
    let looks = |world: &World<Scribe>| -> Vec<(Moment, ProbeId)> {
        let of_old = |job: &Job| plan.probes.iter().any(|probe| probe.id == job.probe);
        let jobs = world.witness.jobs.iter().filter(|(_, job)| of_old(job));
        jobs.map(|(at, job)| (*at, job.probe.clone())).collect()
    };
    assert_eq!(looks(&told), looks(&untold));
    assert!(told.witness.gaps.is_empty());
}

#[test]
fn a_removed_probe_leaves_its_look_and_nothing_else() {
    let mut plan = schedule(2, 10 * SECOND);
    let (mut round, mut effects) = (Round::default(), Vec::new());
    round.step(Event::Replan(plan.clone()), START, &mut effects);
    let mut now = START;
    while round.in_flight() == 0 {
        now = round.next_due().unwrap();
        round.step(Event::Due, now, &mut effects);
    }
    let Some(Effect::Look(job)) = effects.pop() else { panic!("a look begins last") };
    plan.probes.retain(|probe| probe.id != job.probe);
    round.step(Event::Replan(plan), now, &mut effects);
    effects.clear();
    let look = observed(job.clone(), now, Outcome::Up);
    round.step(Event::Done(job.ticket, Box::new(look.clone())), now, &mut effects);
    assert!(matches!(&effects[..], [Effect::Record(Entry::Observed(told))] if **told == look));
    assert_eq!(round.in_flight(), 0);
}

#[test]
fn a_stop_waits_for_the_looks_in_flight() {
    let mut world = begun(schedule(100, SECOND));
    world.pass(10 * SECOND);
    assert!(world.round.in_flight() > 0);
    world.tell(Event::Stop);
    let jobs = world.witness.jobs.len();
    assert!(!world.round.is_over() && world.round.next_due().is_none());
    world.tell(Event::Replan(schedule(100, SECOND)));
    world.land();
    assert!(world.round.is_over());
    assert_eq!(world.witness.jobs.len(), jobs, "nobody looks after a stop");
    assert!(matches!(world.witness.entries.last(), Some(Entry::Stopped { .. })));
    let first = &world.witness.entries[..2];
    assert!(matches!(first, [Entry::Started { .. }, Entry::Planned { .. }]), "{first:?}");
}

#[test]
fn a_round_that_never_began_is_over_at_once() {
    let (mut round, mut effects) = (Round::default(), Vec::new());
    round.step(Event::Stop, START, &mut effects);
    assert!(round.is_over() && effects.is_empty());
}

#[test]
fn a_reload_to_other_dues_keeps_what_is_believed() {
    for takes in [Duration::from_millis(50), 3 * SECOND] {
        let mut world = World::new(START, Scribe { takes: Some(takes), ..Scribe::default() });
        world.tell(Event::Replan(schedule(100, 10 * SECOND)));
        world.pass(MINUTE);
        world.witness.entries.clear();
        let mut plan = schedule(100, 10 * SECOND);
        for probe in &mut plan.probes {
            probe.cadence = Cadence::new(20 * SECOND, 3 * SECOND).unwrap();
        }
        world.tell(Event::Replan(plan));
        world.witness.jobs.clear();
        world.pass(MINUTE);
        assert!(!world.witness.entries.iter().any(|entry| matches!(entry, Entry::Changed(_))));
        let due = world.witness.jobs.iter().filter(|(_, job)| job.why == Why::Due);
        assert_eq!(due.count(), 300);
    }
}
