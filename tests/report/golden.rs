//! Is every figure right where others are wrong? What is true was worked out by hand, from when something was ill and when looks
//! were due: once a minute, at the same second of each.

use std::time::Duration;

use wardround::{
    model::{Calendar, Counting, Day, Moment, Objective, Outcome, Rebase, ServiceState, Share},
    report::{Format, NoReport, Report, Verdict, words},
};

use super::hospital::{HOUR, MINUTE, Watch, asked, at};

const WEB: &str = "epr/web";
const DAY: Duration = Duration::from_hours(24);

/// Between two moments.
fn between(from: Moment, until: Moment) -> Duration {
    until.since(from)
}

#[test]
fn half_a_day_without_a_look_is_unknown_and_neither_good_nor_bad() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.promises(99.0);
    watch.pass("2026-10-06T06:00");
    watch.stall("2026-10-06T18:00");
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    // From the first look that was missed to the first that was taken again.
    let unknown = 12 * HOUR;
    assert_eq!((told.tally.unknown, told.tally.up, told.watched), (unknown, 12 * HOUR, DAY));
    assert_eq!(words::share(told.availability.good, told.availability.known(), 2), "100 %");
    let (least, most) = words::bounds(told.availability, 1);
    assert!(least.starts_with("50.") && most == "100 %", "{least} {most}");
    assert_eq!(told.objectives[0].verdict, Verdict::NotProvable);
    assert_eq!(told.looks[0].missed + told.looks[0].up, 24 * 60);
}

#[test]
fn a_day_of_planned_work_is_neither_an_outage_nor_uptime() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.promises(99.9);
    watch.announce("upgrade", "2026-10-06T00:00", "2026-10-07T00:00");
    watch.ill(WEB, "2026-10-06T00:00", "2026-10-07T00:00");
    watch.pass("2026-10-08T01:00");
    let told = watch.told("2026-10-06");
    assert_eq!(
        (told.tally.maintenance, told.tally.down, told.objectives[0].counted),
        (DAY, Duration::ZERO, Duration::ZERO)
    );
    assert_eq!(told.objectives[0].verdict, Verdict::NotApplicable);
    assert_eq!(words::availability(told.availability, 2), "no time counted");
    let first = between(at("2026-10-06T00:00"), watch.look("2026-10-06T00:00"));
    assert_eq!(told.gross.down + first, DAY, "gross it was down from the first look of the day");
    assert_eq!(told.incidents[0].planned, told.incidents[0].lasted.told);
    assert_eq!((told.outages(), told.longest_outage()), (0, None));
    assert_eq!(told.before.last().unwrap().outages, 0);
}

#[test]
fn work_announced_too_late_excludes_nothing_and_is_listed() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.ill(WEB, "2026-10-06T10:00", "2026-10-06T11:00");
    watch.pass("2026-10-06T10:30");
    watch.announce("rescue", "2026-10-06T10:00", "2026-10-06T12:00");
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    let down = between(watch.look("2026-10-06T10:00"), watch.look("2026-10-06T11:00"));
    assert_eq!((told.tally.down, told.tally.maintenance, down), (down, Duration::ZERO, HOUR));
    assert_eq!((told.maintenance.len(), told.maintenance[0].window.late), (1, true));
    assert_eq!(told.maintenance[0].reason, "upgrade");
}

#[test]
fn windows_that_overlap_count_once_and_one_in_time_wins() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.announce("first", "2026-10-06T10:00", "2026-10-06T12:00");
    watch.announce("second", "2026-10-06T11:00", "2026-10-06T13:00");
    watch.pass("2026-10-06T12:30");
    watch.announce("late", "2026-10-06T12:00", "2026-10-06T14:00");
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    assert_eq!((told.tally.maintenance, told.tally.up), (3 * HOUR, 21 * HOUR));
    assert_eq!(
        told.maintenance.iter().map(|work| work.window.late).collect::<Vec<_>>(),
        [false, false, true]
    );
}

#[test]
fn another_interval_on_the_day_of_an_outage_changes_nothing() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.ill(WEB, "2026-10-06T10:00", "2026-10-06T11:00");
    watch.pass("2026-10-06T10:20");
    watch.replan(|schedule| {
        schedule.probes[0].cadence = wardround::model::Cadence::new(5 * MINUTE, MINUTE).unwrap();
    });
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    let down = between(watch.look("2026-10-06T10:00"), watch.look("2026-10-06T11:00"));
    assert!(down >= 55 * MINUTE && down <= 65 * MINUTE, "{down:?}");
    assert_eq!((told.tally.down, told.tally.down + told.tally.up), (down, DAY));
    assert_eq!(
        told.incidents[0].lasted.most,
        down + between(watch.last("2026-10-06T10:00"), watch.look("2026-10-06T10:00"))
    );
}

