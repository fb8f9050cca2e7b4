//! Can any bytes of an interface engine make its reader panic, waver or hoard?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("mllp", bytes));
