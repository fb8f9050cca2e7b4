//! Which words of a stranger must let nobody in? The door for the fuzzer, and for what it found worth keeping.

/// Reads bytes as the sign-in reads what a provider, or whoever poses as one, says of a person.
///
/// # Panics
/// It believes what it should not, or has another fault.
pub fn sign_in(bytes: &[u8]) {
    super::door::fuzz(bytes);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sign_in_stands_its_corpus() {
        crate::probe::fuzzing::assert_stands("sign_in", super::sign_in);
    }
}
