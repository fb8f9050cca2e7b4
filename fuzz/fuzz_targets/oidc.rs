//! Can any word of a provider of sign-ins, or of a token server, make a reader panic or be believed too soon?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("oidc", bytes));
