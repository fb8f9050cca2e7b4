//! The kind `dicom`: does an archive or a modality answer C-ECHO? Nothing else of DICOM exists here.

mod command;
mod expect;
mod raw;
mod refusal;
#[cfg(test)]
mod tests;
mod title;
mod wire;

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use self::{
    command::{ECHOED, Response},
    expect::Expected,
    raw::RawDicom,
    title::Title,
    wire::{Admission, Answer, MOST},
};
use crate::{
    model::{Endpoint, Failure, Fault, Finding, Moment},
    probe::{
        Expectations, Looking,
        dial::{Route, Stream, Talk, tls::Tls},
        kind::Look,
        random,
    },
    raw::Door,
};

/// How long taking leave may hold up a look that is over.
const FAREWELL: Duration = Duration::from_millis(100);

const STEPS: [&str; 2] = ["associate", "echo"];

/// Checked settings.
#[derive(Debug)]
pub(super) struct Dicom {
    address: Endpoint,
    route: Route,
    tls: Option<Tls>,
    calling: Title,
    called: Title,
    expectations: Expectations<Expected>,
}

impl Look for Dicom {
    const NAME: &'static str = "dicom";
    const CLINICAL: bool = true;
    type Raw = RawDicom;
    type Reply = Response;

    fn parse(raw: RawDicom, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        format!("{} at {}", self.called, self.address)
    }

    fn host(&self) -> Arc<str> {
        self.route.dialled(&self.address).host.to_string().into()
    }

    fn steps(&self) -> Vec<String> {
        STEPS.map(str::to_owned).into()
    }

    /// The association, and then, as a step of its own, the echo.
    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Response, Failure> {
        let mut stream = Stream::open(looking, &self.address, &self.route, self.tls.as_ref()).await?;
        let mut talk = Talk::over(&mut stream, &looking.watch, "DICOM", MOST);
        self.associate(&mut talk).await?;
        looking.watch.next_step(1);
        let response = echo(&mut talk).await?;
        looking.watch.rest();
        let _ = timeout(FAREWELL.min(looking.remaining() / 2), part(&mut stream)).await;
        Ok(response)
    }

    fn judge(&self, response: &Response, _: Moment) -> Result<Vec<Finding>, Failure> {
        self.expectations.must.admit(response)?;
        Ok(self.expectations.judge(|expected, findings| expected.judge(response, findings)))
    }
}

impl Dicom {
    async fn associate(&self, talk: &mut Talk<&mut Stream>) -> Result<(), Failure> {
        talk.say(&wire::request(&self.calling, &self.called)).await?;
        match talk.hear(wire::admission).await? {
            Admission::Accepted(0) => Ok(()),
            Admission::Accepted(result) => Err(refusal::unsupported(result)),
            Admission::Rejected(why) => Err(refusal::rejected(why, &self.calling, &self.called)),
            Admission::Aborted(abort) => Err(refusal::aborted(abort)),
            Admission::Asked => {
                Err(Failure::theirs(Fault::WrongProtocol, "our own question came back, and no answer"))
            }
        }
    }
}

async fn echo(talk: &mut Talk<&mut Stream>) -> Result<Response, Failure> {
    let message = u16::from_be_bytes(random()?);
    talk.say(&wire::echo(message)).await?;
    match talk.hear(wire::answer).await? {
        Answer::Response(response) => ours(response, message),
        Answer::Aborted(abort) => Err(refusal::aborted(abort)),
        Answer::Leaving => {
            Err(Failure::theirs(Fault::Aborted, "it ends the association instead of answering the echo"))
        }
    }
}

/// Whether it is our echo that was answered.
fn ours(response: Response, message: u16) -> Result<Response, Failure> {
    match response {
        Response { command: Some(ECHOED), answered: Some(answered), .. } if answered == message => {
            Ok(response)
        }
        Response { command: Some(ECHOED), answered: Some(answered), .. } => {
            let words = format!("it answers the message {answered}, and we asked with {message}");
            Err(Failure::theirs(Fault::UnrelatedReply, words))
        }
        Response { command: Some(ECHOED), .. } => {
            Err(Failure::theirs(Fault::Malformed, "the answer does not say what it answers"))
        }
        Response { command: Some(command), .. } => {
            let words = format!("the command {command:04x} came in place of an echo's answer");
            Err(Failure::theirs(Fault::UnrelatedReply, words))
        }
        Response { command: None, .. } => {
            Err(Failure::theirs(Fault::Malformed, "the answer does not say what it is"))
        }
    }
}

/// Takes leave in the way of the protocol, so that the far side's log stays clean.
async fn part(stream: &mut Stream) -> io::Result<()> {
    stream.write_all(wire::RELEASE).await?;
    stream.flush().await?;
    stream.read_exact(&mut [0; wire::RELEASE.len()]).await?;
    stream.shutdown().await
}

/// Reads these bytes in every way in which a reply is read.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    super::Reading::assert_steady(wire::admission, bytes);
    super::Reading::assert_steady(wire::answer, bytes);
}
