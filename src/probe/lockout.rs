//! May we log in just now? Not for a long while after a refusal: a directory locks an account that is refused too often, and
//! whoever else logs in with it is locked out with us.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::Account;

/// Accounts that were refused, of the whole process: directories share accounts, and a new plan has the same ones.
static REFUSED: Mutex<Vec<Refused>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Refused {
    account: Account,
    until: Instant,
}

/// For how long yet `account` must not be shown to a directory, if it was refused. One whose password was changed since is
/// another account.
pub(super) fn still_refused(account: &Account, now: Instant) -> Option<Duration> {
    let refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let left = refused.iter().filter(|refused| refused.account == *account);
    left.map(|refused| refused.until.saturating_duration_since(now)).max().filter(|left| !left.is_zero())
}

/// `account` was refused, and is to be kept back until then. What is over is forgotten.
pub(super) fn refuse(account: &Account, now: Instant, until: Instant) {
    let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    refused.retain(|refused| refused.until > now);
    refused.push(Refused { account: account.clone(), until });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{probe::dial::Stopwatch, raw::Secret};

    fn account(dn: &str, password: &str) -> Account {
        Account { dn: dn.to_owned(), password: Secret::new(password.to_owned()) }
    }

    #[test]
    fn what_was_refused_is_kept_back_for_so_long_and_no_longer() {
        let now = Stopwatch::start(Duration::ZERO).instant();
        let after = |seconds| now + Duration::from_secs(seconds);
        let (refused, changed) = (account("cn=guard", "wrong"), account("cn=guard", "right"));
        assert_eq!(still_refused(&refused, now), None);
        refuse(&refused, now, after(60));
        assert_eq!(still_refused(&refused, after(59)), Some(Duration::from_secs(1)));
        assert_eq!(still_refused(&refused, after(60)), None);
        assert_eq!(still_refused(&changed, now), None);
        refuse(&changed, after(70), after(99));
        assert_eq!(still_refused(&refused, now), None, "what is over is forgotten");
    }
}
