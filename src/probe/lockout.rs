//! May we log in just now? Not for a long while after a refusal: an account that is refused too often is locked, and whoever else
//! logs in with it is locked out with us.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    model::{Failure, Ours},
    raw::{Door, Field, Lapse, Secret},
};

/// Who logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: Secret,
    pub(super) password: Secret,
}

/// For how long an account is shown to nobody once it was refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lockout(Duration);

/// Where `lockout_guard` says nothing.
const USUAL: Duration = Duration::from_mins(30);
/// The least `lockout_guard`.
const LEAST: Duration = Duration::from_mins(1);

/// Accounts that were refused, of the whole process: servers share accounts, and a new plan has the same ones.
static REFUSED: Mutex<Vec<Refused>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Refused {
    account: Account,
    until: Instant,
}

impl Lockout {
    pub(super) fn parse(raw: Option<Field<Lapse>>, door: &mut Door<'_>) -> Self {
        let span = raw.as_ref().map(Field::span);
        let guard = raw.and_then(Field::good).map_or(USUAL, |Lapse(guard)| guard);
        if let Some(span) = span
            && guard < LEAST
        {
            let message = "an account that is shown again so soon after it was refused may be locked";
            door.problem(span, message, "write \"1m\" or more; \"30m\" is what most directories forgive");
        }
        Self(guard)
    }

    /// `account` was refused. What is over is forgotten.
    pub(super) fn refused(self, account: &Account, now: Instant) {
        let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
        refused.retain(|refused| refused.until > now);
        refused.push(Refused { account: account.clone(), until: now + self.0 });
    }
}

/// Whether `account` may be shown to anybody. One whose password was changed since is another account.
pub(super) fn admits(account: &Account, now: Instant) -> Result<(), Failure> {
    let refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let all = refused.iter().filter(|refused| refused.account == *account && refused.until > now);
    all.map(|refused| refused.until).max().map_or(Ok(()), |until| Err(kept_back(until - now)))
}

fn kept_back(left: Duration) -> Failure {
    let words = format!(
        "this account was refused before; so that it is not locked, it is not shown again for {} s. Correct the password, and \
         reload",
        left.as_secs() + 1
    );
    Failure::ours(Ours::CredentialRefused, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::dial::Stopwatch;

    fn account(name: &str, password: &str) -> Account {
        let secret = |text: &str| Secret::new(text.to_owned());
        Account { name: secret(name), password: secret(password) }
    }

    #[test]
    fn what_was_refused_is_kept_back_for_so_long_and_no_longer() {
        let now = Stopwatch::start(Duration::ZERO).instant();
        let after = |seconds| now + Duration::from_secs(seconds);
        let (refused, changed) = (account("cn=guard", "wrong"), account("cn=guard", "right"));
        assert_eq!(admits(&refused, now), Ok(()));
        Lockout(Duration::from_mins(1)).refused(&refused, now);
        assert_eq!(admits(&refused, after(59)), Err(kept_back(Duration::from_secs(1))));
        assert_eq!(admits(&refused, after(60)), Ok(()));
        assert_eq!(admits(&changed, now), Ok(()));
        Lockout(Duration::from_secs(29)).refused(&changed, after(70));
        assert_eq!(admits(&refused, now), Ok(()), "what is over is forgotten");
    }
}
