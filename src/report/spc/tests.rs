//! Are limits, special causes and verdicts what the method says, worked out by hand?

use proptest::prelude::*;

use super::*;
use crate::model::Moment;

fn figure(value: f64) -> Figure {
    Figure::new(value).unwrap()
}

fn measure(values: &[f64]) -> Measure {
    let point = |(at, value): (i64, &f64)| Point {
        label: at.to_string(),
        from: Moment::from_ms(at),
        value: figure(*value),
    };
    Measure {
        name: "Minutes down".to_owned(),
        unit: Unit::Minutes,
        better: Better::Lower,
        points: (0..).zip(values).map(point).collect(),
        target: None,
        rebase: Vec::new(),
        lower_bound: None,
    }
}

fn judged(values: &[f64], rules: Rules) -> Chart {
    xmr(&measure(values), &rules)
}

fn limits(chart: &Chart) -> Limits {
    chart.latest().unwrap().limits.unwrap()
}

#[track_caller]
fn assert_near(left: f64, right: f64) {
    assert!((left - right).abs() < 5e-5 * right.abs().max(1.0), "{left} and {right}");
}

/// A letter a point: outside, trend, two of three, shift; small where it is low.
fn letters(chart: &Chart) -> String {
    let letter = |special: &Option<Special>| match special {
        None => '.',
        Some(Special { cause, side }) => {
            let letter = match cause {
                Cause::Outside => 'O',
                Cause::Trend => 'T',
                Cause::TwoOfThree => 'W',
                Cause::Shift => 'S',
            };
            if *side == Side::High { letter } else { letter.to_ascii_lowercase() }
        }
    };
    chart.specials.iter().map(letter).collect()
}

/// Twelve points with mean 2 and moving ranges of 2: limits at -3.32 and 7.32, outer thirds from -1.5466 and 5.5466.
const STEADY: [f64; 12] = [3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0];
const FIXED: Rules = Rules { shift: 7, trend: 7, screen: false, fixed_on: Some(12) };

/// What is special about points that follow the steady ones.
fn after(tail: &[f64], rules: Rules) -> String {
    letters(&judged(&[&STEADY[..], tail].concat(), rules)).split_off(STEADY.len())
}

#[test]
fn a_year_of_availability_has_the_limits_of_the_books() {
    let year = [99.95, 99.99, 99.90, 100.0, 99.98, 99.97, 99.85, 99.99, 99.96, 100.0, 99.93, 99.98];
    let chart = judged(&year, Rules::default());
    let segment = chart.latest().unwrap();
    assert_near(segment.mean, 99.958_333);
    assert_near(limits(&chart).upper, 100.130_024);
    assert_near(limits(&chart).lower, 99.786_642);
    assert_near(limits(&chart).upper_third, 100.072_792);
    assert_near(limits(&chart).lower_third, 99.843_875);
    assert_eq!((letters(&chart).as_str(), segment.is_on_trial()), ("............", false));
}

#[test]
fn each_rule_marks_what_it_must_and_the_first_wins() {
    for (tail, wanted) in [
        (&[8.0, 3.0, 1.0][..], "O.."),
        (&[-4.0], "o"),
        (&[7.32, -3.32], ".."),
        (&[-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0], "TTTTTTT"),
        (&[-1.0, 0.0, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0], "........"),
        (&[5.0, 4.0, 3.0, 2.0, 1.0, 0.0, -1.0], "ttttttt"),
        (&[5.0, 4.0, 3.0, 2.0, 1.0, 0.0, 3.0], "......."),
        (&[7.0, 3.0, 6.0], "W.W"),
        (&[7.0, 1.0, 6.0], "..."),
        (&[7.0, 2.0, 6.0], "..."),
        (&[6.0, 6.0], ".."),
        (&[-2.0, 1.0, -3.0], "w.w"),
        (&[8.0, 7.0, 6.0], "OWW"),
        (&[8.0, 3.0, 7.0], "O.."),
        (&[3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0], "SSSSSSS"),
        (&[3.0, 3.0, 3.0, 3.0, 3.0, 3.0], "......"),
        (&[3.0, 3.0, 3.0, 2.0, 3.0, 3.0, 3.0], "......."),
        (&[3.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], ".sssssss"),
        (&[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "TTTTTTO"),
        (&[3.0, 3.0, 3.0, 3.0, 6.0, 3.0, 6.0], "SSSSWSW"),
    ] {
        assert_eq!(after(tail, FIXED), wanted, "{tail:?}");
    }
}

#[test]
fn lengths_of_runs_are_as_configured() {
    let eight = Rules { shift: 8, trend: 6, ..FIXED };
    assert_eq!(after(&[3.0; 7], eight), ".......");
    assert_eq!(after(&[3.0; 8], eight), "SSSSSSSS");
    assert_eq!(after(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], eight), "TTTTTT");
    let none = Rules { shift: 0, trend: 0, ..FIXED };
    assert_eq!(after(&[3.0, 3.0], none), "TS", "a run is two points at least");
}

