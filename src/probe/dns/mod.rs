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

use std::sync::{Arc, LazyLock};

use rustls::crypto::{SecureRandom, aws_lc_rs};

use self::{expect::Expected, https::Https, raw::RawDns, reply::Reply, udp::Came, wire::Question};
use crate::{
    model::{DnsFacts, Endpoint, Failure, Finding, Host, Moment, Ours, Phase},
    probe::{
        Expectations, Looking,
        dial::{Route, tls::Tls},
        kind::Look,
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
        let id = random_id()?;
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

/// A number that nobody can guess, so that nobody can answer in the server's place.
fn random_id() -> Result<u16, Failure> {
    static SOURCE: LazyLock<&'static dyn SecureRandom> =
        LazyLock::new(|| aws_lc_rs::default_provider().secure_random);
    let mut id = [0; 2];
    match SOURCE.fill(&mut id) {
        Ok(()) => Ok(u16::from_be_bytes(id)),
        Err(_) => Err(Failure::ours(Ours::Internal, "this machine gives no random numbers")),
    }
}
