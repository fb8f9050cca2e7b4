//! The kind `mllp`: does the interface engine acknowledge an HL7 message, ours, in time?

mod expect;
mod guard;
mod message;
mod raw;
#[cfg(test)]
mod tests;
mod wire;

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use self::{
    expect::{Expected, Reply},
    message::Question,
    raw::RawMllp,
    wire::{Acknowledgement, Message},
};
use crate::{
    model::{Endpoint, Failure, Fault, Finding, Moment},
    probe::{
        Expectations, Looking,
        dial::{Route, Stream, Talk, tls::Tls},
        kind::Look,
        printable, random,
    },
    raw::Door,
};

/// The most that is read of an answer, in bytes.
const MOST: usize = 64 << 10;
/// How many messages are passed over that are not for us: an engine may be late with the one before.
const OTHERS: usize = 3;
/// How much of a message's number is shown, in characters.
const SHOWN: usize = 40;
/// How long we wait for our own once another has come.
const PATIENCE: Duration = Duration::from_secs(2);

/// Checked settings.
#[derive(Debug)]
pub(super) struct Mllp {
    address: Endpoint,
    route: Route,
    tls: Option<Tls>,
    /// What is asked; nothing, where the open port is enough.
    question: Option<Question>,
    expectations: Expectations<Expected>,
}

impl Look for Mllp {
    const NAME: &'static str = "mllp";
    const CLINICAL: bool = true;
    type Raw = RawMllp;
    type Reply = Reply;

    fn parse(raw: RawMllp, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.address.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.route.dialled(&self.address).host.to_string().into()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        let id = control_id()?;
        let stream = Stream::open(looking, &self.address, &self.route, self.tls.as_ref()).await?;
        let Some(question) = &self.question else { return Ok(Reply::Open) };
        let mut talk = Talk::over(stream, &looking.watch, "HL7 over MLLP", MOST);
        talk.say(&question.framed(&id, looking.at)).await?;
        answer(looking, &mut talk, &id).await
    }

    fn judge(&self, reply: &Reply, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(expect::judge(reply, &self.expectations))
    }
}

/// The acknowledgement of our message. Another's is passed over, in the hope that ours is just behind it.
async fn answer(looking: &Looking<'_>, talk: &mut Talk<Stream>, id: &str) -> Result<Reply, Failure> {
    let first = talk.hear(wire::message).await?;
    let failure = unrelated(&first);
    if let Some(reply) = ours(first, id)? {
        return Ok(reply);
    }
    match timeout(PATIENCE.min(looking.remaining() / 2), behind(talk, id)).await {
        Ok(Ok(Some(reply))) => Ok(reply),
        _ => Err(failure),
    }
}

/// Ours, if it is among the next few messages.
async fn behind(talk: &mut Talk<Stream>, id: &str) -> Result<Option<Reply>, Failure> {
    for _ in 0..OTHERS {
        if let Some(reply) = ours(talk.hear(wire::message).await?, id)? {
            return Ok(Some(reply));
        }
    }
    Ok(None)
}

/// The reply, if this is it.
fn ours(message: Message, id: &str) -> Result<Option<Reply>, Failure> {
    let Message { application, control_id, acknowledgement } = message;
    match acknowledgement {
        Some(acknowledgement) if acknowledgement.of == id.as_bytes() => {
            Ok(Some(Reply::Answered { acknowledgement, application }))
        }
        None if control_id == id.as_bytes() => {
            Err(Failure::theirs(Fault::WrongProtocol, "our own message came back, and no acknowledgement"))
        }
        _ => Ok(None),
    }
}

fn unrelated(message: &Message) -> Failure {
    let words = match &message.acknowledgement {
        Some(Acknowledgement { of, .. }) => {
            format!(
                "the acknowledgement is of the message \"{}\" (MSA-2), and not of ours",
                printable(of, SHOWN)
            )
        }
        None => "a message came that is no acknowledgement".to_owned(),
    };
    Failure::theirs(Fault::UnrelatedReply, words)
}

/// A number of our own for a message, which nobody else's answer can bear; 20 letters are the most that HL7 2.4 allows.
fn control_id() -> Result<String, Failure> {
    Ok(format!("WR{:016X}", u64::from_be_bytes(random()?)))
}

/// Reads these bytes in every way in which a reply is read, and as somebody's message.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    super::Reading::assert_steady(wire::message, bytes);
    guard::fuzz(bytes);
}
