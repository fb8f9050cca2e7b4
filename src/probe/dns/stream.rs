//! How is a question asked over TCP or TLS? With its length before it, as the reply has.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Dns, reply::Reply, wire::not_dns};
use crate::{
    model::{Endpoint, Failure, Phase},
    probe::{
        Looking,
        dial::{Stream, closed, io_failure, tls::Tls},
    },
};

/// Room for the first read, in bytes: enough for nearly every reply.
const ROOM: usize = 1 << 10;

/// Asks `server` over a connection of its own.
pub(super) async fn ask(
    looking: &mut Looking<'_>,
    dns: &Dns,
    server: &Endpoint,
    tls: Option<&Tls>,
    id: u16,
) -> Result<Reply, Failure> {
    let mut stream = Stream::open(looking, server, &dns.route, tls).await?;
    looking.watch.enter(Phase::Send);
    let written = match stream.write_all(&dns.question.framed(id)).await {
        Ok(()) => stream.flush().await,
        error => error,
    };
    written.map_err(|error| io_failure(Phase::Send, &error))?;
    looking.watch.enter(Phase::Wait);
    let message = read(looking, &mut stream, id).await?;
    dns.question.answered(id, &message)
}

/// One message, without the length before it. What does not carry `id` is not waited for to its end.
async fn read(looking: &Looking<'_>, stream: &mut Stream, id: u16) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(ROOM);
    loop {
        if bytes.get(2..4).is_some_and(|got| got != id.to_be_bytes()) {
            return Err(not_dns(&bytes));
        }
        if let Some(message) = whole(&bytes) {
            return Ok(message.to_vec());
        }
        bytes.reserve(ROOM);
        let phase = looking.watch.phase();
        let count = stream.read_buf(&mut bytes).await.map_err(|error| io_failure(phase, &error))?;
        if count == 0 {
            return Err(closed(phase));
        }
        looking.watch.enter(Phase::Receive);
    }
}

/// The first message in `bytes`, if all of it is there.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}
