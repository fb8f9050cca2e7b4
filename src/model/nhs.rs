//! Is this number somebody's NHS number?

use std::ops::Range;

/// A number of ten digits that passes the check of NHS numbers (modulus 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NhsNumber(u64);

/// The numbers that pass the check and are never issued.
const NEVER_ISSUED: Range<u64> = 9_990_000_000..10_000_000_000;

/// How many digits in a row, with letters among them, are read as a key or a digest in hexadecimal.
const HEXADECIMAL: usize = 16;

impl NhsNumber {
    /// Reads ten digits, written in one or as 3, 3 and 4.
    pub fn parse(text: &str) -> Option<Self> {
        match Self::find_all(text).as_slice() {
            [(place, number)] if *place == (0..text.len()) => Some(*number),
            _ => None,
        }
    }

    /// Every such number in `text`, and where it stands.
    pub fn find_all(text: &str) -> Vec<(Range<usize>, Self)> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let begins = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit());
            match begins.then(|| ten_digits(&bytes[at..])).flatten() {
                Some((digits, length)) if !is_hexadecimal(bytes, at) => {
                    found.extend(Self::checked(digits).map(|number| (at..at + length, number)));
                    at += length;
                }
                _ => at += 1,
            }
        }
        found
    }

    /// Whether it lies in the range that is kept for tests: nobody has it.
    pub fn is_for_tests(self) -> bool {
        NEVER_ISSUED.contains(&self.0)
    }

    fn checked(digits: [u8; 10]) -> Option<Self> {
        let weighted = |(digit, weight): (&u8, u32)| u32::from(*digit) * weight;
        let sum: u32 = digits.iter().zip((2..=10).rev()).map(weighted).sum();
        let check = (11 - sum % 11) % 11;
        let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit));
        (check == u32::from(digits[9])).then_some(Self(number))
    }
}

/// The ten digits at the beginning of `bytes`, if there are just so many, and how many bytes they take.
fn ten_digits(bytes: &[u8]) -> Option<([u8; 10], usize)> {
    let mut digits = [0; 10];
    let (mut count, mut at) = (0, 0);
    let separator = bytes.get(3).filter(|byte| matches!(byte, b' ' | b'-'));
    while count < digits.len() {
        let byte = *bytes.get(at)?;
        at += 1;
        if byte.is_ascii_digit() {
            digits[count] = byte - b'0';
            count += 1;
        } else if Some(&byte) != separator || !matches!(at, 4 | 8) {
            return None;
        }
    }
    let whole = at == if separator.is_some() { 12 } else { 10 };
    let ends = bytes.get(at).is_none_or(|byte| !byte.is_ascii_digit());
    (whole && ends).then_some((digits, at))
}

/// Whether what stands at `at` is part of a long word of hexadecimal digits.
fn is_hexadecimal(bytes: &[u8], at: usize) -> bool {
    let within = |byte: &&u8| byte.is_ascii_alphanumeric();
    let before = bytes[..at].iter().rev().take_while(within).count();
    let after = bytes[at..].iter().take_while(within).count();
    let word = &bytes[at - before..at + after];
    word.len() >= HEXADECIMAL && word.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        NhsNumber::find_all(text).into_iter().map(|(place, _)| &text[place]).collect()
    }

    #[test]
    fn numbers_that_pass_the_check_are_found_however_they_are_written() {
        assert_eq!(found("?nhs=9434765919&x"), ["9434765919"]);
        assert_eq!(found("PID|||943 476 5919^^^NHS"), ["943 476 5919"]);
        assert_eq!(found("943-476-5919, 9990000018"), ["943-476-5919", "9990000018"]);
        assert_eq!(found("record9434765919"), ["9434765919"]);
        for none in ["9434765918", "19434765919", "94347659190", "943 4765919", "943-476 5919", "943 476 591"]
        {
            assert!(found(none).is_empty(), "{none}");
        }
        assert!(found("3f9434765919aabbccdd").is_empty(), "a digest is no patient");
    }

    #[test]
    fn those_for_tests_are_told_from_those_of_people() {
        assert!(NhsNumber::parse("999 000 0018").unwrap().is_for_tests());
        assert!(!NhsNumber::parse("9434765919").unwrap().is_for_tests());
        assert_eq!(NhsNumber::parse("9434765919 "), None);
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text: String) {
            for (place, _) in NhsNumber::find_all(&text) {
                prop_assert!(NhsNumber::parse(&text[place]).is_some());
            }
        }

        #[test]
        fn one_in_eleven_is_no_more_than_that(number in 0_u64..10_000_000_000) {
            let text = format!("{number:010}");
            let near: Vec<String> = (0..10).map(|digit| format!("{}{digit}", &text[..9])).collect();
            prop_assert!(near.iter().filter(|text| NhsNumber::parse(text).is_some()).count() <= 1);
        }
    }
}
