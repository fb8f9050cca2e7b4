//! How do two numbers of JSON compare? Exactly: no fraction is cut off, and no large number is rounded to compare.

use std::cmp::Ordering;

use serde_json::Number;

/// How `one` compares to `two`.
pub(super) fn compare(one: &Number, two: &Number) -> Option<Ordering> {
    match (one.as_i128(), two.as_i128()) {
        (Some(one), Some(two)) => Some(one.cmp(&two)),
        (Some(one), None) => whole_to_fraction(one, two.as_f64()?),
        (None, Some(two)) => whole_to_fraction(two, one.as_f64()?).map(Ordering::reverse),
        (None, None) => one.as_f64()?.partial_cmp(&two.as_f64()?),
    }
}

/// A whole number of JSON has at most 64 bits, so that a fraction beyond 127 bits is beyond it.
fn whole_to_fraction(whole: i128, fraction: f64) -> Option<Ordering> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and the fraction is compared after it"
    )]
    let cut = fraction.trunc() as i128;
    match whole.cmp(&cut) {
        Ordering::Equal => 0.0.partial_cmp(&fraction.fract()),
        unequal => Some(unequal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(one: &str, two: &str) -> Ordering {
        compare(&one.parse().unwrap(), &two.parse().unwrap()).unwrap()
    }

    #[test]
    fn numbers_compare_exactly() {
        for (less, more) in [
            ("1", "2"),
            ("1", "1.5"),
            ("0.9", "1"),
            ("-1.5", "-1"),
            ("-2", "-1.5"),
            ("9007199254740992", "9007199254740993"),
            ("9007199254740992.0", "9007199254740993"),
            ("18446744073709551615", "1e300"),
            ("-1e300", "-9223372036854775808"),
        ] {
            assert_eq!(
                (of(less, more), of(more, less)),
                (Ordering::Less, Ordering::Greater),
                "{less} {more}"
            );
        }
        assert_eq!(of("1", "1.0"), Ordering::Equal);
        assert_eq!(of("1e2", "100"), Ordering::Equal);
    }
}
