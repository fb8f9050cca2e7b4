//! Whose failure is told? A cause once, what follows from it never as its own, and what lasts beyond it after all.

use std::{sync::Arc, time::Duration};

use wardround::{
    entry::Entry,
    model::{Blame, Impact, Maintenance, Moment, Period, Severity, When},
    round::{Event, Notice},
};

use super::{
    ward::{MINUTE, SECOND, Ward, begun, plan},
    world::World,
};

/// Names, and as many services behind them as are asked for.
fn ward(behind: usize) -> (World<Ward>, Vec<&'static str>) {
    let name = |n: usize| -> &'static str { format!("s{n}").leak() };
    let probe = |service: &str| -> &'static str { format!("{service}/a").leak() };
    let services: Vec<&str> = (0..behind).map(name).collect();
    let mut probes: Vec<_> = services.iter().map(|one| (probe(one), Impact::Outage, false)).collect();
    let ill = probes.iter().map(|(probe, ..)| *probe).chain(["dns/a"]).collect();
    probes.push(("dns/a", Impact::Outage, false));
    let depends: Vec<_> = services.iter().map(|one| (*one, "dns")).collect();
    (begun(plan(&probes, &depends)), ill)
}

/// Every change of blame of `service`, and when.
fn blames(ward: &Ward, service: &str) -> Vec<(Moment, Blame)> {
    let mut all: Vec<(Moment, Blame)> = Vec::new();
    for entry in &ward.entries {
        if let Entry::Incident(news) = entry
            && news.incident.service.as_str() == service
            && all.last().is_none_or(|(_, before)| *before != news.incident.blame)
        {
            all.push((news.at, news.incident.blame.clone()));
        }
    }
    all
}

fn words(ward: &Ward, service: &str) -> Vec<String> {
    let told = |(_, blame): (Moment, Blame)| match blame {
        Blame::Other(other) => format!("other {other}"),
        blame => blame.label().to_owned(),
    };
    blames(ward, service).into_iter().map(told).collect()
}

#[test]
fn what_follows_from_an_outage_is_never_told_as_its_own() {
    for moment in 0..30 {
        let (mut world, ill) = ward(30);
        world.pass(2 * MINUTE + moment * SECOND);
        world.witness.ill.extend(&ill);
        world.pass(3 * MINUTE);
        for service in &ill[..30] {
            let told = words(&world.witness, service.trim_end_matches("/a"));
            assert_eq!(
                told.last().map(String::as_str),
                Some("other dns"),
                "{service} at {moment} s: {told:?}"
            );
            assert!(!told.contains(&"own".to_owned()), "{service} at {moment} s: {told:?}");
        }
        assert_eq!(words(&world.witness, "dns"), ["own"], "at {moment} s");
        world.witness.ill.clear();
        world.pass(3 * MINUTE);
        let told_own = ill[..30].iter().filter(|service| {
            words(&world.witness, service.trim_end_matches("/a")).contains(&"own".to_owned())
        });
        assert_eq!(told_own.count(), 0, "nor when all is well again");
    }
}

#[test]
fn an_outage_with_sound_dependencies_is_told_within_two_rechecks() {
    for moment in 0..30 {
        let (mut world, _) = ward(1);
        world.pass(2 * MINUTE + moment * SECOND);
        let broke = world.now();
        world.witness.ill.insert("s0/a");
        world.pass(2 * MINUTE);
        let told = blames(&world.witness, "s0");
        let own = told.iter().find(|(_, blame)| *blame == Blame::Own).expect("it is told");
        // A look hangs for its timeout of 2 s.
        let latest = broke + 30 * SECOND + 3 * SECOND + 2 * SECOND + Duration::from_millis(50);
        assert!(own.0 <= latest, "broke {broke}, told {told:?}");
    }
}

#[test]
fn what_lasts_beyond_its_cause_becomes_its_own() {
    let (mut world, ill) = ward(2);
    world.pass(2 * MINUTE);
    world.witness.ill.extend(&ill);
    world.pass(3 * MINUTE);
    world.witness.ill.remove("dns/a");
    world.witness.ill.remove("s0/a");
    let cured = world.now();
    world.pass(3 * MINUTE);
    assert_eq!(words(&world.witness, "s0").last().unwrap(), "other dns");
    let (at, last) = blames(&world.witness, "s1").pop().unwrap();
    assert_eq!(last, Blame::Own);
    assert!(at > cured + 30 * SECOND && at < cured + 2 * MINUTE, "cured {cured}, told {at}");
}

