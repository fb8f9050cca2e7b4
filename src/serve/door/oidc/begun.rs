//! Which sign-ins at the provider are under way, and in whose browser? Each is ended once, soon, and where it was begun: or
//! somebody could be signed in as somebody else without knowing.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    config::Print,
    serve::door::{bucket::network, sessions::random},
};

/// How long a sign-in may take.
pub(super) const LONGEST: Duration = Duration::from_mins(10);

/// The most that are under way; one more ends the oldest.
const MOST: usize = 4096;

/// The most of one client.
const MOST_OF_ONE: usize = 256;

/// Sign-ins under way, each under the print of its state.
#[derive(Debug, Default)]
pub(super) struct Begun {
    held: HashMap<Print, Attempt>,
}

/// A sign-in under way.
#[derive(Debug)]
pub(super) struct Attempt {
    /// By which provider.
    pub(super) provider: Print,
    /// What its token must repeat.
    pub(super) nonce: String,
    /// What shows that its code was given to us (PKCE).
    pub(super) verifier: String,
    /// Where to go on.
    pub(super) then: String,
    browser: Print,
    from: IpAddr,
    at: Duration,
}

/// What is sent on its way with somebody.
pub(super) struct Ticket {
    /// What the provider hands back.
    pub(super) state: String,
    /// What the token must repeat.
    pub(super) nonce: String,
    /// The digest of what will be shown with the code (S256).
    pub(super) challenge: String,
    /// What the browser holds.
    pub(super) browser: String,
}

impl Begun {
    /// Begins a sign-in of somebody at `from`, who then wants to see `then`. `None` if this machine gives no random numbers.
    pub(super) fn begin(
        &mut self,
        provider: Print,
        from: IpAddr,
        then: &str,
        now: Duration,
    ) -> Option<Ticket> {
        let from = network(from);
        self.make_room(from, now);
        let (state, nonce, verifier, browser) = (random()?, random()?, random()?, random()?);
        let ticket = Ticket { challenge: challenge(&verifier), nonce: nonce.clone(), state, browser };
        let browser = Print::of(&ticket.browser);
        let attempt = Attempt { provider, nonce, verifier, then: then.to_owned(), browser, from, at: now };
        self.held.insert(Print::of(&ticket.state), attempt);
        Some(ticket)
    }

    /// Ends the one of this `state`, if it was begun in a browser that holds one of `browsers`.
    pub(super) fn end(&mut self, state: &str, browsers: &[&str], now: Duration) -> Option<Attempt> {
        let print = Print::of(state);
        let attempt = self.held.get(&print)?;
        let here = browsers.iter().any(|browser| Print::of(browser) == attempt.browser);
        let attempt = if here { self.held.remove(&print) } else { None };
        attempt.filter(|attempt| attempt.lasts(now))
    }

    fn make_room(&mut self, from: IpAddr, now: Duration) {
        self.held.retain(|_, attempt| attempt.lasts(now));
        let of_one = self.held.values().filter(|attempt| attempt.from == from).count();
        if of_one >= MOST_OF_ONE {
            self.forget_oldest(|attempt| attempt.from == from);
        } else if self.held.len() >= MOST {
            self.forget_oldest(|_| true);
        }
    }

    fn forget_oldest(&mut self, among: impl Fn(&Attempt) -> bool) {
        let held = self.held.iter().filter(|(_, attempt)| among(attempt));
        if let Some(oldest) = held.min_by_key(|(_, attempt)| attempt.at).map(|(print, _)| *print) {
            self.held.remove(&oldest);
        }
    }
}

impl Attempt {
    fn lasts(&self, now: Duration) -> bool {
        now.saturating_sub(self.at) < LONGEST
    }
}

/// What is told beforehand of a `verifier` (RFC 7636, S256).
fn challenge(verifier: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn begin(begun: &mut Begun, last: u8, now: Duration) -> Ticket {
        begun.begin(Print::of("provider"), [192, 0, 2, last].into(), "/then", now).unwrap()
    }

    #[test]
    fn a_sign_in_is_ended_once_soon_and_where_it_was_begun() {
        let mut begun = Begun::default();
        let [one, two, late] = [0; 3].map(|_| begin(&mut begun, 1, at(0)));
        assert!(begun.end(&one.state, &[&two.browser], at(1)).is_none(), "another browser's");
        assert!(begun.end(&one.state, &[], at(1)).is_none(), "nobody's");
        assert!(begun.end(&one.browser, &[&one.browser], at(1)).is_none(), "no such state");
        let attempt = begun.end(&one.state, &["x", &one.browser], at(599)).unwrap();
        assert_eq!((&attempt.nonce, attempt.then.as_str()), (&one.nonce, "/then"));
        assert!(begun.end(&one.state, &[&one.browser], at(2)).is_none(), "twice");
        assert!(begun.end(&late.state, &[&late.browser], at(600)).is_none(), "too late");
    }

    #[test]
    fn nothing_that_is_sent_gives_away_what_is_kept() {
        let mut begun = Begun::default();
        let ticket = begin(&mut begun, 1, at(0));
        let all = [&ticket.state, &ticket.nonce, &ticket.challenge, &ticket.browser];
        assert!(all.iter().all(|text| text.len() == 43), "256 bits each");
        let kept = begun.end(&ticket.state, &[&ticket.browser], at(0)).unwrap();
        assert!(!all.contains(&&kept.verifier) && challenge(&kept.verifier) == ticket.challenge);
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_as_the_standard_says() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_crowd_is_bounded_and_one_client_ends_only_its_own() {
        let mut begun = Begun::default();
        let other = begin(&mut begun, 2, at(0));
        for second in 0..300 {
            begin(&mut begun, 1, at(second));
        }
        assert_eq!(begun.held.len(), MOST_OF_ONE + 1);
        assert!(begun.end(&other.state, &[&other.browser], at(300)).is_some());
        for client in 0..MOST + 9 {
            let bytes = u32::try_from(client).unwrap().to_be_bytes();
            begun.begin(Print::of("p"), bytes.into(), "/", at(301)).unwrap();
        }
        assert_eq!(begun.held.len(), MOST);
        begin(&mut begun, 1, at(1000));
        assert_eq!(begun.held.len(), 1, "those that took too long are forgotten");
    }
}
