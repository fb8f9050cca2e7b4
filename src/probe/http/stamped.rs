//! When was the request written, and when did the first byte of the reply come? A stream that stamps both.

use std::{
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, Waker, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{model::Phase, probe::dial::Stopwatch};

/// The first bytes that came back, for telling what it was if it was not HTTP.
pub(super) type FirstBytes = Arc<OnceLock<Vec<u8>>>;

/// How many bytes of the first read are kept.
const KEPT: usize = 40;

/// A stream under an HTTP connection. It reads nothing before something is written, so that a reply that is there before
/// the request (a gateway that says 503 to whoever connects) is still read as one. Where the far side stops listening
/// before the request is written, its reply is read all the same.
pub(super) struct Stamped<S> {
    stream: S,
    watch: Stopwatch,
    first: FirstBytes,
    /// Whether the first byte that is read is one of the reply: not so in HTTP/2, where settings come first.
    reply_first: bool,
    state: State,
    reader: Option<Waker>,
    broken: Option<io::Error>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Silent,
    Writing,
    Written,
    Replied,
}

impl<S> Stamped<S> {
    pub(super) fn new(stream: S, watch: Stopwatch, first: FirstBytes, reply_first: bool) -> Self {
        Self { stream, watch, first, reply_first, state: State::Silent, reader: None, broken: None }
    }

    fn wrote(&mut self) {
        if self.state == State::Silent {
            self.state = State::Writing;
            self.reader.take().into_iter().for_each(Waker::wake);
        }
    }

    /// All that was buffered has gone out: in both versions of HTTP the first time is when the request is written.
    fn flushed(&mut self) {
        if self.state == State::Writing {
            self.state = State::Written;
            self.watch.enter(Phase::Wait);
        }
    }

    fn replied(&mut self, bytes: &[u8]) {
        if self.state < State::Replied && !bytes.is_empty() {
            self.state = State::Replied;
            // Set once: a stream has one first read.
            let _ = self.first.set(bytes[..bytes.len().min(KEPT)].to_vec());
            if self.reply_first {
                self.watch.enter(Phase::Receive);
            }
        }
    }

    /// The far side listens no more; what it said before that is still to be read.
    fn broke(&mut self, error: io::Error) {
        self.wrote();
        self.broken.get_or_insert(error);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stamped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.state == State::Silent {
            this.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.stream).poll_read(context, buffer));
        this.replied(&buffer.filled()[before..]);
        let ended = buffer.filled().len() == before;
        Poll::Ready(match (read, this.broken.take()) {
            (Err(error), _) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            (_, Some(error)) if ended => Err(error),
            // A server that closes without TLS's good-bye is common; HTTP itself tells where a reply ends.
            (Err(_), _) => Ok(()),
            (Ok(()), broken) => {
                this.broken = broken;
                Ok(())
            }
        })
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stamped<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.broken.is_some() {
            return Poll::Ready(Ok(bytes.len()));
        }
        match ready!(Pin::new(&mut this.stream).poll_write(context, bytes)) {
            Ok(count) => {
                this.wrote();
                Poll::Ready(Ok(count))
            }
            Err(error) => {
                this.broke(error);
                Poll::Ready(Ok(bytes.len()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.broken.is_none()
            && let Err(error) = ready!(Pin::new(&mut this.stream).poll_flush(context))
        {
            this.broke(error);
        }
        this.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
