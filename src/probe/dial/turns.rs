//! Which address of an endpoint is tried next, and how long may it take?

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
    vec,
};

use tokio::time::timeout;

use super::Route;
use crate::{
    model::{Cause, Endpoint, Failure, Fault, Host, Phase},
    probe::Looking,
};

/// The addresses of an endpoint, each tried in turn. Each gets an even share of the time that is left, so that a dead one
/// does not use up that of the next.
pub(crate) struct Turns {
    addresses: vec::IntoIter<IpAddr>,
    port: u16,
    worst: Option<Failure>,
}

/// One address's turn.
pub(crate) struct Turn {
    /// The address.
    pub(crate) peer: SocketAddr,
    /// Its share of the time.
    pub(crate) share: Duration,
    last: bool,
}

impl Turns {
    /// Finds out the addresses that `route` leads to; stamps `resolve` where there is a name, and then `connect`.
    pub(crate) async fn of(looking: &Looking<'_>, target: &Endpoint, route: &Route) -> Result<Self, Failure> {
        let dialled = route.dialled(target);
        let addresses = match &dialled.host {
            Host::Ip(ip) if route.family.allows(*ip) => vec![*ip],
            Host::Ip(ip) => return Err(wrong_family(*ip)),
            Host::Name(name) => {
                looking.watch.enter(Phase::Resolve);
                looking.agent.resolver.addresses(name, route.family).await?
            }
        };
        looking.watch.enter(Phase::Connect);
        Ok(Self { addresses: addresses.into_iter(), port: dialled.port, worst: None })
    }

    /// The next address; tells it in the look's details.
    pub(crate) fn next(&mut self, looking: &mut Looking<'_>) -> Option<Turn> {
        let ahead = self.addresses.len();
        let peer = SocketAddr::new(self.addresses.next()?, self.port);
        looking.details.peer = Some(peer);
        if looking.details.redirects == 0 {
            looking.note(|besides| besides.peer = Some(peer.ip()));
        }
        let share = looking.remaining() / u32::try_from(ahead).unwrap_or(u32::MAX);
        Some(Turn { peer, share, last: ahead == 1 })
    }

    /// The address whose turn it was led nowhere.
    pub(crate) fn failed(&mut self, failure: Failure) {
        self.worst = Some(match self.worst.take() {
            Some(before) if is_theirs(&before) && !is_theirs(&failure) => before,
            _ => failure,
        });
    }

    /// What to tell where every address led nowhere. Theirs says more than ours (a machine without IPv6 has no route to
    /// anyone's AAAA); later says more than earlier.
    pub(crate) fn failure(self) -> Failure {
        self.worst.unwrap_or_else(|| Failure::theirs(Fault::NoAddress, "there was no address to connect to"))
    }
}

impl Turn {
    /// Tries this address for its share of the time; the last one has all that is left, and its timeout is the look's.
    /// An address that lets its share pass timed out in `phase`.
    pub(crate) async fn take<T>(
        &self,
        phase: Phase,
        attempt: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        if self.last {
            return attempt.await;
        }
        timeout(self.share, attempt).await.unwrap_or_else(|_| Err(self.late(phase)))
    }

    fn late(&self, phase: Phase) -> Failure {
        let words = format!("{}: nothing came within its share of the time, {:.1?}", self.peer, self.share);
        Failure::theirs(Fault::Timeout(phase), words)
    }
}

fn is_theirs(failure: &Failure) -> bool {
    matches!(failure.cause, Cause::Theirs(_))
}

fn wrong_family(ip: IpAddr) -> Failure {
    Failure::theirs(Fault::NoAddress, format!("{ip} is not of the wanted family"))
}
