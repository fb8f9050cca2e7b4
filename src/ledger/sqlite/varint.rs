//! How do small numbers take few bytes? Seven bits a byte, the lowest first.

/// What is still to be read. `None` wherever it ends too soon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number that may be negative: its sign is the lowest bit.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    pub(super) fn slice(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (slice, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(slice)
    }
}

pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

pub(super) fn put_slice(out: &mut Vec<u8>, slice: &[u8]) {
    put(out, slice.len() as u64);
    out.extend_from_slice(slice);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_put_is_read(number: u64, signed: i64, slice: Vec<u8>) {
            let mut out = Vec::new();
            put(&mut out, number);
            put_signed(&mut out, signed);
            put_slice(&mut out, &slice);
            let mut bytes = Bytes(&out);
            prop_assert_eq!((bytes.number(), bytes.signed()), (Some(number), Some(signed)));
            prop_assert_eq!(bytes.slice(), Some(slice.as_slice()));
            prop_assert_eq!(bytes.byte(), None);
        }

        #[test]
        fn no_bytes_are_too_bad(bytes: Vec<u8>) {
            let mut bytes = Bytes(&bytes);
            while bytes.slice().is_some() || bytes.signed().is_some() {}
        }
    }
}
