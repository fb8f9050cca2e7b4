//! What is a body, in a few words?

use hyper::header::{self, HeaderValue};

use crate::probe::{http::reply::Reply, printable};

/// How many characters of a body or a title are shown.
const SHOWN: usize = 120;

/// How far into a page its title is looked for, in bytes.
const HEAD: usize = 16 << 10;

/// What came instead of what was expected: the title of a page says most, at three in the morning.
pub(super) fn glimpse(reply: &Reply) -> String {
    let bytes = &*reply.body.bytes;
    let encoding = reply.headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    match encoding {
        _ if bytes.is_empty() => "an empty body".to_owned(),
        Some(encoding) if !is_read(encoding) => format!("a body packed as {}", printable(encoding, SHOWN)),
        _ => match title(bytes) {
            Some(title) => format!("an HTML page called \"{}\"", printable(&title, SHOWN)),
            None => format!("\"{}\"", printable(bytes, SHOWN)),
        },
    }
}

/// Whether a body in this encoding was unpacked, or needed not be.
fn is_read(encoding: &[u8]) -> bool {
    [&b"gzip"[..], b"x-gzip", b"identity"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
}

/// The title of an HTML page, with single spaces.
fn title(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let lower = head.to_ascii_lowercase();
    let open = find(&lower, b"<title")?;
    let begin = open + find(&lower[open..], b">")? + 1;
    let end = begin + find(&lower[begin..], b"</title")?;
    let words: Vec<&[u8]> =
        head[begin..end].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(&b' '))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found() {
        let of = |page: &str| title(page.as_bytes()).map(|title| String::from_utf8(title).unwrap());
        assert_eq!(of("<html><TITLE lang=en>\n Planned\n work </Title>").as_deref(), Some("Planned work"));
        for none in ["", "<title>", "<title>x", "<title></title>", "{\"title\": 1}", "<title"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
