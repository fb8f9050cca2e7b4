//! Can any page make a journey panic, or leave its way?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("journey", bytes));
