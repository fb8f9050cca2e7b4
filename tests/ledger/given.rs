//! Entries to be remembered.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use wardround::{
    entry::{Entry, Gap, GapReason, IncidentNews, IncidentTurn, MaintenanceNews, MaintenanceTurn, Told},
    ledger::{Ledger, Seq, Whose},
    model::{
        Blame, By, Cadence, Check, Deed, Details, Fault, Finding, Incident, IncidentKind, Maintenance,
        Moment, Note, Observation, Ours, Outcome, Outline, Period, Phase, ProbeId, Reason, Run, Seen,
        ServiceState, ServiceTransition, Slug, State, Timeline, TlsFacts, Transition, Weight, When, Why,
    },
};

pub(super) fn at(ms: i64) -> Moment {
    Moment::from_ms(ms)
}

pub(super) fn period(from: i64, until: i64) -> Period {
    Period::new(at(from), at(until))
}

pub(super) const ALWAYS: (i64, i64) = (i64::MIN / 2, i64::MAX / 2);

pub(super) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

pub(super) fn probe(text: &str) -> ProbeId {
    let (service, probe) = text.split_once('/').unwrap();
    ProbeId::new(slug(service), slug(probe))
}

/// A look that began at `began` and found `outcome`.
pub(super) fn look(id: &str, began: i64, outcome: Outcome) -> Observation {
    let us = Duration::from_micros;
    let mut timeline = Timeline::default();
    timeline.enter(Phase::Resolve, 0, us(0));
    timeline.enter(Phase::Connect, 0, us(700));
    timeline.enter(Phase::Wait, 0, us(1_900));
    timeline.end(us(42_123));
    let details = Details { http_status: Some(200), ..Details::default() };
    Observation {
        probe: probe(id),
        why: Why::Due,
        due: at(began - 2),
        began: at(began),
        ended: at(began + 42),
        late: us(2_345),
        cadence: Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap(),
        seen: Seen { timeline, outcome, details },
    }
}

/// One outcome of each kind, and then some.
pub(super) fn outcome(which: u8) -> Outcome {
    let words = || "half a \"reply\"\n, és".to_owned();
    match which % 6 {
        0 | 1 => Outcome::Up,
        2 => Outcome::Degraded(vec![finding(Weight::Warn)]),
        3 => Outcome::Down(Reason::Fault { fault: Fault::Timeout(Phase::Wait), words: words() }),
        4 => Outcome::Down(Reason::Findings(vec![finding(Weight::Fail), finding(Weight::Warn)])),
        _ => Outcome::Unknown { ours: Ours::Stalled, words: words() },
    }
}

fn finding(weight: Weight) -> Finding {
    let text = |text: &str| text.to_owned();
    Finding { check: Check::Header, subject: text("server"), expected: text("a"), got: text("=b"), weight }
}

/// The same look, with all that can be seen on the way.
pub(super) fn detailed(look: Observation) -> Observation {
    let tls = TlsFacts {
        version: Some("TLS 1.3"),
        distrust: Some(Fault::CertificateExpired),
        ..TlsFacts::default()
    };
    let details = Details {
        peer: Some("[2001:db8::1]:443".parse().unwrap()),
        http_version: Some("HTTP/2"),
        redirects: 3,
        body_bytes: Some(70_000),
        tls: Some(Box::new(tls)),
        ..look.seen.details
    };
    Observation { seen: Seen { details, ..look.seen }, ..look }
}

pub(super) fn observed(look: Observation) -> Entry {
    Entry::Observed(Box::new(look))
}

pub(super) fn up(id: &str, began: i64) -> Entry {
    observed(look(id, began, Outcome::Up))
}

pub(super) fn changed(id: &str, to: State, since: i64, confirmed: i64) -> Entry {
    let after = Some(at(since - 30_000));
    let (since, confirmed) = (at(since), at(confirmed));
    Entry::Changed(Transition { probe: probe(id), from: State::Up, to, since, after, confirmed })
}

pub(super) fn service_changed(id: &str, to: ServiceState, since: i64, confirmed: i64) -> Entry {
    let (service, by, after) = (slug(id), None, None);
    let (since, confirmed, from) = (at(since), at(confirmed), ServiceState::Up);
    Entry::ServiceChanged(ServiceTransition { service, from, to, since, after, confirmed, by })
}

