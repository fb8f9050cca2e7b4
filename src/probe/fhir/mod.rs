//! The kind `fhir`: does a FHIR server say what it is, and answer from its database and its index?

mod expect;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod members;
mod raw;
mod resource;
mod said;
#[cfg(test)]
mod tests;

#[cfg(any(test, fuzzing))]
pub(super) use fuzzing::fuzz;

use std::sync::Arc;

use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};

use self::{
    expect::{Expected, Question},
    raw::RawFhir,
};
use super::{
    Expectations, Looking,
    http::{Asking, Reply, Template},
    kind::Look,
    patience::Patience,
    random,
    token::Token,
};
use crate::{
    model::{Failure, Finding, Moment},
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Fhir {
    asking: Asking,
    question: Question,
    token: Option<Token>,
    patience: Patience,
    expectations: Expectations<Expected>,
}

impl Look for Fhir {
    const NAME: &'static str = "fhir";
    const CLINICAL: bool = true;
    type Raw = RawFhir;
    type Reply = Reply;

    fn parse(raw: RawFhir, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.asking.target()
    }

    fn host(&self) -> Arc<str> {
        self.asking.host()
    }

    fn steps(&self) -> Vec<String> {
        let names = |_: &Token| ["token", self.question.name()].map(str::to_owned).into();
        self.token.as_ref().map(names).unwrap_or_default()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        self.patience.allows(looking.at)?;
        let reply = self.ask(looking).await?;
        self.patience.heed(reply.status, &reply.headers, looking.at)?;
        Ok(reply)
    }

    fn judge(&self, reply: &Reply, at: Moment) -> Result<Vec<Finding>, Failure> {
        self.asking.judge_refusal(reply)?;
        if reply.body.cut && reply.status == StatusCode::OK {
            return Err(self.asking.unread());
        }
        let body = match self.question.answer(reply)? {
            Ok(body) => body,
            Err(finding) => return Ok(vec![finding]),
        };
        let place = reply.place.as_ref().unwrap_or(&self.asking.place);
        let mut found = self.question.lacks(&body);
        found.extend(self.expectations.judge(|expected, findings| {
            expected.judge(&body, reply, place, at, findings);
        }));
        Ok(found)
    }
}

impl Fhir {
    /// Asks with a token, if one is needed: fetching it is a step of its own. One that was held and is refused is fetched anew, once.
    async fn ask(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        let mut template = self.template()?;
        let Some(token) = &self.token else { return self.asking.walk(looking, &template).await };
        loop {
            looking.watch.next_step(0);
            let bearer = token.bearer(looking).await?;
            looking.watch.next_step(1);
            template.headers.insert(header::AUTHORIZATION, bearer.authorization);
            let reply = self.asking.walk(looking, &template).await?;
            if bearer.fresh || reply.status != StatusCode::UNAUTHORIZED {
                return Ok(reply);
            }
            token.forget().await;
        }
    }

    /// The request, with an id of its own by which it can be found in their log.
    fn template(&self) -> Result<Template, Failure> {
        let mut template = self.asking.template.clone();
        template.credential |= self.token.is_some();
        let id = uuid(random()?);
        if let Ok(id) = HeaderValue::try_from(id) {
            template.headers.entry(REQUEST_ID).or_insert(id);
        }
        Ok(template)
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A random UUID (RFC 9562, version 4).
fn uuid(bytes: [u8; 16]) -> String {
    let bits = u128::from_be_bytes(bytes) & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