#[test]
fn retries_that_never_confirm_are_blips_and_no_downtime() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    for hour in 0..24 {
        let due = at(&format!("2026-10-06T{hour:02}:30"));
        watch.ill_at(WEB, due, due + MINUTE);
    }
    watch.heals_at_rechecks();
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    assert_eq!((told.tally.up, told.tally.down, told.incidents.len()), (DAY, Duration::ZERO, 0));
    // Each was suspect from the look to its recheck three seconds later.
    assert_eq!(
        (told.blips.count, told.blips.looks, told.blips.suspect),
        (24, 24, Duration::from_secs(24 * 3))
    );
    assert_eq!(words::availability(told.availability, 3), "100 %");
}

#[test]
fn three_days_of_silence_are_three_days_unknown() {
    let mut watch = Watch::of(&[WEB], "2026-10-01T00:00");
    watch.pass("2026-10-02T00:00");
    watch.stall("2026-10-05T00:00");
    watch.pass("2026-10-06T01:00");
    let told = watch.told("2026-10-01T01:00..2026-10-06");
    assert_eq!((told.tally.unknown, told.tally.down), (3 * DAY, Duration::ZERO));
}

#[test]
fn an_outage_over_midnight_and_the_end_of_the_month_is_told_in_both() {
    let mut watch = Watch::of(&[WEB], "2026-10-31T12:00");
    watch.ill(WEB, "2026-10-31T23:30", "2026-11-01T00:45");
    watch.pass("2026-11-02T01:00");
    let (began, ended) = (watch.look("2026-10-31T23:30"), watch.look("2026-11-01T00:45"));
    let midnight = at("2026-11-01T00:00");
    let (october, november) = (watch.told("2026-10"), watch.told("2026-11-01"));
    assert_eq!(
        (october.tally.down, november.tally.down),
        (between(began, midnight), between(midnight, ended))
    );
    assert_eq!((october.incidents[0].goes_on, october.incidents[0].began_before), (true, false));
    assert_eq!((november.incidents[0].goes_on, november.incidents[0].began_before), (false, true));
    assert_eq!(october.incidents[0].lasted.told, october.tally.down);
    assert_eq!(november.kinds[0].all.told, november.tally.down);
    assert_eq!(
        october.watched,
        between(at("2026-10-31T12:00"), midnight),
        "before it was watched nothing is known"
    );
}

#[test]
fn days_on_which_the_clocks_change_have_their_own_length() {
    for (day, from, until, hours) in [
        ("2026-10-25", "2026-10-25T00:30", "2026-10-25T03:30", 25),
        ("2026-03-29", "2026-03-29T00:30", "2026-03-29T03:30", 23),
    ] {
        let mut watch =
            Watch::of(&[WEB], &format!("{}T12:00", &day.replace("-25", "-24").replace("-29", "-28")));
        watch.promises(95.0);
        watch.ill(WEB, from, until);
        watch.pass(&format!("{}T01:00", &day.replace("-25", "-26").replace("-29", "-30")));
        let told = watch.told(day);
        let down = between(watch.look(from), watch.look(until));
        // Three hours by the clock are four in October, and two in March.
        assert_eq!(down, HOUR * (hours - 21), "{day}");
        assert_eq!((told.tally.down, told.tally.total()), (down, HOUR * hours), "{day}");
        assert_eq!(told.objectives[0].allowance, HOUR * hours / 20, "{day}");
    }
}

#[test]
fn what_is_still_down_is_cut_at_the_end_and_the_report_is_provisional() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.ill(WEB, "2026-10-06T20:00", "2026-10-09T00:00");
    watch.pass("2026-10-06T22:00:30");
    let report = watch.report("2026-10-06").unwrap();
    let told = &report.sites[0].services[0];
    let since = watch.look("2026-10-06T20:00");
    assert!(report.is_provisional());
    assert_eq!((told.incidents[0].goes_on, told.incidents[0].until), (true, None));
    assert_eq!(told.tally.down + told.tally.unknown, between(since, at("2026-10-07T00:00")));
    assert!(told.tally.unknown >= 118 * MINUTE, "what is to come nobody has seen: {:?}", told.tally);
    watch.pass("2026-10-07T03:00");
    let report = watch.report("2026-10-06").unwrap();
    assert!(!report.is_provisional());
    assert_eq!(report.sites[0].services[0].tally.down, between(since, at("2026-10-07T00:00")));
}

#[test]
fn a_probe_that_is_renamed_leaves_its_past_behind() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.ill(WEB, "2026-10-06T03:00", "2026-10-06T04:00");
    watch.pass("2026-10-06T12:00");
    watch.replan(|schedule| {
        schedule.probes[0].id =
            wardround::model::ProbeId::new("epr".parse().unwrap(), "page".parse().unwrap());
    });
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    assert_eq!(told.tally.down, between(watch.look("2026-10-06T03:00"), watch.look("2026-10-06T04:00")));
    assert_eq!(told.tally.total(), DAY);
    assert!(
        told.tally.unknown <= MINUTE,
        "until the first look under the new name: {:?}",
        told.tally.unknown
    );
}

