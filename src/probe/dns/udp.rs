//! How is a question asked in one datagram? On a connected socket: so a server that is gone is found out at once, and only
//! what comes from the server is heard. Nothing is asked twice: a lost datagram is a bad look, and the next one follows soon.

use std::{io, net::SocketAddr};

use tokio::net::UdpSocket;

use super::{Dns, reply::Reply, wire::Heard};
use crate::{
    model::{Failure, Fault, Phase},
    probe::{
        Looking,
        dial::{Route, Turns, any_like, connect_failure, unusable},
    },
};

/// What came in the end.
pub(super) enum Came {
    /// The reply.
    Reply(Reply),
    /// Too little of it; all of it is to be had from here over TCP.
    Truncated(SocketAddr),
}

/// Asks every address of the server in turn until one answers.
pub(super) async fn ask(looking: &mut Looking<'_>, dns: &Dns, id: u16) -> Result<Came, Failure> {
    let mut turns = Turns::of(looking, &dns.server, &dns.route).await?;
    while let Some(turn) = turns.next(looking) {
        match turn.take(Phase::Wait, ask_one(looking, dns, turn.peer, id)).await {
            Ok(came) => return Ok(came),
            Err(failure) => turns.failed(failure),
        }
    }
    Err(turns.failure())
}

async fn ask_one(looking: &mut Looking<'_>, dns: &Dns, peer: SocketAddr, id: u16) -> Result<Came, Failure> {
    let socket = open(peer, &dns.route).await?;
    looking.watch.enter(Phase::Send);
    let told = |error: io::Error| connect_failure(peer, &error);
    socket.send(&dns.question.with_id(id)).await.map_err(told)?;
    looking.watch.enter(Phase::Wait);
    // One byte more, to see whether there was more.
    let mut buffer = vec![0; usize::from(dns.most) + 1];
    let mut strays = 0_u32;
    loop {
        let count = socket.recv(&mut buffer).await.map_err(told)?;
        if count == buffer.len() {
            let words = format!("the reply is larger than the {} bytes that were asked for", dns.most);
            return Err(Failure::theirs(Fault::TooLarge, words));
        }
        match dns.question.hear(id, &buffer[..count])? {
            Heard::Reply(reply) => return Ok(Came::Reply(reply)),
            Heard::Truncated => return Ok(Came::Truncated(peer)),
            Heard::Another => strays = strays.saturating_add(1),
        }
        looking.aside = format!("{strays} datagrams that did not answer our question were passed over");
    }
}

async fn open(peer: SocketAddr, route: &Route) -> Result<UdpSocket, Failure> {
    let socket = match route.source {
        None => UdpSocket::bind(any_like(peer)).await.map_err(|error| connect_failure(peer, &error))?,
        Some(source) => {
            let source = SocketAddr::new(source, 0);
            UdpSocket::bind(source).await.map_err(|error| unusable(source, &error))?
        }
    };
    socket.connect(peer).await.map_err(|error| connect_failure(peer, &error))?;
    Ok(socket)
}
