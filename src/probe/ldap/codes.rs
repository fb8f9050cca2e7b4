//! What does a directory's "no" mean: about us, or about itself? Pure.

use super::wire::Answer;
use crate::{
    model::{Failure, Fault, Ours},
    probe::printable,
};

/// How much of what a server says of its "no" is shown, in characters. Active Directory says there whether an account is locked.
const SHOWN: usize = 80;

pub(super) const SUCCESS: u32 = 0;
pub(super) const SIZE_LIMIT_EXCEEDED: u32 = 4;
pub(super) const INVALID_CREDENTIALS: u32 = 49;

/// What is to be blamed on our own credential, or on how we show it, when we log in; and when we search.
const OURS_BINDING: [u32; 9] = [7, 8, 13, 32, 34, 48, 49, 50, 53];
const OURS_SEARCHING: [u32; 3] = [8, 13, 50];

const NAMES: [(u32, &str); 27] = [
    (1, "operationsError"),
    (2, "protocolError"),
    (3, "timeLimitExceeded"),
    (4, "sizeLimitExceeded"),
    (7, "authMethodNotSupported"),
    (8, "strongerAuthRequired"),
    (10, "referral"),
    (11, "adminLimitExceeded"),
    (12, "unavailableCriticalExtension"),
    (13, "confidentialityRequired"),
    (14, "saslBindInProgress"),
    (16, "noSuchAttribute"),
    (17, "undefinedAttributeType"),
    (18, "inappropriateMatching"),
    (21, "invalidAttributeSyntax"),
    (32, "noSuchObject"),
    (33, "aliasProblem"),
    (34, "invalidDNSyntax"),
    (36, "aliasDereferencingProblem"),
    (48, "inappropriateAuthentication"),
    (49, "invalidCredentials"),
    (50, "insufficientAccessRights"),
    (51, "busy"),
    (52, "unavailable"),
    (53, "unwillingToPerform"),
    (54, "loopDetect"),
    (80, "other"),
];

/// The failure of a log-in that was answered so.
pub(super) fn of_bind(answer: &Answer) -> Failure {
    of("the log-in", answer, &OURS_BINDING)
}

/// The failure of a search that was answered so.
pub(super) fn of_search(answer: &Answer) -> Failure {
    of("the search", answer, &OURS_SEARCHING)
}

/// The server broke off, and said so.
pub(super) fn of_disconnection(answer: &Answer) -> Failure {
    Failure::theirs(Fault::Aborted, format!("the server breaks off{}", said(answer)))
}

fn of(what: &str, answer: &Answer, ours: &[u32]) -> Failure {
    let words = format!("{what} is refused{}", said(answer));
    if ours.contains(&answer.code) {
        Failure::ours(Ours::CredentialRefused, words)
    } else {
        Failure::theirs(Fault::Rejected, words)
    }
}

/// `: busy (51) "try later"`.
fn said(answer: &Answer) -> String {
    let name =
        NAMES.iter().find(|(code, _)| *code == answer.code).map_or("an unknown result", |(_, name)| name);
    let message = match printable(&answer.message, SHOWN) {
        message if message.is_empty() => String::new(),
        message => format!(" \"{message}\""),
    };
    let referral = answer.referral.as_ref().map(|url| printable(url, SHOWN));
    let referral =
        referral.map_or(String::new(), |url| format!("; it refers us to {url}, which is not followed"));
    format!(": {name} ({}){message}{referral}", answer.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cause;

    fn answer(code: u32, message: &str, referral: Option<&str>) -> Answer {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Answer { code, message: bytes(message), referral: referral.map(bytes) }
    }

    #[test]
    fn what_is_ours_and_what_is_theirs() {
        let refused = Cause::Ours(Ours::CredentialRefused);
        let rejected = Cause::Theirs(Fault::Rejected);
        for (code, binding, searching) in [
            (49, refused, rejected),
            (50, refused, refused),
            (51, rejected, rejected),
            (52, rejected, rejected),
            (32, refused, rejected),
        ] {
            let answer = answer(code, "", None);
            assert_eq!((of_bind(&answer).cause, of_search(&answer).cause), (binding, searching), "{code}");
        }
    }

    #[test]
    fn words_name_the_code_and_where_else_to_ask() {
        assert_eq!(
            of_bind(&answer(51, "try\nlater", None)).words,
            "the log-in is refused: busy (51) \"try\\nlater\""
        );
        let words = of_search(&answer(10, "", Some("ldap://b/dc=b"))).words;
        assert_eq!(
            words,
            "the search is refused: referral (10); it refers us to ldap://b/dc=b, which is not followed"
        );
        assert_eq!(
            of_disconnection(&answer(99, "", None)).words,
            "the server breaks off: an unknown result (99)"
        );
    }
}
