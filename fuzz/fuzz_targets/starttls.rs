//! Can any bytes of a server that is asked for TLS make its reader panic, waver or hoard?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("starttls", bytes));
