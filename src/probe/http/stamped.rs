//! When was the request written, and when did the first byte of the reply come? A stream that stamps both.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
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
    stage: Stage,
    reader: Option<Waker>,
    broken: Option<io::Error>,
}

/// How far the exchange under way came. Clones tell of the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Stage(Arc<AtomicU8>);

/// Nothing was ever written.
const SILENT: u8 = 0;
/// Another exchange is about to begin.
const IDLE: u8 = 1;
const WRITING: u8 = 2;
const WRITTEN: u8 = 3;
const REPLIED: u8 = 4;

impl Stage {
    /// Another exchange begins on a connection that had one before.
    pub(super) fn again(&self) {
        if self.now() != SILENT {
            self.set(IDLE);
        }
    }

    fn now(&self) -> u8 {
        self.0.load(Relaxed)
    }

    fn set(&self, stage: u8) {
        self.0.store(stage, Relaxed);
    }
}

impl<S> Stamped<S> {
    pub(super) fn new(
        stream: S,
        watch: Stopwatch,
        first: FirstBytes,
        stage: Stage,
        reply_first: bool,
    ) -> Self {
        Self { stream, watch, first, reply_first, stage, reader: None, broken: None }
    }

    fn wrote(&mut self) {
        if self.stage.now() < WRITING {
            self.stage.set(WRITING);
            self.reader.take().into_iter().for_each(Waker::wake);
        }
    }

    /// All that was buffered has gone out: in both versions of HTTP the first time is when the request is written.
    fn flushed(&mut self) {
        if self.stage.now() == WRITING {
            self.stage.set(WRITTEN);
            self.watch.enter(Phase::Wait);
        }
    }

    fn replied(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        // What came first of all tells what is spoken here, even where it came before we had asked.
        self.first.get_or_init(|| bytes[..bytes.len().min(KEPT)].to_vec());
        if (WRITING..REPLIED).contains(&self.stage.now()) {
            self.stage.set(REPLIED);
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
        if this.stage.now() == SILENT {
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

    /// A look that has its reply takes no leave: its stream is dropped, which closes it. A good-bye of TLS by itself would
    /// cost a packet more, and tell the server what the end of the connection tells it.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
