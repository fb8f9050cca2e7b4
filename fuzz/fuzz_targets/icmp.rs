//! Can any datagram pass for an echo of ours that is none?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("icmp", bytes));