pub(super) fn gap(id: &str, from: i64, until: i64) -> Entry {
    let (from, until) = (at(from), at(until));
    Entry::Gap(Gap { probe: probe(id), from, until, missed: 3, reason: GapReason::Stalled })
}

/// News of the incident of `service` that began at `since`.
pub(super) fn incident(what: IncidentTurn, service: &str, since: i64, until: Option<i64>) -> Entry {
    let id = slug(&format!("{service}-outage-{since}"));
    let run = |since| Run {
        since: at(since),
        after: None,
        until: until.map(at),
        last: until.map(at),
        unseen_ms: 0,
        blind: None,
    };
    let runs = if what == IncidentTurn::Withdrawn { Vec::new() } else { vec![run(since)] };
    let (service, kind, episode) = (slug(service), IncidentKind::Outage, id.clone());
    let (cause, suspects, blame) = (None, Vec::new(), Blame::Own);
    let incident = Incident { id, service, kind, episode, runs, cause, suspects, blame };
    Entry::Incident(Box::new(IncidentNews { at: at(until.unwrap_or(since)), what, incident }))
}

/// That `receiver` was told of an alert.
pub(super) fn told(receiver: &str, alert: &str, when: i64, resolved: bool) -> Entry {
    Entry::Told(Told { at: at(when), receiver: slug(receiver), alert: slug(alert), resolved })
}

/// That somebody wrote something beside the incident `id`.
pub(super) fn noted(id: &str, when: i64) -> Entry {
    let (by, words) = ("anna".to_owned(), "the switch is back".to_owned());
    Entry::Note(Note { at: at(when), incident: slug(id), by, words, acknowledges: when % 2 == 0 })
}

/// That somebody changed something.
pub(super) fn did(when: i64) -> Entry {
    let by = By { name: "anna".into(), from: "192.0.2.7".into() };
    Entry::Deed(Deed { at: at(when), by, what: "reloaded the configuration".into() })
}

pub(super) fn planned(when: i64, site: &str) -> Entry {
    let outline = Arc::new(Outline { site: site.to_owned(), ..Outline::default() });
    Entry::Planned { at: at(when), digest: format!("digest of {site}"), outline }
}

pub(super) fn declared(when: i64, id: &str) -> Entry {
    let work = Maintenance {
        by_hand: false,
        id: slug(id),
        services: vec![slug("epr")],
        when: When::Once(period(when, when + 1)),
        reason: "Upgrade".into(),
        declared_by: "Change board".into(),
        declared_at: None,
    };
    maintenance(when, MaintenanceTurn::Declared(work))
}

pub(super) fn maintenance(when: i64, what: MaintenanceTurn) -> Entry {
    Entry::Maintenance(Box::new(MaintenanceNews { at: at(when), what }))
}

pub(super) fn shared(entries: impl IntoIterator<Item = Entry>) -> Vec<Arc<Entry>> {
    entries.into_iter().map(Arc::new).collect()
}

pub(super) fn fill(ledger: &mut dyn Ledger, entries: impl IntoIterator<Item = Entry>) {
    ledger.append(&shared(entries)).unwrap();
}

pub(super) fn chained(ledger: &dyn Ledger, after: u64) -> Vec<(u64, Entry)> {
    let mut all = Vec::new();
    let each = &mut |seq: Seq, entry| {
        all.push((seq.0, entry));
        ControlFlow::Continue(())
    };
    ledger.entries(Seq(after), each).unwrap();
    all
}

pub(super) fn history(ledger: &dyn Ledger, whose: Whose<'_>, period: Period) -> Vec<u64> {
    let mut all = Vec::new();
    let each = &mut |seq: Seq, _| {
        all.push(seq.0);
        ControlFlow::Continue(())
    };
    ledger.history(whose, period, each).unwrap();
    all
}

pub(super) fn looks(
    ledger: &dyn Ledger,
    probe: Option<&ProbeId>,
    (from, until): (i64, i64),
) -> Vec<Observation> {
    let mut all = Vec::new();
    let each = &mut |look| {
        all.push(look);
        ControlFlow::Continue(())
    };
    ledger.looks(probe, period(from, until), each).unwrap();
    all
}

pub(super) fn begans(looks: &[Observation]) -> Vec<i64> {
    looks.iter().map(|look| look.began.as_ms()).collect()
}
