//! How is one step taken, and was it good?

use std::time::Duration;

use bytes::Bytes;
use hyper::{
    Method,
    header::{self, HeaderName, HeaderValue},
};
use url::form_urlencoded::Serializer;

use super::{
    Walked,
    take::Take,
    text::{Taken, Text, Writing},
};
use crate::{
    model::{Check, Failure, Fault, Finding, Moment, Ours, Weight},
    probe::{
        Expectations, Looking,
        http::{Asking, Content, Place, Reply, Template, Wanted, lacks_the_rest},
    },
};

/// One step of a journey, checked.
#[derive(Debug)]
pub(super) struct Step {
    /// What people call it.
    pub(super) name: String,
    pub(super) method: Method,
    pub(super) url: Text,
    pub(super) headers: Vec<(HeaderName, Text)>,
    pub(super) body: Body,
    /// In the order in which they are written.
    pub(super) take: Vec<(String, Take)>,
    /// A good step that takes longer is degraded.
    pub(super) slow: Option<Duration>,
    /// Whether it is taken whatever became of those before it.
    pub(super) always: bool,
    /// Whether it changes no record, however often it is asked.
    pub(super) harmless: bool,
    pub(super) expectations: Expectations<Wanted>,
}

/// What a step sends.
#[derive(Debug)]
pub(super) enum Body {
    Nothing,
    /// Text as it is written.
    Text(Text),
    /// JSON, in which what is filled in is written as JSON wants it.
    Json(Text),
    /// The fields of a form.
    Form(Vec<(String, Text)>),
}

impl Step {
    /// Takes it; what it broke, or what failed.
    pub(super) async fn walk(
        &self,
        asking: &Asking,
        looking: &mut Looking<'_>,
        walked: &mut Walked,
    ) -> Result<Vec<Finding>, Failure> {
        let began = looking.watch.elapsed();
        let place = self.place(asking, &walked.taken)?;
        let template = self.template(asking, &walked.taken)?;
        self.guard(asking, &place)?;
        let reply = asking.walk_to(&place, looking, &template, &mut walked.session).await?;
        let took = looking.watch.elapsed().saturating_sub(began);
        let mut findings = self.judge(asking, &reply, &place, looking.at)?;
        findings.extend(self.too_slow(took));
        let missed = self.take(&reply, &place, &mut walked.taken);
        if reply.body.cut && self.may_be_unread(&missed) {
            return Err(asking.unread());
        }
        findings.extend(missed);
        Ok(findings)
    }

    /// Where it goes, seen from the base.
    pub(super) fn place(&self, asking: &Asking, taken: &Taken) -> Result<Place, Failure> {
        let writing = if self.url.is_taken_whole() { Writing::Plain } else { Writing::Url };
        let url = self.url.fill(taken, writing).ok_or_else(missing)?;
        let nowhere = |why| {
            Failure::theirs(Fault::Redirect, format!("what was taken makes a URL that leads nowhere: {why}"))
        };
        if !self.url.is_taken_whole() && self.url.climbs(taken) {
            return Err(nowhere("it is a folder (`.` or `..`)".to_owned()));
        }
        asking.place.follow(url.expose()).map_err(nowhere)
    }

    /// Nothing is sent to a host that a reply named: a page may say anything.
    pub(super) fn guard(&self, asking: &Asking, place: &Place) -> Result<(), Failure> {
        if self.url.is_taken_whole() && !asking.place.is_home_to(place) && !matches!(self.body, Body::Nothing)
        {
            let words = format!("what was taken would send our request's body to {}", place.told());
            return Err(Failure::theirs(Fault::Redirect, words));
        }
        Ok(())
    }

    pub(super) fn template(&self, asking: &Asking, taken: &Taken) -> Result<Template, Failure> {
        let mut template = asking.template.clone();
        template.method = self.method.clone();
        template.credential |= self.holds_secret();
        template.repeatable = self.harmless;
        for (name, text) in &self.headers {
            let mut value =
                HeaderValue::try_from(text.fill(taken, Writing::Plain).ok_or_else(missing)?.expose())
                    .map_err(|_| {
                        Failure::theirs(Fault::Malformed, format!("what was taken fits into no {name}"))
                    })?;
            value.set_sensitive(true);
            template.headers.insert(name.clone(), value);
        }
        if let Some((kind, body)) = self.body.fill(taken)? {
            template.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
            template.body = Content(body);
        }
        Ok(template)
    }

