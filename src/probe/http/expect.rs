//! Which expectations does a reply break? Pure.

mod glimpse;
mod header;
mod json;
mod number;
mod text;
mod time;

use std::time::Duration;

pub(super) use header::{HeaderTest, WantedHeader};
pub(in crate::probe) use json::Path;
pub(super) use json::{Test, WantedJson};
pub(super) use text::Text;
pub(in crate::probe) use time::{span, until};

use super::{place::Place, reply::Reply};
use crate::{
    model::{Check, Finding, Moment, Weight},
    probe::Findings,
    raw::{Pattern, Statuses},
};

/// What is expected of a reply, checked.
#[derive(Debug, Default)]
pub(in crate::probe) struct Wanted {
    pub(in crate::probe) status: Option<Statuses>,
    pub(super) headers: Vec<WantedHeader>,
    pub(super) body: Vec<Text>,
    pub(super) json: Vec<WantedJson>,
    pub(super) at_least: Option<u64>,
    pub(super) at_most: Option<u64>,
    pub(super) final_url: Option<WantedUrl>,
    /// One of these, if any are named.
    pub(super) http_versions: Vec<&'static str>,
    /// One of these, if any are named.
    pub(super) tls_versions: Vec<&'static str>,
    pub(super) expires_in: Option<Duration>,
}

/// What is expected of the URL that redirects lead to.
#[derive(Debug)]
pub(super) enum WantedUrl {
    Is(String),
    Matches(Pattern),
}

/// What a finding got when the answer lies in the part of the body that was not read.
const UNREAD: &str = "what was read does not tell, and the body is larger than body_limit";

/// Whether all that is broken for certain is that too little of the body was read.
pub(in crate::probe) fn lacks_the_rest(findings: &[Finding]) -> bool {
    let mut hard = findings.iter().filter(|finding| finding.weight == Weight::Fail).peekable();
    hard.peek().is_some() && hard.all(|finding| finding.got == UNREAD)
}

impl Wanted {
    /// Whether this status will do.
    pub(in crate::probe) fn expects(&self, status: u16) -> bool {
        self.status.as_ref().is_some_and(|wanted| wanted.contains(status))
    }

    /// Judges a reply that came from `place` at the wall-clock time `at`.
    pub(in crate::probe) fn judge(&self, reply: &Reply, place: &Place, at: Moment, findings: &mut Findings) {
        self.judge_status(reply, findings);
        self.headers.iter().for_each(|wanted| wanted.judge(&reply.headers, findings));
        text::judge(&self.body, reply, findings);
        json::judge(&self.json, reply, at, findings);
        self.judge_size(reply, findings);
        self.judge_url(place, findings);
        self.judge_versions(reply, findings);
        self.judge_certificates(reply, at, findings);
    }

    fn judge_status(&self, reply: &Reply, findings: &mut Findings) {
        let Some(wanted) = self.status.as_ref().filter(|wanted| !wanted.contains(reply.status.as_u16()))
        else {
            return;
        };
        let reason = reply.status.canonical_reason().unwrap_or_default();
        let got = format!("{} {reason}", reply.status.as_u16());
        findings.broken(Check::Status, "", wanted.to_string(), got.trim_end());
    }

    fn judge_size(&self, reply: &Reply, findings: &mut Findings) {
        let (size, cut) = (reply.body.bytes.len() as u64, reply.body.cut);
        let got = || if cut { UNREAD.to_owned() } else { format!("{size} bytes") };
        if let Some(least) = self.at_least.filter(|least| size < *least) {
            findings.broken(Check::Size, "", format!("at least {least} bytes"), got());
        }
        if let Some(most) = self.at_most.filter(|most| size > *most || cut) {
            let got = if size > most {
                format!("{size} bytes{}", if cut { " and more" } else { "" })
            } else {
                got()
            };
            findings.broken(Check::Size, "", format!("at most {most} bytes"), got);
        }
    }

    fn judge_url(&self, place: &Place, findings: &mut Findings) {
        let expected = match &self.final_url {
            Some(WantedUrl::Is(wanted)) if wanted != place.as_str() => wanted.clone(),
            Some(WantedUrl::Matches(wanted)) if !wanted.is_match(place.as_str()) => {
                format!("matches /{}/", wanted.as_str())
            }
            _ => return,
        };
        findings.broken(Check::FinalUrl, "", expected, place.told());
    }

    fn judge_versions(&self, reply: &Reply, findings: &mut Findings) {
        let tls = reply.tls.as_ref().map_or("no TLS", |tls| tls.version);
        for (check, wanted, got) in [
            (Check::HttpVersion, &self.http_versions, reply.version),
            (Check::TlsVersion, &self.tls_versions, tls),
        ] {
            if !wanted.is_empty() && !wanted.contains(&got) {
                findings.broken(check, "", wanted.join(" or "), got);
            }
        }
    }

    fn judge_certificates(&self, reply: &Reply, at: Moment, findings: &mut Findings) {
        let Some(wanted) = self.expires_in else { return };
        let got = match reply.tls.as_ref().map(|tls| tls.not_after) {
            None => "no TLS".to_owned(),
            Some(None) => "no certificate".to_owned(),
            Some(Some(end)) if end.since(at) < wanted => time::until(end, at),
            Some(Some(_)) => return,
        };
        findings.broken(Check::ExpiresIn, "", format!("at least {}", time::span(wanted)), got);
    }
}