#[test]
fn a_service_counts_only_while_it_is_watched() {
    let mut watch = Watch::of(&[WEB, "pacs/web"], "2026-10-06T06:00");
    watch.pass("2026-10-06T18:00");
    watch.replan(|schedule| {
        schedule.probes.pop();
        let mut outline = (*schedule.outline).clone();
        outline.services.pop();
        schedule.outline = std::sync::Arc::new(outline);
    });
    watch.pass("2026-10-07T01:00");
    let report = watch.report("2026-10-06").unwrap();
    let watched = |name: &str| {
        let services = &report.sites[0].services;
        services.iter().find(|service| service.service.as_str() == name).unwrap().watched
    };
    assert_eq!((watched("epr"), watched("pacs")), (18 * HOUR, 12 * HOUR));
    let alone = watch.report("2026-10-06T19:00..2026-10-06T20:00").unwrap();
    assert_eq!(alone.sites[0].services.len(), 1, "what was not watched is not told");
}

#[test]
fn two_sites_that_disagree_are_told_apart() {
    let mut here = Watch::of(&[WEB], "2026-10-05T12:00");
    let mut there = Watch::of(&[WEB], "2026-10-05T12:00");
    here.ill(WEB, "2026-10-06T10:00", "2026-10-06T11:00");
    here.pass("2026-10-07T01:00");
    there.pass("2026-10-07T01:00");
    let asked = asked("2026-10-06");
    let report = Report::of(&asked, &[here.remembered(&asked), there.remembered(&asked)]).unwrap();
    let down: Vec<Duration> = report.sites.iter().map(|site| site.services[0].tally.down).collect();
    assert_eq!(down, [HOUR, Duration::ZERO]);
}

#[test]
fn nearly_all_of_it_is_not_all_of_it() {
    let mut watch = Watch::of(&[WEB], "2026-10-01T00:00");
    watch.ill(WEB, "2026-10-08T10:00", "2026-10-08T10:01");
    watch.pass("2026-10-18T10:00");
    // 25,000 minutes, of which one was down: 99.996 %.
    let told = watch.told("2026-10-01T00:30..2026-10-18T09:10");
    assert_eq!((told.tally.total(), told.tally.down), (25_000 * MINUTE, MINUTE));
    assert_eq!(words::availability(told.availability, 3), "99.996 %");
    assert_eq!(words::availability(told.availability, 2), "99.99 %");
    assert_eq!(told.decimals, 2, "a look a minute tells no more");
}

#[test]
fn what_it_depends_on_is_named_and_its_time_counts_all_the_same() {
    let mut watch = Watch::of(&[WEB, "dns/names"], "2026-10-05T12:00");
    watch.service(|epr| epr.depends_on.push("dns".parse().unwrap()));
    watch.ill("dns/names", "2026-10-06T10:00", "2026-10-06T11:00");
    watch.ill(WEB, "2026-10-06T10:05", "2026-10-06T11:00");
    watch.pass("2026-10-07T01:00");
    let report = watch.report("2026-10-06").unwrap();
    let epr = report.sites[0].services.iter().find(|service| service.service.as_str() == "epr").unwrap();
    assert!(epr.tally.down >= 54 * MINUTE, "{:?}", epr.tally);
    let suspects: Vec<&str> = epr.incidents[0].suspects.iter().map(|one| one.service.as_str()).collect();
    assert_eq!(suspects, ["dns"]);
}

#[test]
fn parts_sum_to_the_period_and_incidents_to_their_parts() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.ill(WEB, "2026-10-06T01:00", "2026-10-06T01:10");
    watch.ill(WEB, "2026-10-06T03:20", "2026-10-06T03:30");
    watch.sick(WEB, "2026-10-06T03:00", "2026-10-06T04:00", Outcome::Degraded(Vec::new()));
    watch.ill(WEB, "2026-10-06T05:00", "2026-10-06T07:00");
    watch.pass("2026-10-06T05:30");
    watch.stall("2026-10-06T06:30");
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    assert_eq!((told.tally.total(), told.gross.total()), (DAY, DAY));
    for kind in &told.kinds {
        let state = ServiceState::ALL
            .into_iter()
            .find(|state| wardround::model::IncidentKind::of(*state) == Some(kind.kind));
        assert_eq!(kind.all.told, told.gross.part_of(state.unwrap()), "{kind:?}");
        assert!(kind.all.least <= kind.all.told && kind.all.told <= kind.all.most, "{kind:?}");
    }
    assert_eq!(told.kinds.iter().map(|kind| kind.count).collect::<Vec<_>>(), [3, 2]);
    let trouble = told.tally.down + told.tally.degraded;
    assert_eq!((told.incident_free.bad, told.incident_free.good), (trouble, told.tally.up));
}

