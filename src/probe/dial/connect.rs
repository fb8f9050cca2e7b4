//! How is a TCP connection opened? Every address in turn, within the one deadline.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::{TcpSocket, TcpStream};

use super::{Route, Turns, io_failure};
use crate::{
    model::{Endpoint, Failure, Fault, Ours, Phase},
    probe::Looking,
};

/// A connection to `target` by `route`; tells the address that was used, or the last one tried.
pub(crate) async fn connect(
    looking: &mut Looking<'_>,
    target: &Endpoint,
    route: &Route,
) -> Result<TcpStream, Failure> {
    let mut turns = Turns::of(looking, target, route).await?;
    while let Some(turn) = turns.next(looking) {
        match turn.take(Phase::Connect, open(turn.peer, route)).await {
            Ok(stream) => return Ok(stream),
            Err(failure) => turns.failed(failure),
        }
    }
    Err(turns.failure())
}

/// A connection to this one address, from the source that `route` names.
pub(crate) async fn open(peer: SocketAddr, route: &Route) -> Result<TcpStream, Failure> {
    let connecting = match route.source {
        None => TcpStream::connect(peer).await,
        Some(source) => from(SocketAddr::new(source, 0), peer)?.connect(peer).await,
    };
    let stream = connecting.map_err(|error| failure(peer, &error))?;
    // A look must not wait for Nagle; a socket that refuses the option is still a connection.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

fn from(source: SocketAddr, peer: SocketAddr) -> Result<TcpSocket, Failure> {
    let socket = if source.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = socket.map_err(|error| failure(peer, &error))?;
    socket.bind(source).map_err(|error| unusable(source, &error))?;
    Ok(socket)
}

/// What it means that we could not come from `source`.
pub(crate) fn unusable(source: SocketAddr, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AddrNotAvailable => {
            Failure::ours(Ours::SourceAddress, format!("{} is no address of this machine", source.ip()))
        }
        _ => failure(source, error),
    }
}

/// What it means that `peer` could not be connected to.
pub(crate) fn failure(peer: SocketAddr, error: &io::Error) -> Failure {
    let mut failure = io_failure(Phase::Connect, error);
    if error.kind() == io::ErrorKind::NetworkUnreachable && has_route(peer) {
        failure = Failure::theirs(Fault::HostUnreachable, "a router on the way says that there is no way");
    }
    failure.words = format!("{peer}: {}", failure.words);
    failure
}

/// Whether this machine knows where to send what is for `peer`. The same error stands for its ignorance and for that of
/// a router further on. Connecting a datagram socket looks the route up, and sends nothing.
fn has_route(peer: SocketAddr) -> bool {
    std::net::UdpSocket::bind(any_like(peer)).is_ok_and(|socket| socket.connect(peer).is_ok())
}

/// Whatever address and port of ours suits `peer`.
pub(crate) fn any_like(peer: SocketAddr) -> SocketAddr {
    if peer.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() }
}
