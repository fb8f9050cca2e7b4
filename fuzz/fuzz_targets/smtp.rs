//! Can any bytes of a mail server make its reader panic, waver or hoard?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("smtp", bytes));
