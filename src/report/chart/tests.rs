//! Does a picture show what it was given, nothing more, and does it show it to those who do not see it?

use std::time::Duration;

use super::*;
use crate::{
    model::{Moment, Period},
    report::spc::{self, Assurance, Better, Figure, Measure, Point, Rebase, Rules, Unit, Variation},
};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HOUR: i64 = 3_600_000;

fn measure(values: &[f64]) -> Measure {
    let point = |(at, value): (usize, &f64)| Point {
        label: MONTHS[at % 12].to_owned() + if at < 12 { " 25" } else { " 26" },
        from: Moment::from_ms(i64::try_from(at).unwrap()),
        value: Figure::new(*value).unwrap(),
    };
    Measure {
        name: "Unplanned downtime of <EPR> & friends".to_owned(),
        unit: Unit::Minutes,
        better: Better::Lower,
        points: values.iter().enumerate().map(point).collect(),
        target: Figure::new(44.0),
        rebase: Vec::new(),
        lower_bound: Figure::new(0.0),
    }
}

fn downtime() -> spc::Chart {
    let before = [31.0, 52.0, 18.0, 44.5, 27.0, 61.0, 35.0, 22.0, 49.0, 38.0, 29.0, 142.0];
    let after = [9.0, 4.2, 12.0, 0.0, 7.5, 3.0, 11.0, 2.0, 5.5, 1.0, 0.5, 34.0];
    let at = Moment::from_ms(12);
    let rebase = vec![Rebase { at, note: "Second data centre <in use>".to_owned() }];
    spc::xmr(&Measure { rebase, ..measure(&[before, after].concat()) }, &Rules::default())
}

fn improving() -> spc::Chart {
    let values = [3.0, 9.0, 2.0, 14.0, 1.0, 6.0, 30.0, 44.0, 51.0, 60.0, 48.0, 39.0, 66.0, 71.0];
    let days = Measure { unit: Unit::Days, better: Better::Higher, target: None, ..measure(&values) };
    spc::t_chart(&days, &Rules::default())
}

fn days(count: i64) -> Vec<Day> {
    let day = |number: i64| Day {
        label: format!(
            "{} {}",
            ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][usize::try_from(number % 7).unwrap()],
            number + 1
        ),
        period: hours(number * 24, (number + 1) * 24),
        month: (number % 30 == 0).then(|| MONTHS[usize::try_from(number / 30).unwrap() % 12].to_owned()),
    };
    (0..count).map(day).collect()
}

fn hours(from: i64, until: i64) -> Period {
    Period::new(Moment::from_ms(from * HOUR), Moment::from_ms(until * HOUR))
}

fn minutes(from: i64, until: i64) -> Period {
    Period::new(Moment::from_ms(from * 60_000), Moment::from_ms(until * 60_000))
}

/// Two days that nobody watched, and then every kind of trouble.
fn pieces(until: i64) -> Vec<Piece> {
    [
        (hours(48, until), Shade::Up),
        (hours(80, 84), Shade::Down),
        (minutes(125 * 60 + 10, 125 * 60 + 14), Shade::Down),
        (hours(166, 170), Shade::Maintenance),
        (hours(220, 301), Shade::Unknown),
        (hours(310, 312), Shade::Partial),
        (hours(340, 350), Shade::Degraded),
        (hours(370, 400), Shade::AtRisk),
    ]
    .map(|(period, shade)| Piece { period, shade })
    .to_vec()
}

fn latencies() -> Latencies {
    let bucket = |number: u32| {
        let at = Duration::from_micros(40_000 + u64::from(number) * 2_000);
        (at, 40_000 / (u64::from(number) + 1).pow(2) + 1)
    };
    let slow = Some(Duration::from_millis(800));
    let [p50, p95, p99] = [44, 71, 310].map(|ms| Some(Duration::from_millis(ms)));
    let mut buckets: Vec<_> = (0..150).map(bucket).collect();
    buckets.push((Duration::from_millis(1_480), 12));
    Latencies { buckets, p50, p95, p99, slow }
}

/// Elements that are closed in the order in which they were opened; nothing that a document would read as its own.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag is closed");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(svg.starts_with("<svg ") && svg.contains(" role=\"img\" ") && svg.contains("<title>"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    assert!(!svg.contains("<EPR>") && !svg.contains("id="));
}

#[test]
fn charts_are_as_they_were() {
    let pictures = [
        ("downtime", control(&downtime())),
        ("days_between", control(&improving())),
        ("calendar", calendar("EPR in October 2026", &days(31), &pieces(31 * 24))),
        ("quarter", calendar("EPR in 2026", &days(92), &pieces(92 * 24))),
        ("latency", distribution("Latency of EPR", &latencies()).unwrap()),
        ("improving", variation(Variation::ImprovementLow)),
        ("hit_or_miss", assurance(Assurance::HitOrMiss)),
    ];
    for (name, svg) in pictures {
        assert_well_formed(&svg);
        insta::assert_snapshot!(name, svg.replace("><", ">\n<"));
    }
}

