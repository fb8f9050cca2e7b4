//! Can any bytes of an image archive make its reader panic, waver or hoard?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardround::probe::fuzzing::read("dicom", bytes));
