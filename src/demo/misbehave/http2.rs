//! Which bytes are HTTP/2? As many frames as it takes to misbehave in it.

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// The largest payload that a peer takes unasked.
const MOST: usize = 16 * 1024;

/// In the midst of a request without a body: its whole headers, as the first stream.
pub(super) const REQUEST: &[u8] = &[HEADERS, END_STREAM | END_HEADERS, 0, 0, 0, 1];
/// Status 200 by the static table of HPACK.
const OK: &[u8] = &[0x88];
/// `x-more: and more`, by its letters.
const MORE: &[u8] = b"\x00\x06x-more\x08and more";
/// Status 302, and where to.
const MOVED: &[u8] = b"\x08\x03302\x0f\x1f\x06/again";

/// The server's settings and the head of a page.
pub(super) fn head() -> Vec<u8> {
    [settings(), frame(HEADERS, END_HEADERS, OK)].concat()
}

/// A page that moved.
pub(super) fn redirect() -> Vec<u8> {
    [settings(), frame(HEADERS, END_HEADERS | END_STREAM, MOVED)].concat()
}

/// A whole page.
pub(super) fn page(body: &[u8]) -> Vec<u8> {
    [head(), frame(DATA, END_STREAM, body)].concat()
}

/// A piece of a body, with more to come.
pub(super) fn piece(bytes: &[u8]) -> Vec<u8> {
    frame(DATA, 0, bytes)
}

/// The beginning of headers that go on.
pub(super) fn endless_head() -> Vec<u8> {
    [settings(), frame(HEADERS, 0, OK)].concat()
}

/// More headers, with yet more to come.
pub(super) fn more_head() -> Vec<u8> {
    frame(CONTINUATION, 0, &MORE.repeat(MOST / MORE.len()))
}

/// So many bytes of headers, and their end.
pub(super) fn huge_head(size: usize) -> Vec<u8> {
    let more = more_head().repeat(size / MOST);
    [endless_head(), more, frame(CONTINUATION, END_HEADERS, MORE)].concat()
}

fn settings() -> Vec<u8> {
    let mut settings = frame(SETTINGS, 0, &[]);
    // Settings are those of the connection, which is stream 0.
    settings[8] = 0;
    settings
}

/// A frame of the first stream.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, 1], payload].concat()
}
