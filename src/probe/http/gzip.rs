//! What does a compressed body say? Never more of it than a body may have.

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use hyper::{
    HeaderMap,
    header::{self, HeaderValue},
};

use super::body::Gathered;
use crate::model::{Failure, Fault};

/// The body as it reads: unpacked where the headers say that it is packed by gzip, and cut at `limit` bytes.
pub(super) fn unpack(headers: &HeaderMap, body: Gathered, limit: usize) -> Result<Gathered, Failure> {
    if body.bytes.is_empty() || !is_gzip(headers) {
        return Ok(body);
    }
    let mut unpacked = Vec::new();
    // One byte more than is kept tells whether there is more: a bomb is not unpacked any further.
    let unpacking = MultiGzDecoder::new(&*body.bytes).take(limit as u64 + 1).read_to_end(&mut unpacked);
    let cut = body.cut || unpacked.len() > limit;
    match unpacking {
        Err(error) if !cut => {
            Err(Failure::theirs(Fault::Malformed, format!("the body is called gzip and is not: {error}")))
        }
        _ => {
            unpacked.truncate(limit);
            Ok(Gathered { bytes: Bytes::from(unpacked), cut })
        }
    }
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let names = |value: &HeaderValue| {
        let value = value.as_bytes();
        value.eq_ignore_ascii_case(b"gzip") || value.eq_ignore_ascii_case(b"x-gzip")
    };
    headers.get(header::CONTENT_ENCODING).is_some_and(names)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(bytes: &[u8], limit: usize) -> Result<Gathered, Failure> {
        let headers = HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static("GZIP"))]);
        unpack(&headers, Gathered { bytes: Bytes::copy_from_slice(bytes), cut: false }, limit)
    }

    #[test]
    fn what_is_packed_is_read_and_a_bomb_is_cut() {
        let whole = |bytes: &'static [u8]| Ok(Gathered { bytes: Bytes::from_static(bytes), cut: false });
        assert_eq!(unpacked(&packed(b"Sign in"), 7), whole(b"Sign in"));
        assert_eq!(unpacked(&[packed(b"Sign "), packed(b"in")].concat(), 100), whole(b"Sign in"));
        let bomb = unpacked(&packed(&vec![0; 8 << 20]), 1000).unwrap();
        assert_eq!((bomb.bytes.len(), bomb.cut), (1000, true));
    }

    #[test]
    fn what_is_called_gzip_must_be_gzip() {
        for broken in [&b"Sign in"[..], &packed(b"Sign in")[..12], b"\x1f\x8b"] {
            assert!(unpacked(broken, 100).is_err_and(|failure| failure.words.contains("gzip")));
        }
        assert_eq!(unpacked(b"", 100), Ok(Gathered::default()));
    }
}
