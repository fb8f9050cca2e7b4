//! How is a URL walked to: the request, and every redirect that its replies send us on?

use std::cell::OnceCell;

use super::{
    asking::{Asking, Refused},
    exchange::{Answer, Http1, Http2, Link, Reach},
    gzip,
    place::Place,
    redirect::{Trail, is_redirect},
    reply::{Reply, Security},
    request::{Errand, Template},
    session::Session,
};
use crate::{
    model::{Cause, Failure, Fault, Host, Ours, Phase},
    probe::Looking,
};

impl Asking {
    /// The reply at the end of the way, asked for as `template` says, by a look that asks nothing else.
    pub(in crate::probe) async fn walk(
        &self,
        looking: &mut Looking<'_>,
        template: &Template,
    ) -> Result<Reply, Failure> {
        self.walk_to(&self.place, looking, template, &mut Session::default()).await
    }

    /// The reply at the end of the way that begins at `place`, asked for as `template` says within a session.
    pub(in crate::probe) async fn walk_to(
        &self,
        place: &Place,
        looking: &mut Looking<'_>,
        template: &Template,
        session: &mut Session,
    ) -> Result<Reply, Failure> {
        let mut errand = template.errand(place, self.place.is_home_to(place));
        let mut trail = Trail::new(self.redirects);
        let before = looking.details.redirects;
        loop {
            let asked = self.ask(looking, template, &mut errand, session).await;
            let redirects = looking.details.redirects - before;
            let answer = asked.map_err(|failure| of_hop(failure, redirects, &errand))?;
            if self.redirects == 0 || !is_redirect(answer.status) {
                return self.reply(looking, template.credential, errand, answer);
            }
            errand = trail.next(&errand, &self.place, template.credential, &answer, session)?;
            within_the_fence(looking, &errand)?;
            looking.details.redirects = looking.details.redirects.saturating_add(1);
            // In a session all that belongs to one step is told as one.
            if !session.lasts() {
                looking.watch.next_hop(first_phase(&errand.place));
            }
        }
    }

    /// The reply of another place, which the first one named: an exchange of its own, by which no redirect is followed.
    pub(in crate::probe) async fn walk_on(
        &self,
        looking: &mut Looking<'_>,
        place: &Place,
    ) -> Result<Reply, Failure> {
        looking.watch.next_hop(first_phase(place));
        let mut errand = self.template.errand(place, self.place.is_home_to(place));
        let answer = self.ask(looking, &self.template, &mut errand, &mut Session::default()).await?;
        self.reply(looking, self.template.credential, errand, answer)
    }

    async fn ask(
        &self,
        looking: &mut Looking<'_>,
        template: &Template,
        errand: &mut Errand<'_>,
        session: &mut Session,
    ) -> Result<Answer, Failure> {
        (errand.kept, errand.cookies) = (session.lasts(), session.cookies(&errand.place));
        // What is left unread of a redirect would cost the connection.
        let reach = Reach { limit: self.limit, follow: self.redirects > 0 && !session.lasts() };
        if let Some(mut link) = session.link(errand).await {
            let answer = link.ask(looking, template, errand, reach).await;
            match answer {
                Err(failure) if template.repeatable && was_given_up(&failure, looking) => {}
                answer => return self.kept(looking, errand, session, link, answer),
            }
        }
        let mut link = self.connect(looking, errand).await?;
        looking.note(|besides| besides.secured = errand.place.is_secure());
        let answer = link.ask(looking, template, errand, reach).await;
        self.kept(looking, errand, session, link, answer)
    }

    /// An answer; its cookies and its connection are kept for the next.
    fn kept(
        &self,
        looking: &Looking<'_>,
        errand: &Errand<'_>,
        session: &mut Session,
        link: Link,
        answer: Result<Answer, Failure>,
    ) -> Result<Answer, Failure> {
        let answer = answer.map_err(|failure| self.of_certificate(failure, looking, errand))?;
        session.keep(errand, link, &answer, looking.at);
        Ok(answer)
    }

    async fn connect(&self, looking: &mut Looking<'_>, errand: &Errand<'_>) -> Result<Link, Failure> {
        let opened = self.way.open(looking, &self.place, errand).await;
        let stream = opened.map_err(|failure| self.of_certificate(failure, looking, errand))?;
        Ok(if self.way.is_http2(&stream) {
            Link::Two(Http2::open(looking, stream).await?)
        } else {
            Link::One(Http1::open(looking, stream).await?)
        })
    }

    /// What a failure has to do with a certificate of ours: with TLS 1.3 a server that wants one may just hang up on the
    /// request that comes without it; and one that refuses ours may be what is watched.
    fn of_certificate(&self, failure: Failure, looking: &Looking<'_>, errand: &Errand<'_>) -> Failure {
        let phase = looking.watch.phase();
        let asked = looking.details.tls.as_ref().is_some_and(|tls| tls.asked_for_certificate);
        let secured = errand.place.is_secure() && phase > Phase::Tls;
        let withheld = secured && asked && !self.way.shows_certificate(errand);
        match failure.cause {
            Cause::Theirs(Fault::Closed | Fault::Reset) if withheld => Failure::theirs(
                Fault::ClientCertificate,
                format!("it asked for a certificate of ours and hung up on us: {}", failure.words),
            ),
            // In `connect` it is the proxy that refuses us.
            Cause::Ours(Ours::CredentialRefused)
                if self.refused == Refused::Down && phase > Phase::Connect =>
            {
                Failure { cause: Cause::Theirs(Fault::ClientCertificate), ..failure }
            }
            _ => failure,
        }
    }

    fn reply(
        &self,
        looking: &mut Looking<'_>,
        credential: bool,
        errand: Errand<'_>,
        answer: Answer,
    ) -> Result<Reply, Failure> {
        let body = gzip::unpack(&answer.headers, answer.body, self.limit)?;
        looking.note(|besides| besides.body_length = Some(body.bytes.len() as u64));
        let tls = looking.details.tls.as_deref().filter(|_| errand.place.is_secure());
        Ok(Reply {
            status: answer.status,
            version: answer.version,
            body,
            headers: answer.headers,
            tls: tls.map(Security::from),
            credential: credential && errand.home,
            place: (looking.details.redirects > 0).then(|| errand.place.into_owned()),
            json: OnceCell::new(),
        })
    }
}

/// Whether a connection that stood was ended by the far side before it answered anything, as servers do with one that they kept
/// for long enough: what was asked may be asked again on another.
fn was_given_up(failure: &Failure, looking: &Looking<'_>) -> bool {
    let ended = matches!(failure.cause, Cause::Theirs(Fault::Closed | Fault::Reset));
    ended && looking.watch.phase() < Phase::Receive
}

/// Whoever let us look at one host let us look at no other.
fn within_the_fence(looking: &Looking<'_>, errand: &Errand<'_>) -> Result<(), Failure> {
    if looking.may_go_to(&errand.place) {
        return Ok(());
    }
    let words = format!("the redirect to {} leads to where we may not look", errand.place.told());
    Err(Failure::theirs(Fault::Redirect, words))
}

/// A failure, and where redirects had led when it was met.
fn of_hop(failure: Failure, redirects: u8, errand: &Errand<'_>) -> Failure {
    if redirects == 0 {
        return failure;
    }
    Failure { words: format!("{}, where redirects led: {}", errand.place.told(), failure.words), ..failure }
}

fn first_phase(place: &Place) -> Phase {
    match place.endpoint.host {
        Host::Name(_) => Phase::Resolve,
        Host::Ip(_) => Phase::Connect,
    }
}
