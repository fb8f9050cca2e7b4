//! How are the steps of a conversation walked? What came is matched at once, however it was cut into pieces, and nobody
//! waits for the end of a line that may never come.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Line, Step, Tcp, expect::Reply};
use crate::{
    model::{Failure, Fault, Phase},
    probe::{
        Looking,
        dial::{Stream, closed, io_failure},
        printable,
    },
    raw::{BytePattern, Pattern},
};

/// How much of what came is shown to a person, in characters.
const SHOWN: usize = 200;
/// How much room is made for one read, in bytes.
const PIECE: usize = 2 << 10;

/// Takes every step; ends at the first that waits for what cannot come any more.
pub(super) async fn walk(looking: &mut Looking<'_>, stream: Stream, tcp: &Tcp) -> Result<Reply, Failure> {
    let (heard, line) = (Vec::new(), String::new());
    let mut talk = Talk { looking, stream: Some(stream), heard, line, limit: tcp.limit };
    let mut last = None;
    for (index, step) in tcp.steps.iter().enumerate() {
        match step {
            Step::Send(bytes) => talk.say(bytes).await?,
            Step::Answer(template) => talk.say(filled(last, &talk.line, template).as_bytes()).await?,
            Step::StartTls => talk.secure(tcp).await?,
            Step::Expect(pattern) if talk.hear(pattern).await? => {}
            Step::Line(line) if talk.hear_line(line).await? => last = Some(&line.pattern),
            Step::Expect(pattern) => return Ok(talk.missed(index + 1, pattern.as_str())),
            Step::Line(line) => return Ok(talk.missed(index + 1, line.pattern.as_str())),
        }
    }
    talk.heard.clear();
    Ok(Reply::Walked)
}

fn filled(last: Option<&Pattern>, line: &str, template: &str) -> String {
    last.map_or_else(|| template.to_owned(), |pattern| pattern.expand(line, template))
}

struct Talk<'a, 'b> {
    looking: &'a mut Looking<'b>,
    /// `None` only while TLS begins.
    stream: Option<Stream>,
    /// What came since the last match.
    heard: Vec<u8>,
    /// The last line that was waited for.
    line: String,
    limit: usize,
}

impl Talk<'_, '_> {
    async fn say(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.looking.watch.enter(Phase::Send);
        let Some(stream) = &mut self.stream else { return Err(closed(Phase::Send)) };
        let written = match stream.write_all(bytes).await {
            Ok(()) => stream.flush().await,
            error => error,
        };
        written.map_err(|error| io_failure(Phase::Send, &error))
    }

    async fn secure(&mut self, tcp: &Tcp) -> Result<(), Failure> {
        // What was said in clear before is nothing that was said by whom TLS vouches for.
        self.heard.clear();
        let Some(Stream::Plain(stream)) = self.stream.take() else {
            return Err(Failure::theirs(Fault::StartTlsRefused, "TLS is spoken here already"));
        };
        let stream = Stream::secured(self.looking, stream, tcp.tls.as_ref(), &tcp.address.host).await?;
        self.stream = Some(stream);
        Ok(())
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

    /// Reads until a line matches.
    async fn hear_line(&mut self, wanted: &Line) -> Result<bool, Failure> {
        let mut more = true;
        loop {
            let at_the_end = !more || self.heard.len() >= self.limit;
            while let Some(line) = self.next_line(at_the_end || !wanted.whole, &wanted.pattern) {
                if wanted.pattern.is_match(&line) {
                    self.line.clone_from(&line);
                    self.looking.note(|besides| besides.lines.push(line));
                    return Ok(true);
                }
            }
            if at_the_end {
                return Ok(false);
            }
            more = self.read().await?;
        }
    }

    /// The next line that came, without its end; one whose end has not come only if it will do and matches.
    fn next_line(&mut self, unfinished: bool, pattern: &Pattern) -> Option<String> {
        let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') else {
            let rest = String::from_utf8_lossy(&self.heard).into_owned();
            let does = unfinished && !rest.is_empty() && pattern.is_match(&rest);
            return does.then(|| {
                self.heard.clear();
                rest
            });
        };
        let line: Vec<u8> = self.heard.drain(..=end).collect();
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned())
    }

    /// Whether something came.
    async fn read(&mut self) -> Result<bool, Failure> {
        let phase = if self.heard.is_empty() { Phase::Wait } else { Phase::Receive };
        self.looking.watch.enter(phase);
        self.heard.reserve(PIECE);
        let room = (self.limit - self.heard.len()) as u64;
        let Some(stream) = &mut self.stream else { return Err(closed(phase)) };
        let count = stream.take(room).read_buf(&mut self.heard).await;
        let count = count.map_err(|error| io_failure(phase, &error))?;
        if count > 0 {
            self.looking.watch.enter(Phase::Receive);
        } else if self.heard.is_empty() {
            return Err(closed(phase));
        }
        Ok(count > 0)
    }

    fn missed(&mut self, step: usize, pattern: &str) -> Reply {
        let end = if self.heard.len() < self.limit { "the end" } else { "more than is read" };
        let got = format!("\"{}\", then {end}", printable(&self.heard, SHOWN));
        self.heard.clear();
        Reply::Missed {
            step,
            expected: format!("what matches `{}`", printable(pattern.as_bytes(), SHOWN)),
            got,
        }
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