    fn holds_secret(&self) -> bool {
        let headers = self.headers.iter().any(|(_, text)| text.holds_secret());
        headers || self.url.holds_secret() || self.body.texts().iter().any(|text| text.holds_secret())
    }

    /// Every text of which it is made.
    pub(super) fn texts(&self) -> Vec<&Text> {
        let headers = self.headers.iter().map(|(_, text)| text);
        std::iter::once(&self.url).chain(headers).chain(self.body.texts()).collect()
    }

    pub(super) fn judge(
        &self,
        asking: &Asking,
        reply: &Reply,
        place: &Place,
        at: Moment,
    ) -> Result<Vec<Finding>, Failure> {
        let status = reply.status.as_u16();
        if !self.expectations.must.expects(status) {
            asking.judge_refusal(reply)?;
        }
        let place = reply.place.as_ref().unwrap_or(place);
        let findings = self.expectations.judge(|wanted, findings| wanted.judge(reply, place, at, findings));
        if lacks_the_rest(&findings) { Err(asking.unread()) } else { Ok(findings) }
    }

    fn too_slow(&self, took: Duration) -> Option<Finding> {
        let slow = self.slow.filter(|slow| took > *slow)?;
        Some(Finding {
            check: Check::Slow,
            subject: String::new(),
            expected: format!("at most {slow:?}"),
            got: format!("{took:.1?}"),
            weight: Weight::Warn,
        })
    }

    /// Whether something that is missed may stand in the part of the body that was not read.
    fn may_be_unread(&self, missed: &[Finding]) -> bool {
        let is_missed = |name: &str| missed.iter().any(|finding| finding.subject == name);
        self.take.iter().any(|(name, take)| take.is_of_body() && is_missed(name))
    }

    /// Takes what later steps need; what is not there is broken.
    pub(super) fn take(&self, reply: &Reply, place: &Place, taken: &mut Taken) -> Vec<Finding> {
        let place = reply.place.as_ref().unwrap_or(place);
        let mut missed = Vec::new();
        for (name, take) in &self.take {
            match take.from(reply, place) {
                Some(value) => drop(taken.0.insert(name.clone(), value)),
                None => {
                    missed.push(Finding::hard(Check::Take, name, take.wanted(), "nothing of the kind"));
                }
            }
        }
        missed
    }
}

impl Body {
    /// What it is called and what is sent, if anything is.
    fn fill(&self, taken: &Taken) -> Result<Option<(&'static str, Bytes)>, Failure> {
        let fill = |text: &Text, writing| text.fill(taken, writing).ok_or_else(missing);
        let bytes = |text: &Text, writing| {
            Ok::<_, Failure>(Bytes::copy_from_slice(fill(text, writing)?.expose().as_bytes()))
        };
        Ok(match self {
            Self::Nothing => None,
            Self::Text(text) => Some(("text/plain; charset=utf-8", bytes(text, Writing::Plain)?)),
            Self::Json(text) => Some(("application/json", bytes(text, Writing::Json)?)),
            Self::Form(fields) => {
                let mut form = Serializer::new(String::new());
                for (name, text) in fields {
                    form.append_pair(name, fill(text, Writing::Plain)?.expose());
                }
                Some(("application/x-www-form-urlencoded", form.finish().into()))
            }
        })
    }

    fn texts(&self) -> Vec<&Text> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Text(text) | Self::Json(text) => vec![text],
            Self::Form(fields) => fields.iter().map(|(_, text)| text).collect(),
        }
    }
}

/// Of a step after a failure; all others were checked to need only what was taken before.
fn missing() -> Failure {
    Failure::ours(Ours::Internal, "something that it needs was not taken")
}
