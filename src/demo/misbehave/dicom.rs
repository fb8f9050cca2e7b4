//! How does a bad archive begin well?

/// An association is accepted, and in it presentation context 1.
pub(super) fn accepted() -> Vec<u8> {
    let context = b"\x21\0\0\x19\x01\0\0\0\x40\0\0\x111.2.840.10008.1.2";
    [&b"\x02\0\0\0\0\x61\0\x01\0\0"[..], &[b' '; 32], &[0; 32], context].concat()
}

/// A PDU of 16 KiB, and in it a fragment of a command that is not the last.
pub(super) fn begun() -> Vec<u8> {
    b"\x04\0\0\0\x40\0\0\0\x3f\xfc\x01\x01".to_vec()
}

/// The same, whole.
pub(super) fn more() -> Vec<u8> {
    [begun(), vec![0; 0x3ffa]].concat()
}
