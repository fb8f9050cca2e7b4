//! The kind `http`: does a URL answer, and does its answer say the right things?

mod asking;
mod body;
mod exchange;
mod expect;
mod failure;
#[cfg(any(test, fuzzing))]
pub(in crate::probe) mod fuzzing;
mod gzip;
mod jar;
mod place;
mod proxy;
mod raw;
mod redirect;
mod reply;
mod request;
mod session;
mod stamped;
#[cfg(test)]
pub(in crate::probe) mod tests;
mod walk;
mod way;

use std::sync::Arc;

pub(in crate::probe) use self::{
    asking::{Asking, Refused},
    exchange::http2,
    expect::{Path, Wanted, lacks_the_rest, span, until},
    raw::{Expected, RawAsking, RawExpect, RawJson, RawMethod, RawWay, header_name, values, wanted},
    reply::Reply,
    request::{Content, Template},
    session::Session,
};
pub(crate) use self::{
    exchange::{Answer, Reach, http1},
    place::Place,
    proxy::Proxy,
    raw::{OURS, ProxyUrl, RawAuth, RawProxy},
};

use self::raw::RawHttp;
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
        if !self.expectations.must.expects(reply.status.as_u16()) {
            self.asking.judge_refusal(reply)?;
        }
        let place = reply.place.as_ref().unwrap_or(&self.asking.place);
        let findings = self.expectations.judge(|wanted, findings| wanted.judge(reply, place, at, findings));
        if lacks_the_rest(&findings) { Err(self.asking.unread()) } else { Ok(findings) }
    }
}