/// The forms that are text; the one for paper is not in every build, and is tested where it is made.
fn texts() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|format| *format != Format::Pdf)
}

#[test]
fn support_hours_and_the_time_outside_are_judged_apart() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.replan(|schedule| {
        let mut outline = (*schedule.outline).clone();
        let days = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun].to_vec();
        let name = "support".to_owned();
        outline.calendars.push(Calendar { name, days, from: 390, until: 1230, except: Vec::new() });
        let target = Share::of_percent(97.0).unwrap();
        let promise = |when| Objective { target, when, counts: vec![ServiceState::Down] };
        let both = [Counting::During("support".into()), Counting::Outside("support".into())];
        outline.services[0].objectives = both.map(promise).to_vec();
        outline.services[0].users = Some(600);
        schedule.outline = std::sync::Arc::new(outline);
    });
    // Half an hour before support ends, and an hour after.
    watch.ill(WEB, "2026-10-06T20:00", "2026-10-06T21:30");
    watch.pass("2026-10-07T01:00");
    let told = watch.told("2026-10-06");
    let (since, until) = (watch.look("2026-10-06T20:00"), watch.look("2026-10-06T21:30"));
    let closes = at("2026-10-06T20:30");
    let [during, outside] = &*told.objectives else { panic!("{:?}", told.objectives) };
    assert_eq!((during.counted, outside.counted), (14 * HOUR, 10 * HOUR));
    assert_eq!(
        (during.availability.bad, outside.availability.bad),
        (between(since, closes), between(closes, until))
    );
    // 3 % of 14 hours are 25 m 12 s, of 10 hours 18 m.
    assert_eq!((during.allowance.as_secs(), outside.allowance.as_secs()), (1512, 1080));
    assert_eq!((during.verdict, outside.verdict), (Verdict::Missed, Verdict::Missed));
    assert_eq!(told.calendars[0].during.down + told.calendars[0].outside.down, told.tally.down);
    // A Tuesday evening: of 600 users 60 work with it, for an hour and a half.
    assert_eq!(told.lost.unwrap().time, 60 * 90 * MINUTE);
}

#[test]
fn charts_begin_anew_from_a_declared_change() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T00:00");
    let note = "New data centre".to_owned();
    watch.service(|epr| epr.rebase.push(Rebase { from: "2026-10-13".parse().unwrap(), note }));
    watch.pass("2026-10-18T01:00");
    let told = watch.told("2026-10-17");
    let downtime = &told.charts[0];
    assert_eq!((&*downtime.measure.name, downtime.measure.points.len()), ("Unplanned downtime", 13));
    let segments: Vec<usize> = downtime.segments.iter().map(|segment| segment.points.len()).collect();
    assert_eq!(segments, [8, 5]);
    assert_eq!(downtime.segments[1].rebased[0].note, "New data centre");
}

#[test]
fn the_same_ledger_gives_the_same_bytes() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.ill(WEB, "2026-10-06T01:00", "2026-10-06T01:10");
    watch.pass("2026-10-07T01:00");
    for format in texts() {
        let once = || format.write(&watch.report("2026-10-06").unwrap()).unwrap();
        assert!(once() == once(), "{}", format.ending());
    }
}

#[test]
fn there_is_no_report_of_what_nobody_can_know() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.pass("2026-10-06T01:00");
    assert!(matches!(watch.report("2026-09"), Err(NoReport::TooEarly { .. })));
    assert!(matches!(watch.report("2026-12"), Err(NoReport::TooLate { .. })));
    let asked = asked("2026-10");
    let mut empty = watch.remembered(&asked);
    empty.account = wardround::report::Account::default();
    assert_eq!(Report::of(&asked, &[empty]).unwrap_err(), NoReport::Nothing);
}

#[test]
fn names_are_harmless_in_every_form() {
    let mut watch = Watch::of(&[WEB], "2026-10-05T12:00");
    watch.service(|epr| epr.title = "=1+1</title><script>alert(1)</script> | **`x`** 病院 \" ' &amp;".into());
    watch.pass("2026-10-07T01:00");
    let report = watch.report("2026-10-06").unwrap();
    for format in texts() {
        let text = String::from_utf8(format.write(&report).unwrap()).unwrap();
        let raw = match format {
            Format::Csv => ",=1+1",
            Format::Json => continue, // a JSON string is a string
            _ => "<script>alert",
        };
        assert!(!text.contains(raw) && text.contains("病院"), "{}", format.ending());
    }
}
