//! How is a conversation held with whoever is at the far end of a connection? What came is read at once, however it was
//! cut into pieces.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Stopwatch, closed, io_failure};
use crate::{
    model::{Failure, Fault, Phase},
    probe::{Reading, printable, stranger},
};

/// How many characters of what is strange are shown.
const SHOWN: usize = 80;

/// A conversation in some protocol. It stamps the phases, but for one before TLS, which is all part of that.
#[derive(Debug)]
pub(crate) struct Talk<S> {
    stream: S,
    /// `None` before TLS.
    watch: Option<Stopwatch>,
    /// The protocol, for a person.
    protocol: &'static str,
    /// What came and was not read yet.
    heard: Vec<u8>,
    /// How much may come yet.
    room: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    /// A conversation over `stream` in which at most `most` bytes are heard.
    pub(crate) fn over(stream: S, watch: &Stopwatch, protocol: &'static str, most: usize) -> Self {
        Self { watch: Some(watch.clone()), ..Self::before_tls(stream, protocol, most) }
    }

    /// The same, of which all belongs to the phase `tls`.
    pub(crate) fn before_tls(stream: S, protocol: &'static str, most: usize) -> Self {
        Self { stream, watch: None, protocol, heard: Vec::new(), room: most }
    }

    /// Says this.
    pub(crate) async fn say(&mut self, words: &[u8]) -> Result<(), Failure> {
        self.enter(Phase::Send);
        let written = match self.stream.write_all(words).await {
            Ok(()) => self.stream.flush().await,
            error => error,
        };
        written.map_err(|error| io_failure(self.phase(), &error))
    }

    /// Listens until `read` has a whole reply.
    pub(crate) async fn hear<T>(&mut self, read: impl Fn(&[u8]) -> Reading<T>) -> Result<T, Failure> {
        self.enter(if self.heard.is_empty() { Phase::Wait } else { Phase::Receive });
        loop {
            match read(&self.heard) {
                Reading::Whole(reply, length) => {
                    self.heard.drain(..length);
                    return Ok(reply);
                }
                Reading::Partial => self.more().await?,
                Reading::Strange => return Err(self.strange()),
                Reading::Broken(how) => {
                    return Err(Failure::theirs(
                        Fault::Malformed,
                        format!("broken {}: {how}", self.protocol),
                    ));
                }
                Reading::Large(length) => return Err(self.too_large(&format!("a reply of {length} bytes"))),
            }
        }
    }

    /// What came already and was not read.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.heard
    }

    /// The stream itself.
    pub(crate) fn stream(&self) -> &S {
        &self.stream
    }

    async fn more(&mut self) -> Result<(), Failure> {
        if self.room == 0 {
            return Err(self.too_large("more than that"));
        }
        let read = (&mut self.stream).take(self.room as u64).read_buf(&mut self.heard).await;
        let read = read.map_err(|error| io_failure(self.phase(), &error))?;
        if read == 0 {
            return Err(closed(self.phase()));
        }
        self.room -= read;
        self.enter(Phase::Receive);
        Ok(())
    }

    fn strange(&self) -> Failure {
        let shown = printable(&self.heard, SHOWN);
        let like = stranger(&self.heard).map_or(String::new(), |it| format!("; it looks like {}", it.name));
        Failure::theirs(Fault::WrongProtocol, format!("this is not {}{like}: \"{shown}\"", self.protocol))
    }

    fn too_large(&self, what: &str) -> Failure {
        let words = format!("{} says {what}, and it is heard no further", self.protocol);
        Failure::theirs(Fault::TooLarge, words)
    }

    fn enter(&self, phase: Phase) {
        self.watch.iter().for_each(|watch| watch.enter(phase));
    }

    fn phase(&self) -> Phase {
        self.watch.as_ref().map_or(Phase::Tls, Stopwatch::phase)
    }
}
