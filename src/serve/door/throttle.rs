//! May this password be tried yet? Whoever fails often has to wait, longer each time; never for ever.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use super::bucket::network;

/// How many may fail before one has to wait.
const FREE: u32 = 5;

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(1);

/// After this time without a failure all is forgotten.
const FORGOTTEN: Duration = Duration::from_mins(15);

/// The most addresses and names that are remembered.
const MOST: usize = 4096;

/// On whose account a password is tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Account {
    Address(IpAddr),
    /// Whether there is such a user or not: a wait must not tell.
    Name(String),
}

/// Who failed how often.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: HashMap<Account, Failures>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    last: Duration,
}

impl Throttle {
    /// Counts a try as failed, until [`succeeded`](Self::succeeded) says otherwise, so that tries at the same time count
    /// each; `Err` says how long to wait before the next.
    pub(super) fn begin(&mut self, address: IpAddr, name: &str, now: Duration) -> Result<(), Duration> {
        let accounts = [Account::Address(network(address)), Account::Name(name.to_owned())];
        let wait = accounts.iter().filter_map(|account| self.failures.get(account)?.wait(now)).max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        for account in accounts {
            self.make_room(now);
            let failures = self.failures.entry(account).or_default();
            *failures = Failures { count: failures.count_at(now).saturating_add(1), last: now };
        }
        Ok(())
    }

    /// The try was good: the name is cleared, and the address of this one try. The address keeps what else it owes, or one
    /// good password would pay for guessing others.
    pub(super) fn succeeded(&mut self, address: IpAddr, name: &str) {
        self.failures.remove(&Account::Name(name.to_owned()));
        if let Some(failures) = self.failures.get_mut(&Account::Address(network(address))) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    fn make_room(&mut self, now: Duration) {
        if self.failures.len() < MOST {
            return;
        }
        self.failures.retain(|_, failures| failures.count_at(now) > 0);
        let oldest = self.failures.iter().min_by_key(|(_, failures)| failures.last);
        if let Some(oldest) =
            oldest.map(|(account, _)| account.clone()).filter(|_| self.failures.len() >= MOST)
        {
            self.failures.remove(&oldest);
        }
    }
}

impl Failures {
    fn count_at(self, now: Duration) -> u32 {
        if now.saturating_sub(self.last) < FORGOTTEN { self.count } else { 0 }
    }

    /// How long there is still to wait.
    fn wait(self, now: Duration) -> Option<Duration> {
        let over = self.count_at(now).checked_sub(FREE)?;
        let whole = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(over)).min(LONGEST);
        (self.last + whole).checked_sub(now).filter(|wait| !wait.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn here(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn five_are_free_then_waits_double_up_to_a_minute() {
        let mut throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.begin(here(1), "anna", at(0)), Ok(()));
        }
        let (mut now, mut waits) = (at(0), Vec::new());
        for _ in 0..8 {
            let wait = throttle.begin(here(1), "anna", now).unwrap_err();
            waits.push(wait.as_secs());
            now += wait;
            assert_eq!(throttle.begin(here(1), "anna", now), Ok(()), "after the wait one more may be tried");
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(throttle.begin(here(1), "anna", now + FORGOTTEN), Ok(()));
    }

    #[test]
    fn a_name_is_guarded_from_all_addresses_and_an_address_for_all_names() {
        let mut throttle = Throttle::default();
        for last in 1..=5 {
            throttle.begin(here(last), "anna", at(0)).unwrap();
        }
        assert!(throttle.begin(here(9), "anna", at(0)).is_err());
        assert!(throttle.begin(here(9), "bob", at(0)).is_ok());
        for name in ["c", "d", "e", "f"] {
            throttle.begin(here(9), name, at(0)).unwrap();
        }
        assert!(throttle.begin(here(9), "g", at(0)).is_err());
    }

    #[test]
    fn a_good_password_clears_the_name_and_pays_for_no_guess() {
        let mut throttle = Throttle::default();
        for _ in 0..4 {
            throttle.begin(here(1), "anna", at(0)).unwrap();
            if throttle.begin(here(1), "eve", at(0)).is_ok() {
                throttle.succeeded(here(1), "eve");
            }
        }
        throttle.begin(here(1), "eve", at(0)).unwrap();
        throttle.succeeded(here(1), "eve");
        throttle.begin(here(1), "bob", at(0)).unwrap();
        assert!(throttle.begin(here(1), "carol", at(0)).is_err(), "five wrong ones from here");
    }

    #[test]
    fn a_crowd_is_bounded() {
        let mut throttle = Throttle::default();
        for count in 0..20_000_u32 {
            let address = IpAddr::from(count.to_be_bytes());
            throttle.begin(address, &count.to_string(), at(0)).unwrap();
        }
        assert!(throttle.failures.len() <= MOST);
    }
}