#[test]
fn a_chart_says_in_words_what_it_shows() {
    assert_eq!(
        described(&downtime()),
        "24 points, Jan 25 to Dec 26; the last is 34 minutes. Mean 7.48, limits 0 to 30.6. \
         Variation: Worsening: higher. Assurance: Consistently meets the target."
    );
    let none = spc::xmr(&measure(&[]), &Rules::default());
    assert!(described(&none).starts_with("Nothing was measured. Variation: Too few points to say."));
}

#[test]
fn few_points_or_strange_ones_make_a_chart_all_the_same() {
    for values in [&[][..], &[7.0], &[0.0, 0.0], &[1e15, -1e15, 3.0], &[0.001; 30], &[5.0; 400]] {
        for rules in [Rules::default(), Rules { fixed_on: Some(12), ..Rules::default() }] {
            assert_well_formed(&control(&spc::xmr(&measure(values), &rules)));
            assert_well_formed(&control(&spc::t_chart(&measure(values), &rules)));
        }
    }
    assert!(control(&spc::xmr(&measure(&[7.0]), &Rules::default())).contains("One point: no limits"));
    assert!(
        control(&spc::xmr(&measure(&[7.0, 8.0]), &Rules::default())).contains("Trial limits: 2 points of 12")
    );
}

#[test]
fn figures_that_are_all_the_same_have_limits_and_no_band() {
    let svg = control(&spc::xmr(&measure(&[0.0; 13]), &Rules::default()));
    assert!(svg.contains("stroke-dasharray") && !svg.contains("height=\"0\""), "{svg}");
}

#[test]
fn a_change_of_the_process_is_shown_with_its_note() {
    let svg = control(&downtime());
    assert!(svg.contains("Second data centre &lt;in use&gt;"));
    assert_eq!(svg.matches("Mean ").count(), 2, "one beside the chart, one in its description");
}

/// Twelve minutes past nine is no whole hour: what is drawn begins there, and ends where it ended.
#[test]
fn times_are_drawn_as_they_were() {
    let pieces = [Piece { period: minutes(9 * 60 + 12, 10 * 60 + 42), shade: Shade::Down }];
    let svg = calendar("EPR", &days(1), &pieces);
    let hour = (WIDTH - 62.0) / 25.0;
    let wanted = format!(
        "<rect x=\"{:.2}\" y=\"20\" width=\"{:.2}\" height=\"13\" fill=\"#da291c\"/>",
        58.0 + 9.2 * hour,
        1.5 * hour
    );
    assert!(svg.contains(&wanted), "{wanted} in {svg}");
}

#[test]
fn the_shortest_outage_is_seen() {
    let pieces =
        [Piece { period: Period::new(Moment::from_ms(HOUR), Moment::from_ms(HOUR + 1)), shade: Shade::Down }];
    assert!(calendar("EPR", &days(1), &pieces).contains("width=\"1.6\""));
    assert!(calendar("EPR", &days(92), &pieces).contains("height=\"1.6\""));
}

#[test]
fn a_day_is_as_long_as_it_was() {
    let lasts = |hours_of_day: i64| {
        let day = Day { label: "Sun 25".to_owned(), period: hours(0, hours_of_day), month: None };
        let all = [Piece { period: hours(-50, 90), shade: Shade::Up }];
        calendar("EPR", &[day], &all)
    };
    let hour = (WIDTH - 62.0) / 25.0;
    for count in [23, 24, 25_u32] {
        let wanted = format!("width=\"{:.2}\" height=\"13\" fill=\"#ccdff1\"", f64::from(count) * hour);
        let wanted = wanted.replace(".00", "");
        assert!(lasts(i64::from(count)).contains(&wanted), "{wanted}");
    }
}

#[test]
fn a_period_without_days_and_a_service_without_looks_are_shown_as_such() {
    assert_well_formed(&calendar("EPR", &[], &[]));
    assert!(calendar("EPR", &days(31), &[]).contains("31 days: not watched."));
    assert_eq!(distribution("EPR", &Latencies::default()), None);
    let one = Latencies { buckets: vec![(Duration::ZERO, 1)], ..Latencies::default() };
    assert_well_formed(&distribution("EPR", &one).unwrap());
    let longest = Latencies { buckets: vec![(Duration::MAX, u64::MAX)], p50: Some(Duration::MAX), ..one };
    assert_well_formed(&distribution("EPR", &longest).unwrap());
}

#[test]
fn each_sign_has_its_words_and_its_shape() {
    let variations = Variation::ALL.map(|of| (variation(of), of.words()));
    let assurances = Assurance::ALL.map(|of| (assurance(of), of.words()));
    for (svg, words) in variations.iter().chain(&assurances) {
        assert_well_formed(svg);
        assert!(svg.contains(&format!("<title>{words}</title>")), "{words}");
    }
    let drawn = |svg: &str| {
        svg.split_once("</desc>")
            .map_or_else(|| svg.split_once("</title>").unwrap().1.to_owned(), |it| it.1.to_owned())
    };
    let different = |signs: &[(String, &str)]| {
        signs.iter().map(|(svg, _)| drawn(svg)).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!((different(&variations), different(&assurances)), (8, 5));
}
