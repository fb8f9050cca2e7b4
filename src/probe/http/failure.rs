//! What failed, when HTTP did?

use std::{error::Error, io};

use crate::{
    model::{Failure, Fault, Phase},
    probe::{
        dial::{closed, io_failure},
        printable,
    },
};

/// How much of a stranger's bytes is shown.
const SHOWN: usize = 40;

/// The failure of an HTTP/1 exchange in `phase`, of which `first` came back first.
pub(super) fn of_http1(phase: Phase, error: &hyper::Error, first: Option<&[u8]>) -> Failure {
    if let Some(failure) = stranger(first) {
        return failure;
    }
    match source::<io::Error>(error) {
        Some(error) => of_io(phase, error),
        None if error.is_parse_too_large() => Failure::theirs(Fault::TooLarge, TOO_LARGE),
        None if error.is_parse() => {
            Failure::theirs(Fault::Malformed, format!("the reply is broken HTTP: {error}"))
        }
        None if error.is_body_write_aborted() => closed(phase),
        None if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => closed(phase),
        None => Failure::theirs(Fault::Malformed, format!("the reply is broken HTTP: {}", told(error))),
    }
}

const TOO_LARGE: &str = "the headers of the reply are larger than 64 KiB or more than 100";

/// What is no HTTP from its first byte on.
fn stranger(first: Option<&[u8]>) -> Option<Failure> {
    let first = first.filter(|first| !first.starts_with(b"HTTP/") && !b"HTTP/".starts_with(first))?;
    let words = match first {
        [0x14..=0x17, 0x03, ..] => "what came back is TLS, not HTTP: should the URL be https://?".to_owned(),
        _ => format!("what came back is not HTTP: it begins with \"{}\"", printable(first, SHOWN)),
    };
    Some(Failure::theirs(Fault::WrongProtocol, words))
}

fn of_io(phase: Phase, error: &io::Error) -> Failure {
    let broken = matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput);
    match error.get_ref() {
        // Not ours to judge: rustls says InvalidData too.
        Some(inner) if inner.is::<rustls::Error>() => io_failure(phase, error),
        _ if broken => Failure::theirs(Fault::Malformed, format!("the reply is broken HTTP: {error}")),
        _ => io_failure(phase, error),
    }
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
