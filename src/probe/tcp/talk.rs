//! How are the steps of a conversation walked? What came is matched at once, however it was cut into pieces, and nobody
//! waits for the end of a line that may never come.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Step, expect::Reply};
use crate::{
    model::{Failure, Phase},
    probe::{
        Looking,
        dial::{Stream, closed, io_failure},
        printable,
    },
    raw::BytePattern,
};

/// How much of what came is shown to a person, in characters.
const SHOWN: usize = 200;
/// How much room is made for one read, in bytes.
const PIECE: usize = 2 << 10;

/// Takes every step; ends at the first `expect` that cannot match any more.
pub(super) async fn walk(
    looking: &mut Looking<'_>,
    stream: Stream,
    steps: &[Step],
    limit: usize,
) -> Result<Reply, Failure> {
    let mut talk = Talk { looking, stream, heard: Vec::new(), limit };
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Send(bytes) => talk.say(bytes).await?,
            Step::Expect(pattern) if talk.hear(pattern).await? => {}
            Step::Expect(pattern) => return Ok(talk.missed(index + 1, pattern)),
        }
    }
    talk.heard.clear();
    Ok(Reply::Walked)
}

struct Talk<'a, 'b> {
    looking: &'a mut Looking<'b>,
    stream: Stream,
    /// What came since the last match.
    heard: Vec<u8>,
    limit: usize,
}

impl Talk<'_, '_> {
    async fn say(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.looking.watch.enter(Phase::Send);
        let written = match self.stream.write_all(bytes).await {
            Ok(()) => self.stream.flush().await,
            error => error,
        };
        written.map_err(|error| io_failure(Phase::Send, &error))
    }

    /// Reads until `pattern` matches; not if the far side closed before, or more came than is read.
    async fn hear(&mut self, pattern: &BytePattern) -> Result<bool, Failure> {
        loop {
            if let Some(end) = pattern.end_of_match(&self.heard) {
                self.heard.drain(..end);
                return Ok(true);
            }
            if self.heard.len() >= self.limit || !self.read().await? {
                return Ok(false);
            }
        }
    }

    /// Whether something came.
    async fn read(&mut self) -> Result<bool, Failure> {
        let phase = if self.heard.is_empty() { Phase::Wait } else { Phase::Receive };
        self.looking.watch.enter(phase);
        self.heard.reserve(PIECE);
        let room = (self.limit - self.heard.len()) as u64;
        let count = (&mut self.stream).take(room).read_buf(&mut self.heard).await;
        let count = count.map_err(|error| io_failure(phase, &error))?;
        if count > 0 {
            self.looking.watch.enter(Phase::Receive);
        } else if self.heard.is_empty() {
            return Err(closed(phase));
        }
        Ok(count > 0)
    }

    fn missed(&mut self, step: usize, pattern: &BytePattern) -> Reply {
        let end = if self.heard.len() < self.limit { "the end" } else { "more than is read" };
        let got = format!("\"{}\", then {end}", printable(&self.heard, SHOWN));
        self.heard.clear();
        Reply::Missed { step, expected: format!("what matches `{}`", pattern.as_str()), got }
    }
}

impl Drop for Talk<'_, '_> {
    /// What a failed look heard is told, also when it is dropped at its deadline.
    fn drop(&mut self) {
        if !self.heard.is_empty() {
            self.looking.aside = format!("it had said \"{}\"", printable(&self.heard, SHOWN));
        }
    }
}
