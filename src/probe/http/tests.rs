//! Does a look over HTTP see what is there?

mod credentials;
mod expectations;
mod faults;
mod http2;
mod looks;
mod proxies;
mod redirects;
mod secure;
pub(in crate::probe) mod server;
mod settings;

use std::time::Duration;

use super::Http;
use crate::{
    model::{Fault, Finding, Moment, Ours, Outcome, Phase, Reason, Seen},
    probe::{Agent, Ask, kind::Look as _, looking::look_as},
    raw::Given,
};
use server::{Server, server};

/// When every look of these tests is taken: 2026-09-21T14:13:20Z.
pub(in crate::probe) const NOW: Moment = Moment::from_ms(1_790_000_000_000);

/// The settings `text` below the key `http`.
fn http(text: &str) -> Http {
    given(&Given::default(), text)
}

fn given(given: &Given, text: &str) -> Http {
    given.check(text, Http::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Looks by the settings `text`, with `{at}` in place of the server's host and port.
async fn seen(text: &str, server: &Server) -> Seen {
    look(&http(&text.replace("{at}", &server.at))).await
}

async fn look(http: &Http) -> Seen {
    look_for(Duration::from_secs(5), http).await
}

async fn look_for(timeout: Duration, http: &Http) -> Seen {
    let ask = Ask { timeout, slow: None, at: NOW };
    let seen = look_as(http, ask, &Agent::new(&[]).unwrap(), None).await.0;
    let spans = seen.timeline.spans();
    assert!(spans.windows(2).all(|pair| pair[0].ended == pair[1].began), "{spans:?}");
    assert!(
        spans.windows(2).all(|pair| (pair[0].hop, pair[0].phase) < (pair[1].hop, pair[1].phase)),
        "{spans:?}"
    );
    seen
}

pub(in crate::probe) fn phases(seen: &Seen) -> Vec<Phase> {
    seen.timeline.spans().iter().map(|span| span.phase).collect()
}

pub(in crate::probe) fn fault(seen: &Seen) -> Fault {
    match &seen.outcome {
        Outcome::Down(Reason::Fault { fault, .. }) => *fault,
        other => panic!("{other:?}"),
    }
}

pub(in crate::probe) fn words(seen: &Seen) -> &str {
    match &seen.outcome {
        Outcome::Down(Reason::Fault { words, .. }) | Outcome::Unknown { words, .. } => words,
        other => panic!("{other:?}"),
    }
}

pub(in crate::probe) fn ours(seen: &Seen) -> Ours {
    match &seen.outcome {
        Outcome::Unknown { ours, .. } => *ours,
        other => panic!("{other:?}"),
    }
}

/// What was found, a line each.
pub(in crate::probe) fn told(findings: &[Finding]) -> Vec<String> {
    let told = |finding: &Finding| {
        let Finding { check, subject, expected, got, .. } = finding;
        format!("{} {subject}: {expected} | {got}", check.label()).replace(" : ", ": ")
    };
    findings.iter().map(told).collect()
}