#[test]
fn a_point_at_the_turn_of_two_trends_belongs_to_the_first() {
    let there_and_back: Vec<f64> = (-1..6).chain((-1..5).rev()).map(f64::from).collect();
    assert_eq!(after(&there_and_back, FIXED), "TTTTTTTtttttt");
}

#[test]
fn a_leap_is_screened_only_if_asked() {
    let leap = [10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 40.0, 10.0, 11.0];
    let screened = judged(&leap, Rules { screen: true, ..Rules::default() });
    assert_near(limits(&judged(&leap, Rules::default())).upper, 12.466_667 + 2.66 * 71.0 / 14.0);
    assert_near(limits(&screened).upper, 12.466_667 + 2.66);
    assert_near(screened.latest().unwrap().mean, 12.466_667);
    let flat = judged(&[5.0; 15], Rules { screen: true, ..Rules::default() });
    assert_near(limits(&flat).upper, 5.0);
}

#[test]
fn limits_are_fixed_on_twelve_points_at_least() {
    let long = [&STEADY[..], &[30.0; 4]].concat();
    for (fixed_on, based_on) in [(None, 16), (Some(12), 12), (Some(3), 12), (Some(14), 14), (Some(99), 16)] {
        let chart = judged(&long, Rules { fixed_on, ..FIXED });
        assert_eq!(chart.latest().unwrap().based_on, based_on, "{fixed_on:?}");
    }
    assert_near(limits(&judged(&long, FIXED)).upper, 7.32);
}

#[test]
fn too_few_points_say_nothing_or_little() {
    let none = judged(&[], Rules::default());
    assert_eq!((none.segments.len(), none.variation), (0, Variation::TooFew));
    let one = judged(&[4.0], Rules::default());
    assert_eq!((one.latest().unwrap().limits, one.variation), (None, Variation::TooFew));
    let two = judged(&[4.0, 6.0], Rules::default());
    assert_near(limits(&two).upper, 10.32);
    assert_eq!((two.latest().unwrap().is_on_trial(), two.variation), (true, Variation::Common));
    assert!(judged(&STEADY[1..], Rules::default()).latest().unwrap().is_on_trial());
    assert!(!judged(&STEADY, Rules::default()).latest().unwrap().is_on_trial());
}

#[test]
fn what_never_changes_is_common_cause() {
    for value in [0.0, 0.1, 44.0 / 3.0] {
        let chart = judged(&[value; 20], Rules::default());
        assert_eq!(letters(&chart), "....................", "{value}");
        assert_eq!((limits(&chart).lower.to_bits(), chart.variation), (value.to_bits(), Variation::Common));
    }
}

#[test]
fn no_limit_is_drawn_where_no_figure_can_be() {
    let bounded = Measure { lower_bound: Some(figure(0.0)), ..measure(&STEADY) };
    let lines = limits(&xmr(&bounded, &Rules::default()));
    assert_eq!((lines.lower.to_bits(), lines.lower_third.to_bits()), (0, 0));
    assert_near(lines.upper, 7.32);
}

