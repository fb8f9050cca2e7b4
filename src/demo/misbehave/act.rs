//! What does a bad peer do to each who connects, step by step?

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// One step. After the last the connection is closed in order, and whatever the visitor still says is taken.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Waits until something is said.
    Hear,
    /// Waits until this has been said.
    HearOut(&'static [u8]),
    /// Says this.
    Say(Vec<u8>),
    /// Says this over and over.
    Flood(Vec<u8>),
    /// Says this, a byte a second.
    Drip(Vec<u8>),
    /// Does nothing more until the visitor leaves.
    Hang,
    /// Closes without order: what was not sent is lost, and the visitor is told by a reset.
    Reset,
    /// Goes on within TLS.
    Secure,
}

trait Channel: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Channel for T {}

/// Goes through the steps with one visitor.
pub(super) async fn perform(acts: &[Act], visitor: TcpStream, tls: &TlsAcceptor) -> io::Result<()> {
    visitor.set_nodelay(true)?;
    if matches!(acts.last(), Some(Act::Reset)) {
        visitor.set_zero_linger()?;
    }
    let mut channel: Box<dyn Channel> = Box::new(visitor);
    for act in acts {
        match act {
            Act::Secure => channel = Box::new(tls.accept(channel).await?),
            Act::Reset => return Ok(()),
            _ => step(act, &mut *channel).await?,
        }
    }
    channel.shutdown().await?;
    drain(&mut *channel).await
}

async fn step(act: &Act, channel: &mut dyn Channel) -> io::Result<()> {
    match act {
        Act::Hear => hear_out(b"", channel).await,
        Act::HearOut(end) => hear_out(end, channel).await,
        Act::Say(bytes) => say(bytes, channel).await,
        Act::Flood(bytes) => loop {
            say(bytes, channel).await?;
        },
        Act::Drip(bytes) => drip(bytes, channel).await,
        _ => drain(channel).await,
    }
}

async fn hear_out(end: &[u8], channel: &mut dyn Channel) -> io::Result<()> {
    let mut heard = Vec::new();
    loop {
        let more = channel.read_buf(&mut heard).await?;
        if more == 0 || heard.windows(end.len().max(1)).any(|window| window.starts_with(end)) {
            return Ok(());
        }
    }
}

async fn say(bytes: &[u8], channel: &mut dyn Channel) -> io::Result<()> {
    channel.write_all(bytes).await?;
    channel.flush().await
}

async fn drip(bytes: &[u8], channel: &mut dyn Channel) -> io::Result<()> {
    for byte in bytes {
        say(&[*byte], channel).await?;
        sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

async fn drain(channel: &mut dyn Channel) -> io::Result<()> {
    tokio::io::copy(channel, &mut tokio::io::sink()).await.map(drop)
}
