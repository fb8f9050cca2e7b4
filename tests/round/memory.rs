//! Does what is remembered stay true: over restarts, changes of plan, a site cut off, and when it is told again?

use std::time::Duration;

use wardround::{
    entry::{Entry, GapReason, MaintenanceTurn},
    model::{
        Group, Impact, Incident, IncidentTurn, Maintenance, Period, ServiceOutline, ServiceState, Slug, When,
        Why,
    },
    round::{Event, Notice, Schedule, Scheduled},
};

use super::{
    ward::{MINUTE, SECOND, START, Ward, begun, incidents, plan, schedule, scheduled, service},
    world::World,
};

#[test]
fn an_outage_goes_on_over_a_restart_and_the_hole_is_not_counted() {
    let epr = plan(&[("epr/a", Impact::Outage, false), ("pacs/a", Impact::Outage, false)], &[]);
    let mut world = begun(epr.clone());
    world.pass(MINUTE);
    world.witness.ill.insert("epr/a");
    world.pass(2 * MINUTE);
    let before = world.witness;
    let tail = before.tail();
    let mut world = World::new(START + 13 * MINUTE, Ward { entries: Vec::new(), ..before });
    world.tell(Event::Recover(Box::new(tail)));
    world.tell(Event::Replan(epr));
    world.pass(MINUTE);
    world.witness.ill.clear();
    world.pass(MINUTE);
    let gaps = world.witness.entries.iter().filter_map(|entry| match entry {
        Entry::Gap(gap) => Some((gap.probe.service.as_str(), gap.reason, gap.missed)),
        _ => None,
    });
    let gaps = gaps.collect::<Vec<_>>();
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    assert!(
        gaps.iter().all(|(_, reason, missed)| *reason == GapReason::NotRunning && (19..=21).contains(missed))
    );
    assert_eq!(world.witness.news(), ["Revised epr outage", "Revised epr outage", "Closed epr outage"]);
    let outage = incidents(&world.witness.entries).into_values().next().unwrap();
    let length = outage.length(world.now());
    assert_eq!(outage.runs.len(), 1);
    assert!(length.told < 5 * MINUTE && length.most > 12 * MINUTE, "{length:?}");
}

/// What was remembered of three minutes, the last two of them with the EPR down.
fn before_entries(schedule: &Schedule) -> Vec<Entry> {
    let mut world = begun(schedule.clone());
    world.pass(MINUTE);
    world.witness.ill.insert("epr/a");
    world.pass(2 * MINUTE);
    world.witness.entries
}

#[test]
fn a_restart_that_misses_nothing_changes_nothing() {
    let epr = plan(&[("epr/a", Impact::Outage, false), ("pacs/a", Impact::Outage, false)], &[]);
    let mut ward = Ward::well();
    ward.entries = before_entries(&epr);
    let mut world = World::new(START + 3 * MINUTE + SECOND, Ward { ill: ["epr/a"].into(), ..Ward::well() });
    world.tell(Event::Recover(Box::new(ward.tail())));
    world.tell(Event::Replan(epr));
    world.pass(2 * MINUTE);
    let told =
        |entry: &Entry| matches!(entry, Entry::Changed(_) | Entry::ServiceChanged(_) | Entry::Incident(_));
    let told: Vec<_> = world.witness.entries.iter().filter(|entry| told(entry)).collect();
    assert!(told.is_empty(), "{told:?}");
    let states: Vec<_> = world.round.services().map(|(name, state)| (name.as_str(), state.label())).collect();
    assert_eq!(states, [("epr", "down"), ("pacs", "up")]);
}

#[test]
fn what_leaves_the_plan_ends_there() {
    let both = plan(&[("epr/a", Impact::Outage, false), ("pacs/a", Impact::Outage, false)], &[]);
    let mut world = begun(both);
    world.witness.ill.insert("epr/a");
    world.pass(2 * MINUTE);
    world.tell(Event::Replan(plan(&[("pacs/a", Impact::Outage, false)], &[])));
    assert_eq!(world.witness.news(), ["Opened epr outage", "Closed epr outage"]);
    let removed = world.witness.entries.iter().any(
        |entry| matches!(entry, Entry::ServiceRemoved { at, service } if service.as_str() == "epr" && *at == world.now()),
    );
    assert!(removed);
    let outage = incidents(&world.witness.entries).into_values().next().unwrap();
    assert_eq!(outage.until(), Some(world.now()));
}

