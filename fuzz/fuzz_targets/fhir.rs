//! Can any answer of a FHIR server make a reader panic, or pass for health where it is none?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("fhir", bytes));
