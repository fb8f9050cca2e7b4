//! What of what a stranger said must not be told on? Our own secrets, which many a page of errors says back. Pure.

use super::printable;
use crate::{
    model::{Outcome, Reason},
    raw::Secret,
};

/// A shorter text than this gives nothing away, and might stand anywhere.
const SHORTEST: usize = 4;

/// What stands where a secret stood.
const HIDDEN: &str = "***";

/// Takes `secrets` out of all that `outcome` tells.
pub(super) fn redact(outcome: &mut Outcome, secrets: &[Secret]) {
    let told: Vec<&mut String> = match outcome {
        Outcome::Up => return,
        Outcome::Unknown { words, .. } | Outcome::Down(Reason::Fault { words, .. }) => vec![words],
        Outcome::Degraded(findings) | Outcome::Down(Reason::Findings(findings)) => {
            findings.iter_mut().flat_map(|finding| [&mut finding.subject, &mut finding.got]).collect()
        }
    };
    for text in told {
        for secret in secrets.iter().filter(|secret| secret.expose().len() >= SHORTEST) {
            hide(text, secret.expose());
            let shown = printable(secret.expose().as_bytes(), usize::MAX);
            hide(text, &shown);
        }
    }
}

fn hide(text: &mut String, secret: &str) {
    if text.contains(secret) {
        *text = text.replace(secret, HIDDEN);
    }
    hide_beginnings(text, secret);
}

/// What was cut short may end with the beginning of a secret.
fn hide_beginnings(text: &mut String, secret: &str) {
    let cuts: Vec<usize> = text.match_indices('…').map(|(at, _)| at).collect();
    for at in cuts.into_iter().rev() {
        let ends = secret.char_indices().map(|(end, _)| end).skip(SHORTEST);
        let beginning = ends.filter(|end| text[..at].ends_with(&secret[..*end])).last();
        if let Some(length) = beginning {
            text.replace_range(at - length..at, HIDDEN);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Fault, Ours};

    fn told(text: &str, secrets: &[&str]) -> String {
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new((*text).to_owned())).collect();
        let mut outcome = Outcome::Unknown { ours: Ours::Internal, words: text.to_owned() };
        redact(&mut outcome, &secrets);
        let Outcome::Unknown { words, .. } = outcome else { panic!("{outcome:?}") };
        words
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_stands_and_where_it_was_cut() {
        let secrets = ["sesame-42", "a\nb\nc", "abc"];
        assert_eq!(told("Bearer sesame-42, sesame-42!", &secrets), "Bearer ***, ***!");
        assert_eq!(told("\"Bearer sesam…\" and x…", &secrets), "\"Bearer ***…\" and x…");
        assert_eq!(told("a\\nb\\nc", &secrets), "***");
        assert_eq!(told("abc ses…", &secrets), "abc ses…", "too short to be told from chance");
    }

    #[test]
    fn findings_and_faults_are_searched_too() {
        let mut outcome = Outcome::Down(Reason::Fault {
            fault: Fault::WrongProtocol,
            words: "it said \"sesame-42\"".into(),
        });
        redact(&mut outcome, &[Secret::new("sesame-42".into())]);
        let Outcome::Down(Reason::Fault { words, .. }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(words, "it said \"***\"");
    }

    proptest! {
        #[test]
        fn no_secret_stays(before: String, secret in "[a-zA-Z0-9+/=é]{4,20}", after: String, most in 0_usize..60) {
            let said = format!("{before}{secret}{after}");
            prop_assert!(!told(&said, &[&secret]).contains(&secret));
            let cut = printable(said.as_bytes(), most);
            let told = told(&cut, &[&secret]);
            let beginning: String = secret.chars().take(SHORTEST + 1).collect();
            prop_assert!(!told.ends_with(&format!("{beginning}…")), "{told}");
        }
    }
}
