//! The kind `http`: does a URL answer, and does its answer say the right things?

mod asking;
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
pub(in crate::probe) mod tests;
mod walk;
mod way;

use std::sync::Arc;

pub(in crate::probe) use self::{
    asking::{Asking, Refused},
    exchange::http2,
    expect::{Wanted, span, until},
    raw::{RawAsking, RawJson, RawRequest, Version, bounded, list, values},
    reply::Reply,
    request::{Content, Template},
};
pub(crate) use self::{
    exchange::{Answer, Reach, http1},
    place::Place,
    proxy::Proxy,
    raw::{OURS, ProxyUrl, RawAuth, RawProxy},
};

use self::{expect::lacks_the_rest, raw::RawHttp};
use crate::{
    model::{Failure, Finding, Moment},
    probe::{Expectations, Looking, kind::Look},
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Http {
    asking: Asking,
    expectations: Expectations<Wanted>,
}

impl Look for Http {
    const NAME: &'static str = "http";
    type Raw = RawHttp;
    type Reply = Reply;

    fn parse(raw: RawHttp, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.asking.target()
    }

    fn host(&self) -> Arc<str> {
        self.asking.host()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        self.asking.walk(looking, &self.asking.template).await
    }

    fn judge(&self, reply: &Reply, at: Moment) -> Result<Vec<Finding>, Failure> {
        if !self.expects(reply) {
            self.asking.judge_refusal(reply)?;
        }
        let place = reply.place.as_ref().unwrap_or(&self.asking.place);
        let findings = self.expectations.judge(|wanted, findings| wanted.judge(reply, place, at, findings));
        if lacks_the_rest(&findings) { Err(self.asking.unread()) } else { Ok(findings) }
    }
}

impl Http {
    fn expects(&self, reply: &Reply) -> bool {
        let wanted = self.expectations.must.status.as_ref();
        wanted.is_some_and(|wanted| wanted.contains(reply.status.as_u16()))
    }
}
