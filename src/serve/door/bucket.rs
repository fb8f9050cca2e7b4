//! Does this address ask too often?

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

/// How often one address may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Requests a second, in the long run. At least 1.
    pub(crate) per_second: u32,
    /// Requests at once, after a pause. At least 1.
    pub(crate) burst: u32,
}

/// The most addresses that are remembered.
const MOST: usize = 10_000;

/// What each address has left.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    held: HashMap<IpAddr, Bucket>,
}

/// What is left, in thousandths of a request, and as of when.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: u64,
    at: Duration,
}

impl Buckets {
    /// Takes one request of `address`; `Err` says after how long it may ask again.
    pub(super) fn take(&mut self, address: IpAddr, pace: Pace, now: Duration) -> Result<(), Duration> {
        if self.held.len() >= MOST && !self.held.contains_key(&network(address)) {
            self.make_room(pace, now);
        }
        let full = Bucket { left: u64::from(pace.burst) * 1000, at: now };
        let bucket = self.held.entry(network(address)).or_insert(full);
        *bucket = bucket.filled(pace, now);
        match bucket.left.checked_sub(1000) {
            Some(left) => {
                bucket.left = left;
                Ok(())
            }
            None => Err(Duration::from_millis((1000 - bucket.left).div_ceil(u64::from(pace.per_second)))),
        }
    }

    /// Forgets who has all of it again; if that is nobody, whoever asked longest ago.
    fn make_room(&mut self, pace: Pace, now: Duration) {
        let full = u64::from(pace.burst) * 1000;
        self.held.retain(|_, bucket| bucket.filled(pace, now).left < full);
        if self.held.len() >= MOST
            && let Some(oldest) =
                self.held.iter().min_by_key(|(_, bucket)| bucket.at).map(|(address, _)| *address)
        {
            self.held.remove(&oldest);
        }
    }
}

impl Bucket {
    fn filled(self, pace: Pace, now: Duration) -> Self {
        let passed = u64::try_from(now.saturating_sub(self.at).as_millis()).unwrap_or(u64::MAX);
        let more = passed.saturating_mul(u64::from(pace.per_second));
        Self { left: self.left.saturating_add(more).min(u64::from(pace.burst) * 1000), at: now.max(self.at) }
    }
}

/// Whom an address stands for: with IPv6 everybody has 2^64 of them.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { per_second: 2, burst: 3 };

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_burst_then_the_pace() {
        let (mut buckets, here) = (Buckets::default(), IpAddr::from([192, 0, 2, 1]));
        let mut take = |ms| buckets.take(here, PACE, at(ms));
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(at(500)));
        assert_eq!(take(499), Err(at(1)));
        assert_eq!((take(500), take(500)), (Ok(()), Err(at(500))));
        assert_eq!((take(400), take(1000)), (Err(at(500)), Ok(())), "a clock that steps back gives nothing");
        assert_eq!([take(90_000), take(90_000), take(90_000)], [Ok(()); 3]);
        assert!(take(90_000).is_err(), "never more than the burst");
    }

    #[test]
    fn one_address_costs_no_other_and_a_network_is_one() {
        let mut buckets = Buckets::default();
        let [one, same, other]: [IpAddr; 3] =
            ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"].map(|ip| ip.parse().unwrap());
        for _ in 0..3 {
            buckets.take(one, PACE, at(0)).unwrap();
        }
        assert!(buckets.take(same, PACE, at(0)).is_err());
        assert!(buckets.take(other, PACE, at(0)).is_ok());
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), IpAddr::from([192, 0, 2, 1]));
    }

    #[test]
    fn a_crowd_is_bounded() {
        let mut buckets = Buckets::default();
        for count in 0..30_000_u32 {
            buckets.take(IpAddr::from(count.to_be_bytes()), PACE, at(u64::from(count) / 100)).unwrap();
        }
        assert!(buckets.held.len() <= MOST);
    }
}
