//! Who may look now, and who waits in line? At most so many looks in flight in all, and so many at one host.

use std::{collections::VecDeque, sync::Arc};

use super::Limits;

/// Where looks wait for one another: at one host, the clinical ones apart from the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) host: Arc<str>,
    pub(super) clinical: bool,
}

/// The places among the looks in flight.
///
/// A probe waits at its host first, in a line of its own, so that a host that hangs holds up nobody else. Who has a
/// place at the host waits in the common line. Nobody stands in both, and nobody overtakes.
#[derive(Debug)]
pub(super) struct Places {
    in_flight: usize,
    taken: usize,
    line: VecDeque<u32>,
    hosts: Vec<Host>,
}

#[derive(Debug)]
struct Host {
    spot: Spot,
    /// How many looks may be under way here.
    most: usize,
    /// By looks in flight and by probes in the common line.
    taken: usize,
    line: VecDeque<u32>,
}

impl Places {
    /// Free places at every one of `spots`, which are known by their order from here on.
    pub(super) fn new(limits: Limits, spots: impl Iterator<Item = Spot>) -> Self {
        let host = |spot: Spot| {
            let most = if spot.clinical { limits.clinical_per_host } else { limits.per_host };
            Host { spot, most: most.max(1), taken: 0, line: VecDeque::new() }
        };
        let hosts = spots.map(host).collect();
        Self { in_flight: limits.in_flight.max(1), taken: 0, line: VecDeque::new(), hosts }
    }

    /// Where `host` is.
    pub(super) fn spot(&self, host: u32) -> &Spot {
        &self.hosts[host as usize].spot
    }

    /// Takes a place whatever the limits say: the look is in flight already.
    pub(super) fn occupy(&mut self, host: u32) {
        self.taken += 1;
        self.hosts[host as usize].taken += 1;
    }

    /// Takes a place for `probe` if there is one, or else puts it in line.
    pub(super) fn ask(&mut self, probe: u32, host: u32) -> bool {
        let host = &mut self.hosts[host as usize];
        if host.taken >= host.most {
            host.line.push_back(probe);
            return false;
        }
        host.taken += 1;
        let free = self.taken < self.in_flight && self.line.is_empty();
        if free {
            self.taken += 1;
        } else {
            self.line.push_back(probe);
        }
        free
    }

    /// Gives back a place at `host`.
    pub(super) fn release(&mut self, host: u32) {
        self.taken -= 1;
        let host = &mut self.hosts[host as usize];
        host.taken -= 1;
        // A plan may have lowered the limit below what is in flight.
        if host.taken < host.most {
            let next = host.line.pop_front();
            host.taken += usize::from(next.is_some());
            self.line.extend(next);
        }
    }

    /// The first in line, if there is a place for it: now it has it.
    pub(super) fn next(&mut self) -> Option<u32> {
        let next = if self.taken < self.in_flight { self.line.pop_front() } else { None };
        self.taken += usize::from(next.is_some());
        next
    }

    /// Nobody waits any more.
    pub(super) fn send_away(&mut self) {
        self.line.clear();
        self.hosts.iter_mut().for_each(|host| host.line.clear());
    }

    /// All in line, in the order in which they would be asked again.
    pub(super) fn waiting(&self) -> impl Iterator<Item = u32> {
        let at_hosts = self.hosts.iter().flat_map(|host| &host.line);
        self.line.iter().chain(at_hosts).copied()
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new(Limits { in_flight: 1, per_host: 1, clinical_per_host: 1 }, std::iter::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(in_flight: usize, per_host: usize) -> Places {
        let spots = [("a", false), ("b", false), ("a", true)];
        let spots = spots.map(|(host, clinical)| Spot { host: Arc::from(host), clinical });
        Places::new(Limits { in_flight, per_host, clinical_per_host: 1 }, spots.into_iter())
    }

    #[test]
    fn a_host_that_hangs_holds_up_nobody_else() {
        let mut places = places(10, 2);
        let asked: Vec<bool> = (0..50).map(|probe| places.ask(probe, 0)).collect();
        assert_eq!(asked.iter().filter(|granted| **granted).count(), 2);
        assert!(places.ask(50, 1));
        assert_eq!(places.next(), None);
        places.release(0);
        assert_eq!((places.next(), places.next()), (Some(2), None));
    }

    #[test]
    fn clinical_looks_at_a_host_wait_for_one_another_and_for_nobody_else() {
        let mut places = places(10, 2);
        assert!(places.ask(0, 2) && !places.ask(1, 2));
        assert!(places.ask(2, 0) && places.ask(3, 0) && !places.ask(4, 0));
        places.release(2);
        assert_eq!((places.next(), places.next()), (Some(1), None));
    }

    #[test]
    fn nobody_overtakes_in_the_common_line() {
        let mut places = places(1, 2);
        assert!(places.ask(0, 0));
        assert!(!places.ask(1, 0) && !places.ask(2, 0) && !places.ask(3, 1));
        assert_eq!(places.waiting().collect::<Vec<_>>(), [1, 3, 2]);
        places.release(0);
        assert!(!places.ask(4, 1), "a free place is for the first in line");
        let mut order = Vec::new();
        while let Some(probe) = places.next() {
            order.push(probe);
            places.release(u32::from(probe > 2));
        }
        assert_eq!(order, [1, 3, 2, 4]);
    }
}
