//! How do we log in to a mail server, and what does it mean that it says no (RFC 4954)? Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::wire::Reply;
use crate::{
    model::{Failure, Fault, Ours},
    probe::{lockout::Account, printable},
};

/// The credential is wrong.
pub(super) const CREDENTIAL_INVALID: u16 = 535;

/// What is said in turn to log in, by the first way that is offered and that we know; nothing, if there is none.
pub(super) fn words(account: &Account, offered: &[String]) -> Option<Vec<String>> {
    let (user, password) = (account.name.expose(), account.password.expose());
    let offers = |name: &str| offered.iter().any(|mechanism| mechanism == name);
    if offers("PLAIN") {
        let pair = STANDARD.encode(format!("\0{user}\0{password}"));
        Some(vec![format!("AUTH PLAIN {pair}\r\n")])
    } else if offers("LOGIN") {
        let said = |text: &str| format!("{}\r\n", STANDARD.encode(text));
        Some(vec!["AUTH LOGIN\r\n".to_owned(), said(user), said(password)])
    } else {
        None
    }
}

/// Whether we are let in, or asked on; who is refused for what he says of himself is refused by his credential.
pub(super) fn admitted(reply: &Reply) -> Result<(), Failure> {
    let words = || format!("our log-in is refused: \"{}\"", printable(&reply.said(), 80));
    match reply.code {
        235 | 334 => Ok(()),
        530 | 534 | CREDENTIAL_INVALID => Err(Failure::ours(Ours::CredentialRefused, words())),
        _ => Err(Failure::theirs(Fault::Rejected, words())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::Secret;

    fn account() -> Account {
        let secret = |text: &str| Secret::new(text.to_owned());
        Account { name: secret("monitor"), password: secret("t0p") }
    }

    #[test]
    fn the_first_way_that_both_know_is_taken() {
        let words = |offered: &[&str]| {
            words(&account(), &offered.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(words(&["LOGIN", "PLAIN"]).unwrap(), ["AUTH PLAIN AG1vbml0b3IAdDBw\r\n"]);
        assert_eq!(words(&["LOGIN"]).unwrap(), ["AUTH LOGIN\r\n", "bW9uaXRvcg==\r\n", "dDBw\r\n"]);
        assert_eq!(words(&["NTLM"]), None);
    }

    #[test]
    fn a_refused_credential_is_ours() {
        let ours = |code| {
            let refused = admitted(&Reply { code, lines: vec![b"no".to_vec()] }).unwrap_err();
            refused == Failure::ours(Ours::CredentialRefused, refused.words.clone())
        };
        assert!(ours(535) && ours(530) && !ours(454) && !ours(504));
    }
}
