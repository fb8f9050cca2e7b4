//! Is TLS spoken here as it should be, and for how long yet? The kind `tls`.

mod expect;
mod key;
mod name;
mod raw;
mod starttls;
mod trusted;
mod wire;

#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use super::{
    Expectations, Looking,
    dial::{
        Route, connect, io_failure, open,
        tls::{self, Overheard, shake, told_more},
    },
    kind::Look,
};
use crate::{
    model::{Cause, Endpoint, Failure, Fault, Finding, Moment, Ours, Phase},
    raw::Door,
};
use expect::{Admission, Reply, Wanted};
use raw::Raw;
pub(crate) use starttls::StartTls;

/// How long a server that asked for our certificate may take to refuse us for want of it. With TLS 1.3 the handshake is over
/// for us by then, and one that does not refuse us just keeps quiet.
const REFUSAL: Duration = Duration::from_secs(2);

/// How long taking leave may hold up a look that is over.
const FAREWELL: Duration = Duration::from_millis(100);

type Stream = TlsStream<Overheard<TcpStream>>;

/// Checked settings of a look at TLS.
#[derive(Debug)]
pub(super) struct Tls {
    address: Endpoint,
    host: Arc<str>,
    route: Route,
    terms: tls::Tls,
    starttls: Option<StartTls>,
    expectations: Expectations<Wanted>,
}

impl Look for Tls {
    const NAME: &'static str = "tls";
    type Raw = Raw;
    type Reply = Reply;

    fn parse(raw: Raw, door: &mut Door<'_>) -> Option<Self> {
        raw.check(door)
    }

    fn target(&self) -> String {
        self.address.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.host.clone()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        let stream = self.connect(looking).await?;
        let shaken = shake(looking, stream, &self.terms, &self.address.host).await;
        let admission = match shaken.stream {
            Ok(stream) => self.enter(looking, stream, shaken.asked).await,
            // With TLS 1.2 we are refused in the handshake, of which the chain is known by then.
            Err(failure) if self.must_refuse() && shaken.asked && is_refusal(&failure) => Admission::Refused,
            Err(failure) => return Err(self.told_more(looking, failure).await),
        };
        let facts = looking.details.tls.as_deref().cloned().unwrap_or_default();
        Ok(Reply { facts, trust: shaken.trust, admission })
    }

    fn judge(&self, reply: &Reply, at: Moment) -> Result<Vec<Finding>, Failure> {
        if self.expectations.must.trusted == Some(true) {
            reply.trust.clone()?;
        }
        Ok(self.expectations.judge(|wanted, findings| {
            wanted.judge_trust(reply, findings);
            wanted.judge(reply, at, findings);
        }))
    }
}

impl Tls {
    /// A connection on which TLS may begin.
    async fn connect(&self, looking: &mut Looking<'_>) -> Result<TcpStream, Failure> {
        let mut stream = connect(looking, &self.address, &self.route).await?;
        looking.watch.enter(Phase::Tls);
        self.agree(&mut stream).await?;
        Ok(stream)
    }

    async fn agree(&self, stream: &mut TcpStream) -> Result<(), Failure> {
        match self.starttls {
            Some(starttls) => starttls.agree(stream).await,
            None => Ok(()),
        }
    }

    async fn told_more(&self, looking: &mut Looking<'_>, failure: Failure) -> Failure {
        told_more(looking, failure, &self.terms, &self.address.host, |peer| self.again(peer)).await
    }

    async fn again(&self, peer: SocketAddr) -> Result<TcpStream, Failure> {
        let mut stream = open(peer, &self.route).await?;
        self.agree(&mut stream).await?;
        Ok(stream)
    }

    fn must_refuse(&self) -> bool {
        let Expectations { must, should } = &self.expectations;
        must.refuses || should.as_ref().is_some_and(|should| should.refuses)
    }

    /// What the server makes of us once the handshake is over.
    async fn enter(&self, looking: &Looking<'_>, mut stream: Stream, asked: bool) -> Admission {
        let admission = match asked {
            false => Admission::Free,
            true if self.must_refuse() => refusal(looking, &mut stream).await,
            true => Admission::Waived,
        };
        if admission != Admission::Refused {
            let _ = timeout(FAREWELL, self.part(stream)).await;
        }
        admission
    }

    async fn part(&self, mut stream: Stream) -> std::io::Result<()> {
        stream.write_all(self.starttls.map_or(b"", StartTls::farewell)).await?;
        stream.shutdown().await
    }
}

/// With TLS 1.3 a server refuses us after the handshake, if it does.
async fn refusal(looking: &Looking<'_>, stream: &mut Stream) -> Admission {
    looking.watch.enter(Phase::Wait);
    match timeout(REFUSAL.min(looking.remaining() / 2), stream.read(&mut [0; 1])).await {
        Ok(Ok(0)) => Admission::Refused,
        Ok(Err(error)) if is_refusal(&io_failure(Phase::Wait, &error)) => Admission::Refused,
        _ => Admission::Waived,
    }
}

/// An alert, or a connection closed in our face.
fn is_refusal(failure: &Failure) -> bool {
    matches!(
        failure.cause,
        Cause::Theirs(
            Fault::ClientCertificate | Fault::TlsHandshake | Fault::Closed | Fault::Truncated | Fault::Reset
        ) | Cause::Ours(Ours::CredentialRefused)
    )
}

/// Reads these bytes in every way in which a reply is read.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    super::Reading::assert_steady(wire::imap_line, bytes);
    super::Reading::assert_steady(wire::postgres_answer, bytes);
}