#[test]
fn a_reload_in_mid_incident_changes_nothing() {
    let both = plan(&[("epr/a", Impact::Outage, false), ("pacs/a", Impact::Outage, false)], &[]);
    let mut world = begun(both.clone());
    world.witness.ill.insert("epr/a");
    world.pass(2 * MINUTE);
    world.tell(Event::Replan(both));
    world.pass(2 * MINUTE);
    assert_eq!(world.witness.news(), ["Opened epr outage"]);
}

#[test]
fn a_dependency_that_may_have_been_down_first_is_suspected() {
    let probes = [
        ("epr/a", Impact::Outage, false),
        ("directory/a", Impact::Outage, false),
        ("dns/a", Impact::Outage, false),
    ];
    let mut world = begun(plan(&probes, &[("epr", "directory"), ("directory", "dns")]));
    world.pass(2 * MINUTE);
    world.witness.ill.extend(["epr/a", "dns/a"]);
    world.pass(2 * MINUTE);
    let last = world.witness.news().into_iter().rfind(|line| line.contains(" epr ")).unwrap();
    assert!(last.ends_with("epr outage dns"), "{last}");
    world.witness.ill.remove("dns/a");
    world.pass(2 * MINUTE);
    world.witness.ill.insert("directory/a");
    world.pass(2 * MINUTE);
    let last = world.witness.news().into_iter().rfind(|line| line.contains(" epr ")).unwrap();
    assert!(!last.contains("directory"), "it went down after the EPR: {last}");
}

#[test]
fn a_site_that_is_cut_off_tells_no_outage() {
    let probes = [
        ("epr/a", Impact::Outage, false),
        ("pacs/a", Impact::Outage, false),
        ("site/gateway", Impact::None, true),
        ("site/elsewhere", Impact::None, true),
    ];
    let mut world = begun(plan(&probes, &[]));
    world.pass(2 * MINUTE);
    world.witness.ill.extend(["epr/a", "pacs/a", "site/gateway", "site/elsewhere"]);
    world.pass(5 * MINUTE);
    assert_eq!(world.witness.news(), Vec::<String>::new());
    let cut = world.witness.entries.iter().filter(|entry| matches!(entry, Entry::CutOff { .. }));
    assert_eq!(cut.count(), 1);
    let states: Vec<_> = world.round.services().map(|(name, state)| (name.as_str(), state.label())).collect();
    assert_eq!(states, [("epr", "unknown"), ("pacs", "unknown"), ("site", "up")]);
    world.witness.ill.clear();
    world.pass(2 * MINUTE);
    assert_eq!(world.witness.news(), Vec::<String>::new());
    assert!(world.round.services().all(|(_, state)| state == ServiceState::Up));
}

#[test]
fn an_outage_is_told_within_seconds_where_a_reference_answers() {
    let probes = [("epr/a", Impact::Outage, false), ("site/gateway", Impact::None, true)];
    let mut world = begun(plan(&probes, &[]));
    world.pass(2 * MINUTE);
    world.witness.ill.insert("epr/a");
    world.pass(MINUTE);
    let opened = world.witness.entries.iter().find_map(|entry| match entry {
        Entry::Incident(news) => Some((news.what, news.at, news.incident.since().unwrap())),
        _ => None,
    });
    let (what, at, since) = opened.unwrap();
    assert_eq!(what, IncidentTurn::Opened);
    assert!(at.since(since) <= 9 * SECOND, "{:?}", at.since(since));
}

#[test]
fn the_references_are_asked_when_an_outage_begins_and_not_for_as_long_as_it_lasts() {
    let probes = [("epr/a", Impact::Outage, false), ("site/gateway", Impact::None, true)];
    let mut world = begun(plan(&probes, &[]));
    world.pass(2 * MINUTE);
    world.witness.ill.insert("epr/a");
    world.pass(10 * MINUTE);
    let rechecks = world.witness.entries.iter().filter(|entry| match entry {
        Entry::Observed(look) => look.probe.service.as_str() == "site" && look.why == Why::Recheck,
        _ => false,
    });
    assert_eq!(rechecks.count(), 1);
}

