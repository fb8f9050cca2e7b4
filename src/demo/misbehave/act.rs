//! What does a bad peer do to each who connects, step by step?

use std::{io, ops::Range, time::Duration};

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
    /// Says again these bytes of what was heard last.
    Repeat(Range<usize>),
    /// Says this so many times.
    Times(usize, Vec<u8>),
    /// Says back all that is heard.
    Echo,
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

/// One visit, and what the visitor said last.
struct Visit {
    channel: Box<dyn Channel>,
    heard: Vec<u8>,
}

/// Goes through the steps with one visitor.
pub(super) async fn perform(acts: &[Act], visitor: TcpStream, tls: &TlsAcceptor) -> io::Result<()> {
    visitor.set_nodelay(true)?;
    if matches!(acts.last(), Some(Act::Reset)) {
        visitor.set_zero_linger()?;
    }
    let mut visit = Visit { channel: Box::new(visitor), heard: Vec::new() };
    for act in acts {
        match act {
            Act::Secure => visit.channel = Box::new(tls.accept(visit.channel).await?),
            Act::Reset => return Ok(()),
            _ => visit.go_through(act).await?,
        }
    }
    visit.channel.shutdown().await?;
    visit.drain().await
}

impl Visit {
    async fn go_through(&mut self, act: &Act) -> io::Result<()> {
        match act {
            Act::Hear => self.hear_out(b"").await,
            Act::HearOut(end) => self.hear_out(end).await,
            Act::Say(bytes) => self.say(bytes).await,
            Act::Repeat(range) => self.repeat(range).await,
            Act::Times(times, bytes) => self.times(*times, bytes).await,
            Act::Echo => self.echo().await,
            Act::Flood(bytes) => loop {
                self.say(bytes).await?;
            },
            Act::Drip(bytes) => self.drip(bytes).await,
            _ => self.drain().await,
        }
    }

    async fn hear_out(&mut self, end: &[u8]) -> io::Result<()> {
        self.heard.clear();
        loop {
            let more = self.channel.read_buf(&mut self.heard).await?;
            if more == 0 || self.heard.windows(end.len().max(1)).any(|window| window.starts_with(end)) {
                return Ok(());
            }
        }
    }

    async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.channel.write_all(bytes).await?;
        self.channel.flush().await
    }

    async fn repeat(&mut self, range: &Range<usize>) -> io::Result<()> {
        let bytes = self.heard.get(range.clone()).unwrap_or_default().to_vec();
        self.say(&bytes).await
    }

    async fn times(&mut self, times: usize, bytes: &[u8]) -> io::Result<()> {
        for _ in 0..times {
            self.say(bytes).await?;
        }
        Ok(())
    }

    async fn echo(&mut self) -> io::Result<()> {
        let (mut said, mut heard) = tokio::io::split(&mut self.channel);
        tokio::io::copy(&mut said, &mut heard).await.map(drop)
    }

    async fn drip(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            self.say(&[*byte]).await?;
            sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }

    async fn drain(&mut self) -> io::Result<()> {
        tokio::io::copy(&mut self.channel, &mut tokio::io::sink()).await.map(drop)
    }
}
