//! Are the promises kept under random looks, stalls, clock steps, reloads and limits?

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use proptest::prelude::*;
use wardround::{
    entry::GapReason,
    model::{Cadence, Confirm, Impact, Moment, ProbeId},
    round::{Event, Limits, Schedule, Scheduled},
};

use super::{account::SITE, auditor::Auditor, chance::Chance, world::World};

/// Something that happens around the round.
#[derive(Clone, Debug)]
enum Deed {
    Pass(u64),
    Stall(u64),
    SetClock(i64),
    Reload(u64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        8 => (0_u64..40_000).prop_map(Deed::Pass),
        2 => prop_oneof![0_u64..3_000, 0_u64..200_000].prop_map(Deed::Stall),
        2 => prop_oneof![-3_000_i64..3_000, -200_000_i64..200_000].prop_map(Deed::SetClock),
        2 => any::<u64>().prop_map(Deed::Reload),
    ];
    proptest::collection::vec(deed, 1..30)
}

proptest! {
    #[test]
    fn every_promise_is_kept(start in 0_i64..1_000_000, seed: u64, deeds in deeds()) {
        audit(start, seed, &deeds);
    }
}

/// What no run comes to proves nothing.
#[test]
fn everything_is_put_to_the_test() {
    let (pass, stall) = (Deed::Pass(60_000), Deed::Stall(20_000));
    let deeds =
        [pass.clone(), stall, Deed::Reload(1), pass.clone(), Deed::SetClock(90_000), Deed::Reload(2), pass];
    let mut missed = BTreeMap::new();
    for seed in 0..20 {
        let figures = audit(0, seed, &deeds).witness.figures;
        assert!(figures.looks > 50 && figures.turns > 5, "{figures:?}");
        missed.extend(figures.missed);
    }
    let own = [GapReason::Stalled, GapReason::Overlap, GapReason::Capped, GapReason::ClockStepped];
    assert_eq!(missed.len(), own.len(), "{missed:?}");
}

fn audit(start: i64, seed: u64, deeds: &[Deed]) -> World<Auditor> {
    let mut chance = Chance(seed);
    let first = schedule(&mut chance);
    let mut world = World::new(Moment::from_ms(start), Auditor::new(seed, &first));
    reload(&mut world, first);
    for deed in deeds {
        match deed {
            Deed::Pass(ms) => world.pass(Duration::from_millis(*ms)),
            Deed::Stall(ms) => world.stall(Duration::from_millis(*ms)),
            Deed::SetClock(ms) => set_clock(&mut world, *ms),
            Deed::Reload(seed) => reload(&mut world, schedule(&mut Chance(*seed))),
        }
        world.witness.between();
    }
    stop(&mut world);
    world
}

fn reload(world: &mut World<Auditor>, schedule: Schedule) {
    let now = world.now();
    world.witness.before_replan(&schedule, now);
    world.tell(Event::Replan(schedule));
    world.witness.after_replan(now);
}

fn set_clock(world: &mut World<Auditor>, by_ms: i64) {
    let from = world.now();
    world.witness.be_lenient(by_ms < 0);
    world.set_clock(by_ms);
    world.witness.be_lenient(false);
    world.witness.set_back(from, world.now());
}

fn stop(world: &mut World<Auditor>) {
    let now = world.now();
    world.witness.be_lenient(true);
    world.tell(Event::Stop);
    world.witness.stopped(now);
    world.land();
    assert!(world.round.is_over() && world.round.next_due().is_none());
    world.witness.at_the_end();
}

/// Some of ten probes of three services at four hosts, in some order.
fn schedule(chance: &mut Chance) -> Schedule {
    let mut probes: Vec<Scheduled> = (0..10).map(|index| scheduled(index, chance)).collect();
    probes.retain(|_| !chance.once_in(4));
    let turn = usize::try_from(chance.below(10)).unwrap() % probes.len().max(1);
    probes.rotate_left(turn);
    let mut limit = |bound| usize::try_from(1 + chance.below(bound)).unwrap();
    let limits = Limits { in_flight: limit(10), per_host: limit(4), clinical_per_host: limit(2) };
    Schedule {
        site: SITE.parse().unwrap(),
        digest: String::new(),
        limits,
        outline: Arc::default(),
        maintenance: Vec::new(),
        probes,
    }
}

fn scheduled(index: u64, chance: &mut Chance) -> Scheduled {
    let intervals = [400, 1_000, 3_000, 10_000, 25_000, 60_000];
    let usual = intervals[usize::try_from(index).unwrap() % 6];
    let interval = if chance.once_in(5) { 7_000 } else { usual };
    let timeout = [interval, interval / 2, interval / 10][usize::try_from(index).unwrap() % 3];
    let ms = Duration::from_millis;
    let confirm = Confirm {
        failures: 1 + u32::try_from(index % 4).unwrap(),
        successes: 1 + u32::try_from(index % 3).unwrap(),
        recheck: ms([0, 200, 3_000][usize::try_from(chance.below(3)).unwrap()]),
    };
    let impacts = [Impact::Outage, Impact::Partial, Impact::Degraded, Impact::Redundancy, Impact::None];
    Scheduled {
        id: ProbeId::new(
            format!("service-{}", index % 3).parse().unwrap(),
            format!("{index}").parse().unwrap(),
        ),
        cadence: Cadence::new(ms(interval), ms(timeout)).unwrap(),
        confirm,
        impact: impacts[usize::try_from((index + chance.below(2)) % 5).unwrap()],
        host: Arc::from(format!("host-{}", (index + chance.below(2)) % 4)),
        clinical: chance.once_in(4),
        group: None,
        reference: false,
    }
}
