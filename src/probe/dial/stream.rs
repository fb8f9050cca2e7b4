//! What is read from and written to, with TLS or without?

use std::{
    io,
    os::fd::AsFd,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use super::{
    Route, connect,
    tls::{self, Overheard, Tls, handshake},
};
use crate::{
    model::{Endpoint, Failure, Host},
    probe::Looking,
};

/// A connection, with TLS or without.
#[derive(Debug)]
pub(crate) enum Stream {
    Plain(TcpStream),
    Secured(Box<TlsStream<Overheard<TcpStream>>>),
}

impl Stream {
    /// Connects to `target` by `route`, with TLS where it is wanted; a chain that is not trusted is a failure.
    pub(crate) async fn open(
        looking: &mut Looking<'_>,
        target: &Endpoint,
        route: &Route,
        tls: Option<&Tls>,
    ) -> Result<Self, Failure> {
        let Some(tls) = tls else { return Ok(Self::Plain(connect(looking, target, route).await?)) };
        let secured = tls::open(looking, target, route, tls, &target.host).await?;
        vouched(looking, secured.trust)?;
        Ok(Self::Secured(Box::new(secured.stream)))
    }

    /// Shakes hands over `stream` for the name `host` where TLS is wanted; a chain that is not trusted is a failure.
    pub(crate) async fn secured(
        looking: &mut Looking<'_>,
        stream: TcpStream,
        tls: Option<&Tls>,
        host: &Host,
    ) -> Result<Self, Failure> {
        let Some(tls) = tls else { return Ok(Self::Plain(stream)) };
        let secured = handshake(looking, stream, tls, host).await?;
        vouched(looking, secured.trust)?;
        Ok(Self::Secured(Box::new(secured.stream)))
    }

    /// The protocol that was agreed on by ALPN.
    pub(crate) fn protocol(&self) -> Option<&[u8]> {
        match self {
            Self::Plain(_) => None,
            Self::Secured(stream) => stream.get_ref().1.alpn_protocol(),
        }
    }
}

/// Whether the chain is good enough for this look.
fn vouched(looking: &Looking<'_>, trust: Result<(), Failure>) -> Result<(), Failure> {
    if looking.trusts_anybody() { Ok(()) } else { trust }
}

/// Acknowledges at once what comes next. A peer that writes in pieces (Nagle) would otherwise wait 40 ms for us, and we
/// would call it slow. The kernel forgets this, so it is said at each wait.
pub(super) fn acknowledge_at_once(socket: &impl AsFd) {
    // A kernel that will not is slower by 40 ms at worst.
    let _ = socket2::SockRef::from(socket).set_tcp_quickack(true);
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => {
                let polled = Pin::new(&mut *stream).poll_read(context, buffer);
                if polled.is_pending() {
                    acknowledge_at_once(stream);
                }
                polled
            }
            Self::Secured(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Secured(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Secured(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Secured(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
