//! Can any answer of a web server make a reader panic, tell too much, or send our secrets astray?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("http", bytes));