#[test]
fn limits_begin_anew_where_the_process_was_changed() {
    let rebase = |at: i64, note: &str| Rebase { at: Moment::from_ms(at), note: note.to_owned() };
    let changes = [rebase(40, "never"), rebase(12, "a"), rebase(12, "b"), rebase(0, "x"), rebase(-5, "y")];
    let two = [&STEADY[..], &STEADY.map(|value| value + 20.0)].concat();
    let chart = xmr(&Measure { rebase: changes.to_vec(), ..measure(&two) }, &Rules::default());
    let told: Vec<_> =
        chart.segments.iter().map(|segment| (segment.points.clone(), segment.rebased.clone())).collect();
    assert_eq!(told, [(0..12, vec![]), (12..24, vec![rebase(12, "a"), rebase(12, "b")])]);
    assert_near(chart.segments[0].mean, 2.0);
    assert_near(chart.segments[1].mean, 22.0);
    assert_eq!(letters(&chart), ".".repeat(24));
    assert_eq!(letters(&judged(&two, Rules::default())), "o".repeat(12) + &"O".repeat(12));
}

#[test]
fn points_are_put_in_order() {
    let mut shuffled = measure(&[1.0, 2.0, 3.0]);
    shuffled.points.reverse();
    assert_eq!(xmr(&shuffled, &Rules::default()).measure, measure(&[1.0, 2.0, 3.0]));
}

/// 1 and 2^3.6 days in turn are 1 and 2 on the scale: mean 1.5, moving ranges of 1, limits -1.16 and 4.16.
#[test]
fn days_between_outages_have_limits_on_their_own_scale() {
    let long = 2_f64.powf(3.6);
    let days = Measure {
        unit: Unit::Days,
        better: Better::Higher,
        ..measure(&[1.0, long, 1.0, long, 1.0, long, 1.0, long, 1.0, long, 1.0, long])
    };
    let chart = t_chart(&days, &Rules::default());
    assert_near(chart.latest().unwrap().mean, 4.304_558);
    assert_near(limits(&chart).upper, 169.330_812);
    assert_near(limits(&chart).upper_third, 71.441_229);
    assert_eq!(limits(&chart).lower.to_bits(), 0);
    assert_eq!(chart.variation, Variation::Common);
}

#[test]
fn a_time_between_outages_can_be_special() {
    let quiet = [&[2.0, 3.0].repeat(8)[..], &[400.0]].concat();
    let days = Measure { unit: Unit::Days, better: Better::Higher, ..measure(&quiet) };
    assert_eq!(t_chart(&days, &Rules::default()).variation, Variation::ImprovementHigh);
    let none = Measure { points: Vec::new(), ..days };
    assert_eq!(t_chart(&none, &Rules::default()).variation, Variation::TooFew);
}

#[test]
fn the_last_point_says_whether_it_changes() {
    let said = |tail: f64, better| {
        xmr(&Measure { better, ..measure(&[&STEADY[..], &[tail]].concat()) }, &FIXED).variation
    };
    assert_eq!(said(8.0, Better::Lower), Variation::ConcernHigh);
    assert_eq!(said(-4.0, Better::Lower), Variation::ImprovementLow);
    assert_eq!(said(8.0, Better::Higher), Variation::ImprovementHigh);
    assert_eq!(said(-4.0, Better::Higher), Variation::ConcernLow);
    assert_eq!(said(8.0, Better::Neither), Variation::NeutralHigh);
    assert_eq!(said(-4.0, Better::Neither), Variation::NeutralLow);
    assert_eq!(said(3.0, Better::Lower), Variation::Common);
    let past = judged(&[&STEADY[..], &[8.0, 3.0]].concat(), FIXED);
    assert_eq!((letters(&past).contains('O'), past.variation), (true, Variation::Common));
}

/// The limits are -3.32 and 7.32.
#[test]
fn limits_say_whether_the_target_is_met() {
    let said = |better, target: f64| {
        xmr(&Measure { better, target: Some(figure(target)), ..measure(&STEADY) }, &Rules::default())
            .assurance
    };
    for (target, lower, higher) in [
        (7.4, Assurance::Meets, Assurance::Misses),
        (0.0, Assurance::HitOrMiss, Assurance::HitOrMiss),
        (-3.4, Assurance::Misses, Assurance::Meets),
    ] {
        assert_eq!((said(Better::Lower, target), said(Better::Higher, target)), (lower, higher), "{target}");
        assert_eq!(said(Better::Neither, target), Assurance::None);
    }
    let of = |values: &[f64]| {
        xmr(&Measure { target: Some(figure(0.0)), ..measure(values) }, &Rules::default()).assurance
    };
    assert_eq!(of(&[0.0; 12]), Assurance::Meets, "just the target");
    assert_eq!(of(&[0.0]), Assurance::TooFew);
    assert_eq!(judged(&STEADY, Rules::default()).assurance, Assurance::None);
}

