//! Who lets visitors in? A listener on loopback that closes and opens again as its part refuses and recovers.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{Ailment, Part, hosts::Host};

/// What ails a part, as it changes.
pub(super) type Chart = watch::Receiver<Option<Ailment>>;

/// What is no protocol at all.
pub(super) const GARBAGE: &[u8] =
    b"\x00\xff\xfe\xc3\x28 not what you asked for \x00\x80\xf0\x28\x8c\xbc\n\x00\n";

/// An address of the hospital, taken and either open or not.
pub(super) struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

impl Door {
    /// Opens the door of `part` at `port` (0: any).
    ///
    /// # Errors
    /// The port is taken; the error names it and the part.
    pub(super) fn open(part: Part, at: u16) -> io::Result<Self> {
        let opened = bind((Ipv4Addr::LOCALHOST, at).into()).and_then(|socket| socket.listen(1024));
        let listener = opened.map_err(|error| taken(part, at, &error))?;
        Ok(Self { address: listener.local_addr()?, listener })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets visitors in to `host` for ever; those inside leave when this is dropped.
    pub(super) async fn keep(self, host: Arc<Host>, mut chart: Chart) -> io::Result<()> {
        let mut listener = self.listener;
        let mut inside = JoinSet::new();
        loop {
            let ailment = *chart.borrow_and_update();
            if ailment == Some(Ailment::Refused) {
                listener = refuse(listener, self.address, &mut chart).await?;
                continue;
            }
            tokio::select! {
                biased;
                changed = chart.changed() => changed.map_err(io::Error::other)?,
                Some(_left) = inside.join_next() => {}
                visitor = listener.accept() => {
                    inside.spawn(meet(Arc::clone(&host), visitor?.0, ailment));
                }
            }
        }
    }
}

/// Keeps the port, so that nobody else takes it, but does not listen on it until the part has recovered.
async fn refuse(listener: TcpListener, address: SocketAddr, chart: &mut Chart) -> io::Result<TcpListener> {
    drop(listener);
    let closed = bind(address)?;
    let recovered = |ailment: &Option<Ailment>| *ailment != Some(Ailment::Refused);
    chart.wait_for(recovered).await.map_err(io::Error::other)?;
    closed.listen(1024)
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Says which part could not have its port.
pub(super) fn taken(part: Part, at: u16, error: &io::Error) -> io::Error {
    let words = format!("127.0.0.1:{at}, the place of the demo's {part}, is not to be had: {error}");
    io::Error::new(error.kind(), words)
}

async fn meet(host: Arc<Host>, mut visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
    visitor.set_nodelay(true)?;
    match ailment {
        Some(Ailment::Hanging) => listen_only(&mut visitor).await,
        Some(Ailment::Reset) => reset_when_asked(visitor).await,
        _ => host.receive(visitor, ailment).await,
    }
}

/// Takes whatever is said, and says nothing, until the visitor leaves.
async fn listen_only(visitor: &mut TcpStream) -> io::Result<()> {
    tokio::io::copy(visitor, &mut tokio::io::sink()).await.map(drop)
}

async fn reset_when_asked(mut visitor: TcpStream) -> io::Result<()> {
    hear(&mut visitor).await?;
    visitor.set_zero_linger()
}

/// Waits to be asked, answers what is no protocol at all, and leaves.
pub(super) async fn answer_garbage(visitor: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    hear(visitor).await?;
    visitor.write_all(GARBAGE).await?;
    visitor.shutdown().await
}

/// Waits until something is said, whatever it is.
async fn hear(visitor: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    visitor.read_buf(&mut Vec::with_capacity(4096)).await.map(drop)
}
