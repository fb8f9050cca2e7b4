//! Where is a bad peer to be found?

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{
    net::{TcpListener, TcpSocket, UdpSocket},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{
    Misbehaviour, Tongue,
    act::{Act, perform},
    catalogue::acts,
    datagram,
};
use crate::{
    demo::certificates::{Authority, Manners},
    model::Moment,
};

/// A bad peer on loopback, until it is dropped.
#[derive(Debug)]
pub struct Rogue {
    address: SocketAddr,
    /// A port that is taken, and on which nobody listens.
    _closed: Option<TcpSocket>,
    _busy: JoinSet<io::Result<()>>,
}

impl Rogue {
    /// One who misbehaves so, at any free port. `now` dates its certificate, which the demo's authority signed for
    /// `127.0.0.1` and `rogue.hospital.test`.
    ///
    /// # Errors
    /// There was no port to be had.
    pub async fn start(tongue: Tongue, bad: Misbehaviour, now: Moment) -> io::Result<Self> {
        match (tongue, bad) {
            (Tongue::DnsUdp, _) => Self::of_datagrams(bad).await,
            (_, Misbehaviour::Refuses) => Self::refusing(),
            _ => Self::of_connections(tongue, bad, now).await,
        }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn refusing() -> io::Result<Self> {
        let closed = TcpSocket::new_v4()?;
        closed.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self { address: closed.local_addr()?, _closed: Some(closed), _busy: JoinSet::new() })
    }

    async fn of_connections(tongue: Tongue, bad: Misbehaviour, now: Moment) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let alpn: &[&[u8]] = if tongue == Tongue::Http2 { &[b"h2"] } else { &[] };
        let manners = Manners { alpn, demands_client: false };
        let tls = Authority::new(now)?.acceptor("rogue.hospital.test", None, manners)?;
        let address = listener.local_addr()?;
        let mut busy = JoinSet::new();
        busy.spawn(receive(listener, tls, tongue, bad));
        Ok(Self { address, _closed: None, _busy: busy })
    }

    async fn of_datagrams(bad: Misbehaviour) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        if bad == Misbehaviour::Refuses {
            // One that hears nobody but itself keeps the port, and the kernel refuses everybody else.
            socket.connect(address).await?;
        }
        let mut busy = JoinSet::new();
        busy.spawn(datagram::answer(socket, bad));
        Ok(Self { address, _closed: None, _busy: busy })
    }
}

async fn receive(
    listener: TcpListener,
    tls: TlsAcceptor,
    tongue: Tongue,
    bad: Misbehaviour,
) -> io::Result<()> {
    let acts: Arc<[Act]> = acts(tongue, bad).into();
    let mut inside = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(_left) = inside.join_next() => {}
            visitor = listener.accept() => {
                let (acts, tls) = (Arc::clone(&acts), tls.clone());
                let (visitor, _) = visitor?;
                inside.spawn(async move { perform(&acts, visitor, &tls).await });
            }
        }
    }
}
