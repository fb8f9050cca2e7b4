//! Does what is told again say the same, and does it all add up?

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use wardround::{
    entry::Entry,
    judge::{Census, Part},
    model::{Impact, IncidentKind, Moment, ProbeId, State},
    round::{Event, Round, Schedule},
};

use super::{
    chance::Chance,
    ward::{SECOND, START, Ward, incidents, plan},
    world::World,
};

/// A day of chance at ten probes of three services, with stalls and steps of the clock.
fn chance_day(seed: u64) -> (Schedule, Vec<Entry>) {
    let impacts = [Impact::Outage, Impact::Partial, Impact::Degraded, Impact::Redundancy, Impact::None];
    let names: Vec<String> = (0..10).map(|index| format!("service-{}/{index}", index % 3)).collect();
    let probes: Vec<_> =
        names.iter().zip(0..).map(|(name, index)| (name.as_str(), impacts[index % 5], false)).collect();
    let schedule = plan(&probes, &[("service-0", "service-1")]);
    let mut world = World::new(START, Ward { chance: Some(Chance(seed)), ..Ward::well() });
    world.tell(Event::Replan(schedule.clone()));
    let mut chance = Chance(seed ^ 7);
    for _ in 0..60 {
        world.pass(SECOND * u32::try_from(chance.below(120)).unwrap());
        if chance.once_in(20) {
            world.stall(SECOND * u32::try_from(chance.below(200)).unwrap());
        }
    }
    (schedule, world.witness.entries)
}

#[test]
fn what_is_told_again_says_the_same() {
    for seed in 0..20 {
        let (schedule, entries) = chance_day(seed);
        let mut round = Round::default();
        let mut effects = Vec::new();
        round.step(Event::Replan(schedule), START, &mut effects);
        for entry in entries.iter().filter(|entry| matches!(entry, Entry::Observed(_) | Entry::Gap(_))) {
            round.step(Event::Recalled(entry.clone()), entry.at(), &mut effects);
        }
        let again = effects.into_iter().map(|effect| match effect {
            wardround::round::Effect::Record(entry) => entry,
            wardround::round::Effect::Look(job) => panic!("nobody looks again: {job:?}"),
        });
        let told = |entry: &Entry| {
            matches!(entry, Entry::Changed(_) | Entry::ServiceChanged(_) | Entry::Incident(_))
        };
        let again: Vec<Entry> = again.filter(told).collect();
        let first: Vec<Entry> = entries.into_iter().filter(told).collect();
        assert!(first.len() > 50);
        let differs = first.iter().zip(&again).position(|(one, other)| one != other);
        assert_eq!(
            (differs, first.len()),
            (None, again.len()),
            "seed {seed}: {:?}",
            differs.map(|at| (&first[at], &again[at]))
        );
    }
}

/// Pieces of a course: each entry replaces what was told of the time after it.
fn overwritten<S: Copy>(pieces: impl Iterator<Item = (Moment, S)>) -> Vec<(Moment, S)> {
    let mut course: Vec<(Moment, S)> = Vec::new();
    for (since, state) in pieces {
        course.retain(|(at, _)| *at < since);
        course.push((since, state));
    }
    course
}

fn at<S: Copy + Default>(course: &[(Moment, S)], moment: Moment) -> S {
    course.iter().rev().find(|(since, _)| *since <= moment).map_or(S::default(), |(_, state)| *state)
}

#[test]
fn a_service_was_at_each_moment_what_its_probes_then_implied() {
    for seed in 0..20 {
        let (schedule, entries) = chance_day(seed);
        for name in ["service-0", "service-1", "service-2"] {
            let told = entries.iter().filter_map(|entry| match entry {
                Entry::ServiceChanged(turn) if turn.service.as_str() == name => Some((turn.since, turn.to)),
                _ => None,
            });
            let told = overwritten(told);
            let probes: Vec<_> =
                schedule.probes.iter().filter(|probe| probe.id.service.as_str() == name).collect();
            let course = |id: &ProbeId| {
                let turns = entries.iter().filter_map(|entry| match entry {
                    Entry::Changed(turn) if turn.probe == *id => Some((turn.since, turn.to)),
                    _ => None,
                });
                overwritten(turns)
            };
            let courses: Vec<Vec<(Moment, State)>> = probes.iter().map(|probe| course(&probe.id)).collect();
            let moments: BTreeSet<Moment> =
                courses.iter().flatten().chain(&[]).map(|(since, _)| *since).collect();
            for moment in moments {
                let mut census = Census::default();
                for (probe, course) in probes.iter().zip(&courses) {
                    census.enter(Part::Alone(probe.impact), at(course, moment));
                }
                assert_eq!(at(&told, moment), census.state(), "seed {seed}, {name} at {moment}");
            }
        }
    }
}

#[test]
fn the_incidents_of_a_kind_sum_to_its_part_of_the_time() {
    for seed in 0..20 {
        let (_, entries) = chance_day(seed);
        let end = entries.iter().map(Entry::at).max().unwrap();
        for name in ["service-0", "service-1", "service-2"] {
            let told = entries.iter().filter_map(|entry| match entry {
                Entry::ServiceChanged(turn) if turn.service.as_str() == name => Some((turn.since, turn.to)),
                _ => None,
            });
            let told = overwritten(told);
            let ends = told.iter().skip(1).map(|(since, _)| *since).chain([end]);
            let mut parts: BTreeMap<IncidentKind, Duration> = BTreeMap::new();
            for ((since, state), until) in told.iter().zip(ends) {
                if let Some(kind) = IncidentKind::of(*state) {
                    *parts.entry(kind).or_default() += until.since(*since);
                }
            }
            let mut sums: BTreeMap<IncidentKind, Duration> = BTreeMap::new();
            for incident in incidents(&entries).values().filter(|incident| incident.service.as_str() == name)
            {
                *sums.entry(incident.kind).or_default() += incident.length(end).told;
                let length = incident.length(end);
                assert!(length.least <= length.told && length.told <= length.most, "{incident:?}");
            }
            sums.retain(|_, sum| *sum > Duration::ZERO);
            parts.retain(|_, part| *part > Duration::ZERO);
            assert_eq!(sums, parts, "seed {seed}, {name}");
        }
    }
}
