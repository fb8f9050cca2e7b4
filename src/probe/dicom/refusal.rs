//! Whose failure is an association that is refused or broken off, and why? In the words of PS3.8. Pure.

use super::{
    title::Title,
    wire::{Abort, Rejection},
};
use crate::model::{Failure, Fault, Ours};

/// What it means that `called` refused an association to `calling`.
pub(super) fn rejected(rejection: Rejection, calling: &Title, called: &Title) -> Failure {
    let lasts = if rejection.result == 2 { "for now" } else { "for good" };
    let why = match (rejection.source, rejection.reason) {
        (1, 3) => return unknown_caller(calling),
        (1, 7) => format!(
            "it does not go by the AE title {called} (called AE title not recognised); some say so to a caller that is \
             unknown to them, here {calling}"
        ),
        (1, 1) => format!("no reason given; some say so to a caller that is unknown to them, here {calling}"),
        (1, 2) => "application context not supported".to_owned(),
        (2, 1) => "no reason given by its upper layer".to_owned(),
        (2, 2) => "protocol version not supported".to_owned(),
        (3, 1) => "temporary congestion".to_owned(),
        (3, 2) => "its local limit of associations is exceeded".to_owned(),
        (source, reason) => format!("for a reason that has no name (source {source}, reason {reason})"),
    };
    Failure::theirs(Fault::Rejected, format!("the association is rejected {lasts}: {why}"))
}

/// Who does not know us is not down for those whom it knows.
fn unknown_caller(calling: &Title) -> Failure {
    let words = format!(
        "it does not know our AE title {calling} (calling AE title not recognised): have it registered there"
    );
    Failure::ours(Ours::CredentialRefused, words)
}

/// What it means that our presentation context was not accepted.
pub(super) fn unsupported(result: u8) -> Failure {
    let why = match result {
        1 => "its user does not want it",
        3 => "it does not know the service",
        4 => "it does not know Implicit VR Little Endian",
        _ => "no reason given",
    };
    let words = format!("the association stands, but not for Verification (C-ECHO): {why}");
    Failure::theirs(Fault::Rejected, words)
}

/// What it means that the association was broken off.
pub(super) fn aborted(abort: Abort) -> Failure {
    let who = match abort.source {
        0 => "its application; some do so to a caller that may ask them nothing".to_owned(),
        2 => format!("its upper layer: {}", reason(abort.reason)),
        source => format!("source {source}, reason {}", abort.reason),
    };
    Failure::theirs(Fault::Aborted, format!("the association was aborted (A-ABORT) by {who}"))
}

fn reason(reason: u8) -> &'static str {
    match reason {
        1 => "unrecognised PDU",
        2 => "unexpected PDU",
        4 => "unrecognised PDU parameter",
        5 => "unexpected PDU parameter",
        6 => "invalid PDU parameter value",
        _ => "reason not specified",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cause;

    fn title(text: &str) -> Title {
        Title::parse(text).unwrap()
    }

    #[test]
    fn only_who_does_not_know_us_is_our_failure() {
        for source in 0..=4 {
            for reason in 0..=10 {
                let rejection = Rejection { result: 1, source, reason };
                let failure = rejected(rejection, &title("US"), &title("THEM"));
                let ours = failure.cause == Cause::Ours(Ours::CredentialRefused);
                assert_eq!(ours, (source, reason) == (1, 3), "{failure:?}");
                assert!(ours || failure.cause == Cause::Theirs(Fault::Rejected), "{failure:?}");
            }
        }
    }

    #[test]
    fn the_reason_is_told() {
        let told = |result, source, reason| {
            rejected(Rejection { result, source, reason }, &title("US"), &title("THEM")).words
        };
        for (words, told) in [
            ("rejected for good: it does not go by the AE title THEM", told(1, 1, 7)),
            ("does not know our AE title US", told(1, 1, 3)),
            ("rejected for now: temporary congestion", told(2, 3, 1)),
            ("rejected for now: its local limit", told(2, 3, 2)),
            ("(source 3, reason 9)", told(1, 3, 9)),
            ("by its application", aborted(Abort { source: 0, reason: 9 }).words),
            ("by its upper layer: unexpected PDU", aborted(Abort { source: 2, reason: 2 }).words),
            ("it does not know the service", unsupported(3).words),
        ] {
            assert!(told.contains(words), "{told}");
        }
    }
}
