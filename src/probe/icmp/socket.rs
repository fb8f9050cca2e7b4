//! Which socket carries echoes? A datagram one, for which no right is needed where the system allows it; else a raw one.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use rustix::io::Errno;
use socket2::{Domain, Protocol, Type};
use tokio::net::UdpSocket;

use super::wire::Carrier;
use crate::{
    model::{Failure, Fault, Ours},
    probe::dial::{connect_failure, unusable},
};

const FORBIDDEN: &str = "this machine lets us send no ICMP echoes: let `sysctl net.ipv4.ping_group_range` hold a group of ours \
    (\"0 2147483647\" holds all), or grant the capability CAP_NET_RAW";

/// A socket that hears its peer alone.
pub(super) struct Socket {
    peer: SocketAddr,
    /// It is used for its waiting alone: nothing of UDP is spoken.
    inner: UdpSocket,
    pub(super) carrier: Carrier,
}

impl Socket {
    pub(super) fn open(peer: SocketAddr, source: Option<IpAddr>) -> Result<Self, Failure> {
        let (socket, raw) = create(peer)?;
        let told = |error: io::Error| failure(peer, &error);
        if let Some(source) = source {
            let source = SocketAddr::new(source, 0);
            socket.bind(&source.into()).map_err(|error| unusable(source, &error))?;
        }
        socket.connect(&peer.into()).map_err(told)?;
        socket.set_nonblocking(true).map_err(told)?;
        let inner = UdpSocket::from_std(socket.into()).map_err(told)?;
        Ok(Self { peer, inner, carrier: Carrier { v6: peer.is_ipv6(), raw } })
    }

    pub(super) async fn send(&self, message: &[u8]) -> Result<(), Failure> {
        self.inner.send(message).await.map(drop).map_err(|error| failure(self.peer, &error))
    }

    /// The next datagram of the peer's, read into `buffer`. A datagram socket hears others too, connected as it is.
    pub(super) async fn hear<'b>(&self, buffer: &'b mut [u8]) -> Result<Option<&'b [u8]>, Failure> {
        let heard = self.inner.recv_from(buffer).await.map_err(|error| failure(self.peer, &error));
        let (count, from) = heard?;
        Ok(Some(&buffer[..count]).filter(|_| from.ip() == self.peer.ip()))
    }
}

/// A socket, and whether it is a raw one.
fn create(peer: SocketAddr) -> Result<(socket2::Socket, bool), Failure> {
    let protocol = if peer.is_ipv4() { Protocol::ICMPV4 } else { Protocol::ICMPV6 };
    let open = |kind| socket2::Socket::new(Domain::for_address(peer), kind, Some(protocol));
    let raw = |_| open(Type::RAW).map(|socket| (socket, true));
    open(Type::DGRAM).map(|socket| (socket, false)).or_else(raw).map_err(|error| uncreated(peer, &error))
}

/// What it means that there is no socket.
fn uncreated(peer: SocketAddr, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::PermissionDenied => Failure::ours(Ours::Resources, FORBIDDEN),
        _ => connect_failure(peer, error),
    }
}

/// What an error stands for. Those of protocols and ports, too, are a router's word that there is no way.
fn failure(peer: SocketAddr, error: &io::Error) -> Failure {
    match Errno::from_io_error(error) {
        Some(Errno::HOSTUNREACH | Errno::HOSTDOWN | Errno::CONNREFUSED | Errno::NOPROTOOPT) => {
            let words = format!("{}: the destination is told to be unreachable", peer.ip());
            Failure::theirs(Fault::HostUnreachable, words)
        }
        _ => connect_failure(peer, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cause;

    #[test]
    fn what_is_forbidden_here_is_told_apart_from_what_is_out_of_reach() {
        let peer = SocketAddr::from(([192, 0, 2, 1], 0));
        for errno in [Errno::PERM, Errno::ACCESS] {
            let failure = uncreated(peer, &errno.into());
            assert_eq!(failure.cause, Cause::Ours(Ours::Resources));
            assert!(failure.words.contains("ping_group_range"), "{}", failure.words);
        }
        assert_eq!(uncreated(peer, &Errno::MFILE.into()).cause, Cause::Ours(Ours::Descriptors));
        assert_eq!(failure(peer, &Errno::HOSTUNREACH.into()).cause, Cause::Theirs(Fault::HostUnreachable));
        assert_eq!(failure(peer, &Errno::NOPROTOOPT.into()).cause, Cause::Theirs(Fault::HostUnreachable));
        // This machine's own firewall.
        assert_eq!(failure(peer, &Errno::PERM.into()).cause, Cause::Ours(Ours::NoRoute));
    }
}
