//! What failed, when HTTP did?

use std::{error::Error, io};

use h2::Reason;

use crate::{
    model::{Failure, Fault, Ours, Phase},
    probe::{
        dial::{closed, io_failure},
        printable, stranger,
    },
};

/// How much of a stranger's bytes is shown.
const SHOWN: usize = 40;

const TOO_LARGE: &str = "the headers of the reply are more than 100, or larger than 64 KiB";

/// The failure of an HTTP/1 exchange in `phase`, of which `first` came back first.
pub(super) fn of_http1(phase: Phase, error: &hyper::Error, first: Option<&[u8]>) -> Failure {
    if let Some(stranger) = first.filter(|first| !is_http1(first)) {
        return not_http(stranger);
    }
    match source::<io::Error>(error) {
        Some(error) => of_io(phase, error),
        None if error.is_parse_too_large() => Failure::theirs(Fault::TooLarge, TOO_LARGE),
        None if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => closed(phase),
        None => malformed(&told(error)),
    }
}

/// The failure of an HTTP/2 exchange in `phase`, of which `first` came back first.
pub(super) fn of_http2(phase: Phase, error: &h2::Error, first: Option<&[u8]>) -> Failure {
    if let Some(stranger) = first.filter(|first| !is_http2(first)) {
        return not_http(stranger);
    }
    let reason = error.reason().unwrap_or(Reason::NO_ERROR);
    let said = |what: &str| format!("{what}: {reason:?} ({})", reason.description());
    match error.get_io() {
        // The library's own words for a connection that ended.
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe && error.raw_os_error().is_none() => {
            closed(phase)
        }
        Some(error) => of_io(phase, error),
        None if !error.is_remote() && !error.is_library() => Failure::ours(Ours::Internal, error.to_string()),
        None if error.is_library() && reason == Reason::ENHANCE_YOUR_CALM => {
            Failure::theirs(Fault::TooLarge, TOO_LARGE)
        }
        None if error.is_library() => malformed(&said("a rule of HTTP/2 is broken")),
        None if reason == Reason::HTTP_1_1_REQUIRED => {
            Failure::theirs(Fault::WrongProtocol, said("the far side wants HTTP/1.1"))
        }
        None if error.is_go_away() => {
            Failure::theirs(Fault::Closed, said("the far side ended the connection"))
        }
        None => Failure::theirs(Fault::Reset, said("the far side reset the stream")),
    }
}

/// Whether this may be the beginning of a reply in HTTP/1.
fn is_http1(first: &[u8]) -> bool {
    first.starts_with(b"HTTP/") || b"HTTP/".starts_with(first)
}

/// Whether this may be the beginning of the settings with which HTTP/2 begins.
fn is_http2(first: &[u8]) -> bool {
    first.first() == Some(&0) && first.get(3).is_none_or(|kind| *kind == 4)
}

fn not_http(first: &[u8]) -> Failure {
    let words = match first {
        [0x14..=0x17, 0x03, ..] => "what came back is TLS: should the URL be https://?".to_owned(),
        _ if is_http1(first) => "what came back is HTTP/1, and not the HTTP/2 that was asked for".to_owned(),
        _ if is_http2(first) && first.len() > 3 => {
            "what came back is HTTP/2, and not the HTTP/1.1 that was asked for".to_owned()
        }
        _ => {
            let like = stranger(first).map_or(String::new(), |it| format!("; it looks like {}", it.name));
            format!("what came back is not HTTP{like}: it begins with \"{}\"", printable(first, SHOWN))
        }
    };
    Failure::theirs(Fault::WrongProtocol, words)
}

/// The failure that an I/O error stands for; the libraries report broken framing as one.
pub(super) fn of_io(phase: Phase, error: &io::Error) -> Failure {
    let framing = matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput);
    // rustls says so as well, and knows better what it means.
    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some();
    if framing && !of_tls { malformed(&error.to_string()) } else { io_failure(phase, error) }
}

fn malformed(why: &str) -> Failure {
    Failure::theirs(Fault::Malformed, format!("the reply is broken HTTP: {why}"))
}

/// An error with its causes.
fn told(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", told(cause)),
        None => error.to_string(),
    }
}

fn source<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    error.downcast_ref().or_else(|| source(error.source()?))
}