fn any_rules() -> impl Strategy<Value = Rules> {
    (0..10_usize, 0..10_usize, any::<bool>(), prop::option::of(0..30_usize))
        .prop_map(|(shift, trend, screen, fixed_on)| Rules { shift, trend, screen, fixed_on })
}

fn any_values() -> impl Strategy<Value = Vec<f64>> {
    let steps = prop::collection::vec((0..12_i32).prop_map(f64::from), 0..40);
    prop_oneof![steps, prop::collection::vec(-1e15..1e15_f64, 0..40)]
}

fn bits(chart: &Chart, scale: f64) -> Vec<u64> {
    let lines = |segment: &Segment| {
        let limits = segment.limits.map(|it| [it.lower, it.lower_third, it.upper_third, it.upper]);
        limits.into_iter().flatten().chain([segment.mean]).map(|line| (line * scale).to_bits()).collect()
    };
    chart.segments.iter().flat_map(|segment| -> Vec<u64> { lines(segment) }).collect()
}

proptest! {
    /// Every line is a number, in order about the mean, and each point has its place.
    #[test]
    fn every_line_is_a_number(values in any_values(), rules in any_rules(), cuts in prop::collection::vec(-3..45_i64, 0..4)) {
        let rebase = cuts.into_iter().map(|at| Rebase { at: Moment::from_ms(at), note: String::new() });
        let measure = Measure { rebase: rebase.collect(), ..measure(&values) };
        for chart in [xmr(&measure, &rules), t_chart(&measure, &rules)] {
            prop_assert_eq!(chart.specials.len(), values.len());
            prop_assert_eq!(chart.segments.iter().map(|segment| segment.points.len()).sum::<usize>(), values.len());
            for segment in &chart.segments {
                prop_assert!(segment.mean.is_finite() && !segment.points.is_empty());
                let Some(Limits { lower, lower_third, upper_third, upper }) = segment.limits else { continue };
                let lines = [lower, lower_third, segment.mean, upper_third, upper];
                prop_assert!(lines.is_sorted() && lines.iter().all(|line| line.is_finite()), "{:?}", lines);
            }
        }
    }

    /// Minutes or half minutes: what is special does not depend on the unit, and lines scale with it.
    #[test]
    fn the_unit_does_not_matter(values in any_values(), rules in any_rules()) {
        let half: Vec<f64> = values.iter().map(|value| value / 2.0).collect();
        let (whole, half) = (judged(&values, rules), judged(&half, rules));
        prop_assert_eq!(&whole.specials, &half.specials);
        prop_assert_eq!(bits(&whole, 1.0), bits(&half, 2.0));
    }

    /// Seen in a mirror, high is low and nothing else changes.
    #[test]
    fn high_and_low_are_alike(values in any_values(), rules in any_rules()) {
        let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
        let (one, other) = (letters(&judged(&values, rules)), letters(&judged(&mirrored, rules)));
        let swapped: String = other
            .chars()
            .map(|it| if it.is_lowercase() { it.to_ascii_uppercase() } else { it.to_ascii_lowercase() })
            .collect();
        prop_assert_eq!(one, swapped);
    }

    /// A process is judged by itself alone, whatever was before a declared change.
    #[test]
    fn what_was_before_a_change_does_not_matter(before in any_values(), values in any_values(), rules in any_rules()) {
        prop_assume!(!before.is_empty() && !values.is_empty());
        let at = Moment::from_ms(i64::try_from(before.len()).unwrap());
        let both = Measure { rebase: vec![Rebase { at, note: String::new() }], ..measure(&[&before[..], &values].concat()) };
        let (both, alone) = (xmr(&both, &rules), judged(&values, rules));
        prop_assert_eq!(&both.specials[before.len()..], &alone.specials);
        prop_assert_eq!(both.latest().map(|it| it.limits), alone.latest().map(|it| it.limits));
        prop_assert_eq!(both.variation, alone.variation);
    }
}
