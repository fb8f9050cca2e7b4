//! Can any token or key of a stranger let somebody in?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::serve::fuzzing::sign_in(bytes));
