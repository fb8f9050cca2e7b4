//! The kind `dns`: does this server answer this question, and rightly?

mod expect;
mod https;
mod raw;
mod record;
mod reply;
mod stream;
#[cfg(test)]
mod tests;
mod udp;
mod wire;

use std::sync::Arc;

use self::{expect::Expected, https::Https, raw::RawDns, reply::Reply, udp::Came, wire::Question};
use crate::{
    model::{DnsFacts, Endpoint, Failure, Finding, Host, Moment, Phase},
    probe::{
        Expectations, Looking,
        dial::{Route, tls::Tls},
        kind::Look,
        random,
    },
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Dns {
    server: Endpoint,
    route: Route,
    transport: Transport,
    question: Question,
    /// The largest reply that we take over UDP, in bytes.
    most: u16,
    expectations: Expectations<Expected>,
}

/// How the question travels.
#[derive(Debug)]
enum Transport {
    Udp,
    Tcp,
    Tls(Tls),
    Https(Box<Https>),
}

impl Look for Dns {
    const NAME: &'static str = "dns";
    type Raw = RawDns;
    type Reply = Reply;

    fn parse(raw: RawDns, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        let Question { name, kind, .. } = &self.question;
        format!("{} {} at {}", record::shown_name(name), kind.record_type(), self.server)
    }

    fn host(&self) -> Arc<str> {
        self.server.host.to_string().into()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        let id = u16::from_be_bytes(random()?);
        let (reply, over_tcp) = match &self.transport {
            Transport::Udp => match udp::ask(looking, self, id).await? {
                Came::Reply(reply) => (reply, false),
                Came::Truncated(peer) => {
                    looking.watch.next_hop(Phase::Connect);
                    looking.details.dns = Some(Box::new(DnsFacts { over_tcp: true, ..DnsFacts::default() }));
                    let peer = Endpoint { host: Host::Ip(peer.ip()), port: peer.port() };
                    (stream::ask(looking, self, &peer, None, id).await?, true)
                }
            },
            Transport::Tcp => (stream::ask(looking, self, &self.server, None, id).await?, false),
            Transport::Tls(tls) => (stream::ask(looking, self, &self.server, Some(tls), id).await?, false),
            Transport::Https(https) => (https::ask(looking, self, https).await?, false),
        };
        looking.details.dns = Some(Box::new(reply.facts(over_tcp)));
        looking.note(|besides| besides.records = Some(reply.written()));
        Ok(reply)
    }

    fn judge(&self, reply: &Reply, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(self.expectations.judge(|expected, findings| expected.judge(reply, findings)))
    }
}
