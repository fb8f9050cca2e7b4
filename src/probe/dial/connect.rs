//! How is a TCP connection opened? Every address in turn, within the one deadline.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::io_failure;
use crate::{
    model::{Cause, Endpoint, Failure, Fault, Host, Ours, Phase},
    probe::Looking,
};

/// Which addresses of a name are tried, and in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
pub(crate) enum Family {
    /// IPv4 first, then IPv6.
    #[default]
    #[serde(rename = "prefer-v4")]
    PreferV4,
    /// IPv6 first, then IPv4.
    #[serde(rename = "prefer-v6")]
    PreferV6,
    /// IPv4 only.
    #[serde(rename = "v4")]
    V4,
    /// IPv6 only.
    #[serde(rename = "v6")]
    V6,
}

/// How to get to an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// Which addresses are tried.
    pub(crate) family: Family,
    /// The address of ours to come from.
    pub(crate) source: Option<IpAddr>,
    /// Go here instead: one member behind a VIP, while name and certificate stay those of the target.
    pub(crate) connect_to: Option<Endpoint>,
}

impl Route {
    /// The endpoint that is dialled to reach `target`.
    pub(crate) fn dialled<'a>(&'a self, target: &'a Endpoint) -> &'a Endpoint {
        self.connect_to.as_ref().unwrap_or(target)
    }
}

/// The addresses of `host`, in the order in which they are to be tried; stamps `resolve` where there is a name.
pub(crate) async fn addresses(
    looking: &Looking<'_>,
    host: &Host,
    family: Family,
) -> Result<Vec<IpAddr>, Failure> {
    match host {
        Host::Ip(ip) => Ok(vec![*ip]),
        Host::Name(name) => {
            looking.watch.enter(Phase::Resolve);
            looking.agent.resolver.addresses(name, family).await
        }
    }
}

/// A connection to `target` by `route`; tells the address that was used, or the last one tried.
pub(crate) async fn connect(
    looking: &mut Looking<'_>,
    target: &Endpoint,
    route: &Route,
) -> Result<TcpStream, Failure> {
    let dialled = route.dialled(target);
    let addresses = addresses(looking, &dialled.host, route.family).await?;
    looking.watch.enter(Phase::Connect);
    let mut worst: Option<Failure> = None;
    for (index, ip) in addresses.iter().enumerate() {
        let peer = SocketAddr::new(*ip, dialled.port);
        looking.details.peer = Some(peer);
        match attempt(looking, peer, route.source, addresses.len() - index).await {
            Ok(stream) => return Ok(stream),
            Err(failure) => worst = Some(more_telling(worst, failure)),
        }
    }
    Err(worst.unwrap_or_else(|| Failure::theirs(Fault::NoAddress, "there was no address to connect to")))
}

/// One address gets an even share of the time that is left, so that a dead one does not use up that of the next; the
/// last one has all of it, and its timeout is the look's.
async fn attempt(
    looking: &Looking<'_>,
    peer: SocketAddr,
    source: Option<IpAddr>,
    left: usize,
) -> Result<TcpStream, Failure> {
    let opening = open(peer, source);
    let opened = if left <= 1 {
        opening.await
    } else {
        let share = looking.remaining() / u32::try_from(left).unwrap_or(u32::MAX);
        timeout(share, opening).await.unwrap_or_else(|_| Err(at(peer, &io::ErrorKind::TimedOut.into())))
    };
    opened.inspect(|stream| {
        // A look must not wait for Nagle; a socket that refuses the option is still a connection.
        let _ = stream.set_nodelay(true);
    })
}

async fn open(peer: SocketAddr, source: Option<IpAddr>) -> Result<TcpStream, Failure> {
    let Some(source) = source else {
        return TcpStream::connect(peer).await.map_err(|error| at(peer, &error));
    };
    let socket = if peer.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = socket.map_err(|error| at(peer, &error))?;
    socket
        .bind(SocketAddr::new(source, 0))
        .map_err(|error| Failure::ours(Ours::SourceAddress, format!("cannot come from {source}: {error}")))?;
    socket.connect(peer).await.map_err(|error| at(peer, &error))
}

fn at(peer: SocketAddr, error: &io::Error) -> Failure {
    let mut failure = io_failure(Phase::Connect, error);
    failure.words = format!("{}: {}", peer, failure.words);
    failure
}

/// Theirs says more than ours (a machine without IPv6 has no route to the AAAA of everyone); later says more than earlier.
fn more_telling(before: Option<Failure>, now: Failure) -> Failure {
    match before {
        Some(before) if matches!((before.cause, now.cause), (Cause::Theirs(_), Cause::Ours(_))) => before,
        _ => now,
    }
}
