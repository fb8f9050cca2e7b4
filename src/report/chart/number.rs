//! How is a number told, so that it says no more than is known?

use std::time::Duration;

use crate::report::spc::Better;

/// Three figures or four are as many as a chart can show.
fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size >= 999.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 || size == 0.0 => 2,
        _ => 3,
    }
}

/// A measured number, rounded against whoever is measured: up where less is better, down where more is.
pub fn figure(value: f64, better: Better) -> String {
    let shift = 10_f64.powi(i32::try_from(decimals(value)).unwrap_or(0));
    let scaled = value * shift;
    // What is whole but for the last bits of a float is whole.
    let near = scaled.round();
    let whole = match better {
        _ if (scaled - near).abs() < 1e-6 => near,
        Better::Lower => scaled.ceil(),
        Better::Higher => scaled.floor(),
        Better::Neither => near,
    };
    written(whole / shift)
}

/// An estimate, rounded to the nearest.
pub(super) fn estimate(value: f64) -> String {
    figure(value, Better::Neither)
}

/// A number that is round as it is.
pub(super) fn written(value: f64) -> String {
    let told = format!("{value:.*}", if value.abs() < 1.0 { 4 } else { 2 });
    let short = told.trim_end_matches('0').trim_end_matches('.');
    let short = if short == "-0" { "0" } else { short };
    let digits = short.find('.').unwrap_or(short.len());
    grouped(&short[..digits]) + &short[digits..]
}

/// Thousands apart.
fn grouped(digits: &str) -> String {
    let mut told = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        let after_digit = told.ends_with(|last: char| last.is_ascii_digit());
        if after_digit && left.is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

/// A short time, in the unit that suits it.
pub(super) fn took(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        _ if seconds >= 0.9995 => written(figure_of(seconds)) + " s",
        _ if seconds >= 0.000_999_5 => written(figure_of(seconds * 1e3)) + " ms",
        _ => written(figure_of(seconds * 1e6)) + " µs",
    }
}

/// Rounded up to what is shown of it.
fn figure_of(value: f64) -> f64 {
    let shift = 10_f64.powi(i32::try_from(decimals(value)).unwrap_or(0));
    ((value * shift) - 1e-6).ceil() / shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bad_is_never_made_smaller() {
        let told = |value: f64| [Better::Lower, Better::Higher, Better::Neither].map(|it| figure(value, it));
        assert_eq!(told(4.161), ["4.17", "4.16", "4.16"]);
        assert_eq!(told(99.996), ["100", "99.9", "100"]);
        assert_eq!(told(44.64), ["44.7", "44.6", "44.6"]);
        assert_eq!(told(0.0), ["0", "0", "0"]);
        assert_eq!(told(0.000_01), ["0.001", "0", "0"]);
        assert_eq!(told(4.2), ["4.2", "4.2", "4.2"]);
        assert_eq!(told(-0.0001), ["0", "-0.001", "0"]);
        assert_eq!(told(1_234_567.2), ["1,234,568", "1,234,567", "1,234,567"]);
        assert_eq!(told(-123_456.0)[0], "-123,456");
    }

    #[test]
    fn times_have_the_unit_that_suits_them() {
        let told = [0, 999, 1_000, 84_321, 999_600, 2_000_000, 12_345_678];
        let told = told.map(|us| took(Duration::from_micros(us)));
        assert_eq!(told, ["0 µs", "999 µs", "1 ms", "84.4 ms", "1 s", "2 s", "12.4 s"]);
    }
}