#[test]
fn a_group_is_down_only_when_too_few_answer() {
    let mut probes: Vec<Scheduled> =
        ["web/a", "web/b", "web/c"].map(|id| scheduled(id, Impact::Outage, false)).into();
    let group: Slug = "servers".parse().unwrap();
    for probe in &mut probes {
        probe.group = Some(group.clone());
    }
    let name: Slug = "web".parse().unwrap();
    let groups = vec![Group { id: group, need: 2, impact: Impact::Outage }];
    let mut world = begun(schedule(probes, vec![ServiceOutline { groups, ..service(&name, Vec::new()) }]));
    world.pass(2 * MINUTE);
    for ill in ["web/a", "web/b"] {
        world.witness.ill.insert(ill);
        world.pass(2 * MINUTE);
    }
    world.witness.ill.clear();
    world.pass(2 * MINUTE);
    let news = world.witness.news();
    assert_eq!(
        news[..3],
        ["Opened web loss_of_redundancy", "Closed web loss_of_redundancy", "Opened web outage"]
    );
    let open = incidents(&world.witness.entries).into_values().filter(Incident::is_open).count();
    assert_eq!(open, 0, "{news:?}");
}

fn work(id: &str, from: Duration, until: Duration, by_hand: bool) -> Maintenance {
    Maintenance {
        id: id.parse().unwrap(),
        services: vec!["epr".parse().unwrap()],
        when: When::Once(Period::new(START + from, START + until)),
        reason: "upgrade".into(),
        declared_by: "change board".into(),
        declared_at: None,
        by_hand,
    }
}

#[test]
fn planned_work_begins_and_ends_and_outlives_a_reload_if_it_was_announced_by_hand() {
    let epr = plan(&[("epr/a", Impact::Outage, false)], &[]);
    let planned = Schedule { maintenance: vec![work("filed", 2 * MINUTE, 4 * MINUTE, false)], ..epr.clone() };
    let mut world = begun(planned);
    world.pass(MINUTE);
    let hand = work("hand", MINUTE / 2, 10 * MINUTE, true);
    world.tell(Event::Notice(Notice::Declare(hand)));
    world.pass(2 * MINUTE);
    world.tell(Event::Replan(epr.clone()));
    world.tell(Event::Replan(epr.clone()));
    let told = |entries: &[Entry]| -> Vec<String> {
        let line = |entry: &Entry| match entry {
            Entry::Maintenance(news) => Some(match &news.what {
                MaintenanceTurn::Declared(work) => format!("declared {}", work.id),
                MaintenanceTurn::Withdrawn { id } => format!("withdrawn {id}"),
                MaintenanceTurn::Began { id, late, .. } => format!("began {id} late {late}"),
                MaintenanceTurn::Ended { id, .. } => format!("ended {id}"),
            }),
            _ => None,
        };
        entries.iter().filter_map(line).collect()
    };
    let first = ["declared filed", "declared hand", "began hand late true", "began filed late false"];
    assert_eq!(told(&world.witness.entries), [&first[..], &["ended filed", "withdrawn filed"]].concat());
    let tail = world.witness.tail();
    let mut world = World::new(START + 20 * MINUTE, Ward::well());
    world.tell(Event::Recover(Box::new(tail)));
    world.tell(Event::Replan(epr));
    assert_eq!(told(&world.witness.entries), ["ended hand"]);
}

#[test]
fn a_clock_set_back_hides_no_outage() {
    let mut world = begun(plan(&[("epr/a", Impact::Outage, false)], &[]));
    world.pass(2 * MINUTE);
    world.set_clock(-3_600_000);
    world.pass(MINUTE);
    world.witness.ill.insert("epr/a");
    world.pass(2 * MINUTE);
    assert_eq!(world.witness.news(), ["Opened epr outage"]);
    assert!(world.witness.entries.iter().any(|entry| matches!(entry, Entry::ClockStepped { .. })));
    world.witness.ill.clear();
    world.pass(90 * MINUTE);
    assert_eq!(world.witness.news(), ["Opened epr outage", "Closed epr outage"]);
    let rechecks = world
        .witness
        .entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Observed(look) if look.why == Why::Recheck));
    assert!(rechecks.count() <= 4);
}
