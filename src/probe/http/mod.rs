//! The kind `http`: does a URL answer, and does its answer say the right things?

mod body;
mod exchange;
mod expect;
mod failure;
mod gzip;
mod place;
mod proxy;
mod raw;
mod redirect;
mod reply;
mod request;
mod stamped;
#[cfg(test)]
mod tests;
mod walk;
mod way;

use std::sync::Arc;

pub(in crate::probe) use self::exchange::http2;
pub(crate) use self::{
    exchange::{Answer, Reading, http1},
    place::Place,
    proxy::Proxy,
    raw::{OURS, ProxyUrl, RawAuth, RawProxy},
};

use schemars::JsonSchema;
use serde::Deserialize;

use self::{
    expect::{Wanted, lacks_the_rest},
    raw::RawHttp,
    reply::Reply,
    request::Template,
    way::Way,
};
use crate::{
    model::{Failure, Fault, Finding, Moment, Ours},
    probe::{Expectations, Looking, kind::Look},
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Http {
    place: Place,
    template: Template,
    way: Way,
    redirects: u8,
    limit: usize,
    refused: Refused,
    expectations: Expectations<Wanted>,
}

/// What it means that our credential was refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Refused {
    /// We do not know how the service is.
    #[default]
    Unknown,
    /// The service is down: the log-in is what is watched.
    Down,
}

impl Look for Http {
    const NAME: &'static str = "http";
    type Raw = RawHttp;
    type Reply = Reply;

    fn parse(raw: RawHttp, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.place.shown().to_owned()
    }

    fn host(&self) -> Arc<str> {
        self.way.route.dialled(&self.place.endpoint).host.to_string().into()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        self.walk(looking).await
    }

    fn judge(&self, reply: &Reply, at: Moment) -> Result<Vec<Finding>, Failure> {
        self.judge_refusal(reply)?;
        let place = reply.place.as_ref().unwrap_or(&self.place);
        let findings = self.expectations.judge(|wanted, findings| wanted.judge(reply, place, at, findings));
        if lacks_the_rest(&findings) {
            let words =
                format!("the body is larger than body_limit ({} bytes), and the rest matters", self.limit);
            return Err(Failure::theirs(Fault::TooLarge, words));
        }
        Ok(findings)
    }
}

impl Http {
    /// A service that does not let us in may let everybody else in.
    fn judge_refusal(&self, reply: &Reply) -> Result<(), Failure> {
        let status = reply.status.as_u16();
        let expected = self.expectations.must.status.as_ref().is_some_and(|wanted| wanted.contains(status));
        let refused = matches!(status, 401 | 403) && reply.credential && !expected;
        if refused && self.refused == Refused::Unknown {
            let words = format!("our credential was refused with the status {status}");
            return Err(Failure::ours(Ours::CredentialRefused, words));
        }
        Ok(())
    }
}
