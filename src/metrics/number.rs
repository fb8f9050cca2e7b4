//! How is a number written for Prometheus?

use std::time::Duration;

use crate::model::{Moment, Share};

/// A value of a series. Written from whole numbers: exact, and cheaper than a float.
pub(super) trait Number {
    fn write(self, to: &mut Vec<u8>);
}

impl Number for u64 {
    fn write(mut self, to: &mut Vec<u8>) {
        let mut digits = [b'0'; 20];
        let mut at = digits.len() - 1;
        while self > 9 {
            digits[at] = digit(self);
            self /= 10;
            at -= 1;
        }
        digits[at] = digit(self);
        to.extend_from_slice(&digits[at..]);
    }
}

impl Number for Duration {
    fn write(self, to: &mut Vec<u8>) {
        self.as_secs().write(to);
        decimals(self.subsec_nanos(), to);
    }
}

impl Number for Moment {
    fn write(self, to: &mut Vec<u8>) {
        if self < Self::default() {
            to.push(b'-');
        }
        Duration::from_millis(self.as_ms().unsigned_abs()).write(to);
    }
}

impl Number for Share {
    fn write(self, to: &mut Vec<u8>) {
        Duration::from_micros(self.millionths().into()).write(to);
    }
}

fn decimals(nanos: u32, to: &mut Vec<u8>) {
    let mut rest = u64::from(nanos);
    let mut place = 100_000_000;
    if rest > 0 {
        to.push(b'.');
    }
    while rest > 0 {
        to.push(digit(rest / place));
        rest %= place;
        place /= 10;
    }
}

fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: impl Number) -> String {
        let mut to = Vec::new();
        number.write(&mut to);
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn numbers_are_exact() {
        for whole in [0, 9, 10, 12_345_678_901, u64::MAX] {
            assert_eq!(written(whole), whole.to_string());
        }
        assert_eq!(written(Duration::from_nanos(1_000_000_001)), "1.000000001");
        assert_eq!(written(Duration::from_millis(250)), "0.25");
        assert_eq!(written(Duration::from_mins(1)), "60");
        assert_eq!(written(Share::of_percent(99.95).unwrap()), "0.9995");
        assert_eq!(written(Share::of_percent(100.0).unwrap()), "1");
        assert_eq!(written(Moment::from_ms(1_790_000_000_050)), "1790000000.05");
        assert_eq!(written(Moment::from_ms(-1_500)), "-1.5");
        assert_eq!(written(Moment::from_ms(i64::MIN)), "-9223372036854775.808");
    }
}
