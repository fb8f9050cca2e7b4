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
mod way;

use std::{cell::OnceCell, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;

use self::{
    exchange::{Answer, Reading, http1, http2},
    expect::{Wanted, lacks_the_rest},
    place::Place,
    raw::RawHttp,
    redirect::{Trail, is_redirect},
    reply::{Reply, Session},
    request::{Errand, Template},
    way::Way,
};
use crate::{
    model::{Cause, Failure, Fault, Finding, Host, Moment, Ours, Phase},
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
        let mut errand = self.template.errand(&self.place);
        let mut trail = Trail::new(self.redirects);
        loop {
            let answer = self.ask(looking, &errand).await?;
            if self.redirects == 0 || !is_redirect(answer.status) {
                return self.reply(looking, errand, answer);
            }
            errand =
                trail.next(&errand, &self.place, self.template.credential, answer.status, &answer.headers)?;
            looking.details.redirects += 1;
            looking.watch.next_hop(first_phase(&errand));
        }
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
    async fn ask(&self, looking: &mut Looking<'_>, errand: &Errand<'_>) -> Result<Answer, Failure> {
        let reading = Reading { limit: self.limit, follow: self.redirects > 0 };
        let opened = self.way.open(looking, &self.place, errand).await;
        let stream = opened.map_err(|failure| self.of_certificate(failure, looking, errand))?;
        let answer = if self.way.is_http2(&stream) {
            http2(looking, stream, self.template.http2(errand), reading).await
        } else {
            http1(looking, stream, self.template.http1(errand), reading).await
        };
        answer.map_err(|failure| self.of_certificate(failure, looking, errand))
    }

    /// What a failure has to do with a certificate of ours: with TLS 1.3 a server that wants one may just hang up on the
    /// request that comes without it; and one that refuses ours may be what is watched.
    fn of_certificate(&self, failure: Failure, looking: &Looking<'_>, errand: &Errand<'_>) -> Failure {
        let asked = looking.details.tls.as_ref().is_some_and(|tls| tls.asked_for_certificate);
        let withheld = errand.place.is_secure() && asked && !self.way.shows_certificate(errand);
        match failure.cause {
            Cause::Theirs(Fault::Closed | Fault::Reset) if withheld => Failure::theirs(
                Fault::ClientCertificate,
                format!("it asked for a certificate of ours and hung up on us: {}", failure.words),
            ),
            // In `connect` it is the proxy that refuses us.
            Cause::Ours(Ours::CredentialRefused)
                if self.refused == Refused::Down && looking.watch.phase() > Phase::Connect =>
            {
                Failure { cause: Cause::Theirs(Fault::ClientCertificate), ..failure }
            }
            _ => failure,
        }
    }

    fn reply(&self, looking: &Looking<'_>, errand: Errand<'_>, answer: Answer) -> Result<Reply, Failure> {
        let tls = looking.details.tls.as_deref().filter(|_| errand.place.is_secure());
        Ok(Reply {
            status: answer.status,
            version: answer.version,
            body: gzip::unpack(&answer.headers, answer.body, self.limit)?,
            headers: answer.headers,
            tls: tls.map(Session::from),
            credential: self.template.credential && errand.home,
            place: (looking.details.redirects > 0).then(|| errand.place.into_owned()),
            json: OnceCell::new(),
        })
    }

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

fn first_phase(errand: &Errand<'_>) -> Phase {
    match errand.place.endpoint.host {
        Host::Name(_) => Phase::Resolve,
        Host::Ip(_) => Phase::Connect,
    }
}
