//! The kind `tcp`: does the port open, and does what listens there say the right things?

mod closed;
mod expect;
mod raw;
mod talk;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

use self::{
    expect::{Expected, Reply},
    raw::RawTcp,
};
use crate::{
    model::{Endpoint, Failure, Finding, Moment},
    probe::{
        Expectations, Looking,
        dial::{Route, Stream, tls::Tls},
        kind::Look,
    },
    raw::{BytePattern, Door, Pattern},
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Tcp {
    address: Endpoint,
    route: Route,
    tls: Option<Tls>,
    steps: Vec<Step>,
    limit: usize,
    expectations: Expectations<Expected>,
}

/// One step of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Say this.
    Send(Vec<u8>),
    /// Say this, with what the groups of the last `Line` matched in it.
    Answer(String),
    /// Wait until what came matches.
    Expect(BytePattern),
    /// Wait for a line that matches.
    Line(Line),
    /// Speak TLS from here on.
    StartTls,
}

/// A line that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    pattern: Pattern,
    /// Whether its end must have come too.
    whole: bool,
}

impl Look for Tcp {
    const NAME: &'static str = "tcp";
    type Raw = RawTcp;
    type Reply = Reply;

    fn parse(raw: RawTcp, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.address.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.route.dialled(&self.address).host.to_string().into()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        if self.must_be_closed() {
            return closed::knock(looking, &self.address, &self.route).await.map(Reply::Knocked);
        }
        let at_once = self.tls.as_ref().filter(|_| !self.steps.contains(&Step::StartTls));
        let stream = Stream::open(looking, &self.address, &self.route, at_once).await?;
        talk::walk(looking, stream, self).await
    }

    fn judge(&self, reply: &Reply, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(expect::judge(reply, &self.expectations))
    }
}

impl Tcp {
    fn must_be_closed(&self) -> bool {
        let Expectations { must, should } = &self.expectations;
        must.closed.is_some() || should.as_ref().is_some_and(|should| should.closed.is_some())
    }
}
