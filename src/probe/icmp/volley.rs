//! How are some echoes sent to one address, and their answers heard?

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::time::timeout_at;

use super::{
    Icmp,
    expect::Trips,
    socket::Socket,
    wire::{Echo, OVERHEAD},
};
use crate::{
    model::{Failure, Fault, Phase},
    probe::{Looking, random},
};

/// Echoes under way.
struct Volley {
    socket: Socket,
    echo: Echo,
    sent: Vec<Instant>,
    trips: Vec<Option<Duration>>,
    strays: u32,
}

/// Sends every echo to `peer`, and hears until each is answered or `patience` is over. One answer is enough.
pub(super) async fn send(
    looking: &mut Looking<'_>,
    icmp: &Icmp,
    peer: SocketAddr,
    patience: Duration,
) -> Result<Trips, Failure> {
    let mut volley = Volley::new(icmp, peer)?;
    let began = looking.watch.instant();
    // Whatever was written, all are on their way in time.
    let spacing = icmp.spacing.min(patience / u32::from(icmp.count));
    looking.watch.enter(Phase::Send);
    for number in 0..icmp.count {
        volley.send(looking, number).await?;
        looking.watch.enter(Phase::Wait);
        let next = number + 1;
        let wait = if next == icmp.count { patience } else { spacing * next.into() };
        // Its end is no failure: the next echo is due, or the rest is lost.
        timeout_at((began + wait).into(), volley.hear(looking)).await.unwrap_or(Ok(()))?;
    }
    end(volley.trips, peer, patience)
}

impl Volley {
    fn new(icmp: &Icmp, peer: SocketAddr) -> Result<Self, Failure> {
        let socket = Socket::open(peer, icmp.route.source)?;
        let echo = Echo::new(socket.carrier, random()?, icmp.size);
        let (sent, trips) = (Vec::new(), vec![None; icmp.count.into()]);
        Ok(Self { socket, echo, sent, trips, strays: 0 })
    }

    async fn send(&mut self, looking: &Looking<'_>, number: u8) -> Result<(), Failure> {
        self.sent.push(looking.watch.instant());
        let sent = self.socket.send(&self.echo.ask(number)).await;
        self.bear(sent)
    }

    /// Hears until every echo is answered, those too that are not sent yet.
    async fn hear(&mut self, looking: &mut Looking<'_>) -> Result<(), Failure> {
        let mut buffer = vec![0; 1500 + OVERHEAD];
        while self.trips.contains(&None) {
            match self.socket.hear(&mut buffer).await {
                Ok(datagram) => {
                    let number = datagram.and_then(|datagram| self.echo.answered(datagram));
                    self.note(looking, number);
                }
                Err(failure) => return self.bear(Err(failure)),
            }
        }
        Ok(())
    }

    fn note(&mut self, looking: &mut Looking<'_>, number: Option<u8>) {
        let at = number.map_or(usize::MAX, usize::from);
        if let (Some(sent), Some(trip @ None)) = (self.sent.get(at), self.trips.get_mut(at)) {
            *trip = Some(looking.watch.instant().saturating_duration_since(*sent));
            return;
        }
        self.strays = self.strays.saturating_add(1);
        looking.aside = format!("{} messages that answered no echo of ours were passed over", self.strays);
    }

    /// Where something was answered, what fails is one echo: it is lost.
    fn bear(&self, result: Result<(), Failure>) -> Result<(), Failure> {
        if self.trips.iter().any(Option::is_some) { Ok(()) } else { result }
    }
}

fn end(trips: Vec<Option<Duration>>, peer: SocketAddr, patience: Duration) -> Result<Trips, Failure> {
    if trips.iter().any(Option::is_some) {
        return Ok(Trips(trips));
    }
    let (peer, count) = (peer.ip(), trips.len());
    let words = format!("{peer}: no answer to any of {count} echoes within {patience:.1?}");
    Err(Failure::theirs(Fault::Timeout(Phase::Wait), words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cause;

    #[test]
    fn one_answer_is_enough_and_none_is_a_timeout() {
        let end = |trips| end(trips, SocketAddr::from(([192, 0, 2, 1], 0)), Duration::from_secs(4));
        assert!(end(vec![None, Some(Duration::ZERO), None]).is_ok());
        let failure = end(vec![None; 3]).unwrap_err();
        assert_eq!(failure.cause, Cause::Theirs(Fault::Timeout(Phase::Wait)));
        assert_eq!(failure.words, "192.0.2.1: no answer to any of 3 echoes within 4.0s");
    }
}