#[test]
fn what_was_told_as_its_own_stays_so() {
    let (mut world, ill) = ward(1);
    world.pass(2 * MINUTE);
    world.witness.ill.insert("s0/a");
    world.pass(2 * MINUTE);
    world.witness.ill.extend(&ill);
    world.pass(5 * MINUTE);
    assert_eq!(words(&world.witness, "s0").last().unwrap(), "own");
}

#[test]
fn a_restart_goes_on_from_what_was_blamed() {
    let (mut world, ill) = ward(1);
    world.pass(2 * MINUTE);
    world.witness.ill.extend(&ill);
    world.pass(2 * MINUTE);
    let (now, before) = (world.now(), world.witness.entries.len());
    let tail = Box::new(world.witness.tail());
    let mut again = World::new(now + SECOND, Ward { entries: world.witness.entries, ..Ward::well() });
    again.witness.ill.extend(&ill);
    again.tell(Event::Recover(tail));
    let probes = [("s0/a", Impact::Outage, false), ("dns/a", Impact::Outage, false)];
    again.tell(Event::Replan(plan(&probes, &[("s0", "dns")])));
    again.pass(2 * MINUTE);
    assert!(again.witness.entries.len() > before);
    assert_eq!(words(&again.witness, "s0").last().unwrap(), "other dns");
    again.witness.ill.remove("dns/a");
    again.pass(3 * MINUTE);
    assert_eq!(words(&again.witness, "s0").last().unwrap(), "own");
}

#[test]
fn a_chain_is_traced_to_its_end() {
    let probes =
        [("gp/a", Impact::Outage, false), ("epr/a", Impact::Outage, false), ("dns/a", Impact::Outage, false)];
    let mut world = begun(plan(&probes, &[("gp", "epr"), ("epr", "dns")]));
    world.pass(2 * MINUTE);
    world.witness.ill.extend(["gp/a", "epr/a", "dns/a"]);
    world.pass(3 * MINUTE);
    assert_eq!(words(&world.witness, "gp").last().unwrap(), "other dns");
    assert_eq!(words(&world.witness, "epr").last().unwrap(), "other dns");
}

/// Work on the name servers that is announced by hand, from now on.
fn work(world: &World<Ward>) -> Event {
    let now = world.now();
    Event::Notice(Notice::Declare(Maintenance {
        by_hand: true,
        id: "upgrade".parse().unwrap(),
        services: vec!["dns".parse().unwrap()],
        when: When::Once(Period::new(now, now + 60 * MINUTE)),
        reason: "upgrade".into(),
        declared_by: "networks".into(),
        declared_at: None,
    }))
}

#[test]
fn what_is_down_by_plan_hides_no_other_service() {
    let (mut world, ill) = ward(1);
    world.pass(2 * MINUTE);
    let announced = work(&world);
    world.tell(announced);
    world.pass(MINUTE);
    world.witness.ill.extend(&ill);
    world.pass(2 * MINUTE);
    assert_eq!(words(&world.witness, "s0").last().unwrap(), "own");
}

#[test]
fn work_that_begins_on_the_cause_makes_no_page_of_what_follows() {
    let (mut world, ill) = ward(1);
    world.pass(2 * MINUTE);
    world.witness.ill.extend(&ill);
    world.pass(2 * MINUTE);
    let announced = work(&world);
    world.tell(announced);
    world.pass(5 * MINUTE);
    assert_eq!(words(&world.witness, "s0").last().unwrap(), "other dns");
}

#[test]
fn a_quiet_outage_is_not_blamed_for_a_loud_one() {
    let probes = [("epr/a", Impact::Outage, false), ("dns/a", Impact::Outage, false)];
    let mut schedule = plan(&probes, &[("epr", "dns")]);
    let outline = Arc::make_mut(&mut schedule.outline);
    let dns = outline.services.iter_mut().find(|service| service.id.as_str() == "dns").unwrap();
    dns.severities.down = Severity::Warning;
    let mut world = begun(schedule);
    world.pass(2 * MINUTE);
    world.witness.ill.extend(["epr/a", "dns/a"]);
    world.pass(3 * MINUTE);
    assert_eq!(words(&world.witness, "epr").last().unwrap(), "own");
}
