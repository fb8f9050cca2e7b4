//! Does a URL answer as it should? The kind `http`.

mod body;
mod exchange;
mod expect;
mod failure;
mod place;
mod raw;
mod reply;
mod request;
mod stamped;

use std::sync::Arc;

use super::{
    Expectations, Looking,
    dial::{
        Route, connect,
        tls::{Tls, handshake},
    },
    kind::Look,
};
use crate::{
    model::{Failure, Finding, Moment},
    raw::Door,
};
use exchange::{Answer, http1};
use expect::Wanted;
use place::Place;
use raw::Raw;
use reply::Reply;
use request::Template;

/// Checked settings of a look over HTTP.
#[derive(Debug)]
pub(super) struct Http {
    place: Place,
    template: Template,
    tls: Option<Tls>,
    route: Route,
    expectations: Expectations<Wanted>,
}

/// How much of a body is read, in bytes.
const BODY_LIMIT: usize = 1 << 20;

impl Look for Http {
    const NAME: &'static str = "http";
    type Raw = Raw;
    type Reply = Reply;

    fn parse(raw: Raw, door: &mut Door<'_>) -> Option<Self> {
        raw.check(door)
    }

    fn target(&self) -> String {
        self.place.shown().to_owned()
    }

    fn host(&self) -> Arc<str> {
        self.route.dialled(&self.place.endpoint).host.to_string().into()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        let answer = self.ask(looking, &self.place).await?;
        Ok(Reply { status: answer.status.as_u16(), body: answer.body })
    }

    fn judge(&self, reply: &Reply, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(self.expectations.judge(|wanted, findings| wanted.judge(reply, findings)))
    }
}

impl Http {
    async fn ask(&self, looking: &mut Looking<'_>, place: &Place) -> Result<Answer, Failure> {
        let stream = connect(looking, &place.endpoint, &self.route).await?;
        let request = self.template.http1(place);
        let Some(tls) = self.tls.as_ref().filter(|_| place.is_secure()) else {
            return http1(looking, stream, request, BODY_LIMIT).await;
        };
        let secured = handshake(looking, stream, tls, &place.endpoint.host).await?;
        secured.trust?;
        http1(looking, secured.stream, request, BODY_LIMIT).await
    }
}

#[cfg(test)]
mod tests;
