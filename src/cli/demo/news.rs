//! What became of an incident, in a line?

use jiff::tz::TimeZone;

use super::screen::{TOLD, cut};
use crate::{
    cli::words,
    entry::{Entry, IncidentNews, IncidentTurn},
    model::{Incident, IncidentKind, Run, Suspect},
    serve::board::Standing,
};

/// What the entry says of an incident; `None` where it says nothing new.
pub(super) fn line(entry: &Entry, standing: &Standing, zone: &TimeZone) -> Option<String> {
    let Entry::Incident(news) = entry else { return None };
    let IncidentNews { at, what, incident } = &**news;
    let (sign, word, told) = match what {
        IncidentTurn::Opened => ("▶", "opened", began(incident, standing, zone)),
        IncidentTurn::Reopened => ("▶", "reopened", format!(" again{}", began(incident, standing, zone))),
        IncidentTurn::Closed => {
            ("■", "closed", format!(" lasted {}{}", words::length(incident, *at), runs(incident)))
        }
        IncidentTurn::Withdrawn => ("□", "withdrawn", ": it was part of something worse".into()),
        IncidentTurn::Revised => return None,
    };
    let (title, kind) = (standing.title(&incident.service), kind(incident.kind));
    Some(format!("{sign} {word:<9} {title}: {kind}{told}"))
}

/// Since when, what showed it, and whom it may be owed to.
fn began(incident: &Incident, standing: &Standing, zone: &TimeZone) -> String {
    let since = incident.runs.last().map_or_else(String::new, |run| since(run, zone));
    let cause = incident.cause.as_ref();
    let cause = cause.map_or_else(String::new, |cause| format!(": {}: {}", cause.probe.probe, cause.words));
    let told = |one: &Suspect| (standing.title(&one.service).to_owned(), words::clock(one.since, zone));
    format!("{since}{}{}", cut(&cause, TOLD), words::suspects(&incident.suspects, told))
}

fn since(run: &Run, zone: &TimeZone) -> String {
    let before = run.after.map_or_else(
        || "nobody had looked before".into(),
        |after| format!("the look before it {}", words::clock(after, zone)),
    );
    format!(" since {}, {before}", words::clock(run.since, zone))
}

fn runs(incident: &Incident) -> String {
    match incident.runs.len() {
        0 | 1 => String::new(),
        several => format!(", in {several} runs"),
    }
}

fn kind(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Outage => "outage",
        IncidentKind::Partial => "partial outage",
        IncidentKind::Degradation => "degradation",
        IncidentKind::LossOfRedundancy => "loss of redundancy",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        cli::demo::board::Board,
        config,
        model::{Blame, Evidence, Moment, ProbeId},
        raw::Given,
    };

    const AT: Moment = Moment::from_ms(1_790_000_000_000);

    fn after(seconds: u64) -> Moment {
        AT + Duration::from_secs(seconds)
    }

    fn run(since: u64, until: Option<u64>) -> Run {
        let last = until.map(|until| after(until - 4));
        let (since, after, until) = (after(since), Some(after(since - 4)), until.map(after));
        Run { since, after, until, last, unseen_ms: 0, blind: None }
    }

    fn told(what: IncidentTurn, runs: Vec<Run>) -> Option<String> {
        let text = "site: here\nservices:\n  epr: {title: Patient record, probes: {page: {tcp: {address: 'a:1'}}}}\n  \
                    names: {title: Name server, probes: {a: {tcp: {address: 'b:1'}}}}\n";
        let board = Board::new(&config::load_text("probes.yaml", text, &Given::default()).unwrap());
        let standing = board.standing(AT);
        let probe = ProbeId::new("epr".parse().unwrap(), "page".parse().unwrap());
        let words = "connection_refused in connect: a:1: connection refused".into();
        let incident = Incident {
            id: "epr-outage-20260921t141324z".parse().unwrap(),
            service: "epr".parse().unwrap(),
            kind: IncidentKind::Outage,
            episode: "epr-outage-20260921t141324z".parse().unwrap(),
            runs,
            cause: Some(Evidence { probe, fault: "connection_refused".into(), words }),
            suspects: vec![Suspect { service: "names".parse().unwrap(), since: AT }],
            blame: Blame::Own,
        };
        let news = IncidentNews { at: after(60), what, incident };
        line(&Entry::Incident(Box::new(news)), &standing, &TimeZone::UTC)
    }

    #[test]
    fn an_incident_is_told_from_its_beginning_to_its_end() {
        let story = [
            told(IncidentTurn::Opened, vec![run(4, None)]),
            told(IncidentTurn::Revised, vec![run(4, None)]),
            told(IncidentTurn::Closed, vec![run(4, Some(20))]),
            told(IncidentTurn::Reopened, vec![run(4, Some(20)), run(40, None)]),
            told(IncidentTurn::Closed, vec![run(4, Some(20)), run(40, Some(50))]),
            told(IncidentTurn::Withdrawn, Vec::new()),
        ];
        let story: Vec<String> = story.into_iter().flatten().collect();
        insta::assert_snapshot!(story.join("\n"));
    }
}
