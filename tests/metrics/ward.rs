//! What do these tests look at? A small hospital's inventory, and looks at it.

use std::{collections::BTreeMap, time::Duration};

use wardround::{
    entry::Entry,
    metrics::{Inventory, Metrics, ProbeFacts, ServiceFacts},
    model::{
        Cadence, Calendar, Certificate, Check, Counting, Day, Details, Fault, Finding, Links, Moment,
        Objective, Observation, Ours, Outcome, Phase, ProbeId, Reason, Seen, ServiceState, Severities, Share,
        Slug, Timeline, TlsFacts, Weight, Why,
    },
};

use super::exposition::{Exposition, parse};

pub(crate) const BEGAN: Moment = Moment::from_ms(1_790_000_000_250);

pub(crate) fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

pub(crate) fn id(name: &str) -> ProbeId {
    ProbeId::new(slug("epr"), slug(name))
}

pub(crate) fn probe(name: &str) -> ProbeFacts {
    ProbeFacts {
        id: id(name),
        kind: "http",
        target: format!("https://epr.example.nhs.uk/{name}"),
        owner: "EPR on-call".into(),
        tier: "platinum".into(),
        interval: Duration::from_secs(30),
        slow: None,
        labels: BTreeMap::new(),
        steps: Vec::new(),
    }
}

/// One service with the probes `names`.
pub(crate) fn inventory(names: &[&str]) -> Inventory {
    let service = ServiceFacts {
        id: slug("epr"),
        title: "Electronic patient record".into(),
        owner: "EPR on-call".into(),
        tier: "platinum".into(),
        severities: Severities::default(),
        runbook: "https://wiki.example.nhs.uk/runbooks/epr".into(),
        depends_on: vec![slug("dns")],
        objectives: vec![promise(Counting::Always), promise(Counting::Outside("clinics".into()))],
    };
    Inventory {
        site: slug("royal-infirmary"),
        zone: jiff::tz::TimeZone::get("Europe/London").unwrap(),
        calendars: vec![clinics()],
        links: Links { runbooks: Some("https://wiki.example.nhs.uk/wardround".into()), dashboards: None },
        services: vec![service],
        probes: names.iter().map(|name| probe(name)).collect(),
    }
}

/// Mondays from eight to half past six.
fn clinics() -> Calendar {
    Calendar { name: "clinics".into(), days: vec![Day::Mon], from: 480, until: 1110, except: Vec::new() }
}

/// That it is not down for 99.9 % of the time.
pub(crate) fn promise(when: Counting) -> Objective {
    Objective { target: Share::of_percent(99.9).unwrap(), when, counts: vec![ServiceState::Down] }
}

pub(crate) fn metrics(names: &[&str]) -> Metrics {
    let metrics = Metrics::new();
    metrics.replan(&inventory(names));
    metrics
}

/// What the metrics show, read back.
pub(crate) fn shown(metrics: &Metrics) -> Exposition {
    let text = metrics.text();
    parse(&text).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

/// A look at probe `name` that resolved for 1 ms, connected for 2 ms and waited until `took` was over.
pub(crate) fn look(name: &str, outcome: Outcome, took: Duration) -> Observation {
    let mut timeline = Timeline::default();
    timeline.enter(Phase::Resolve, 0, Duration::ZERO);
    timeline.enter(Phase::Connect, 0, Duration::from_millis(1));
    timeline.enter(Phase::Wait, 0, Duration::from_millis(3));
    timeline.end(took);
    Observation {
        probe: id(name),
        why: Why::Due,
        due: BEGAN,
        began: BEGAN,
        ended: BEGAN + took,
        late: Duration::from_micros(700),
        cadence: Cadence::new(Duration::from_secs(30), Duration::from_secs(5)).unwrap(),
        seen: Seen { timeline, outcome, details: Details::default() },
    }
}

pub(crate) fn see(metrics: &Metrics, look: Observation) {
    metrics.absorb(&Entry::Observed(Box::new(look)));
}

pub(crate) fn down(fault: Fault) -> Outcome {
    Outcome::Down(Reason::Fault { fault, words: "broken".into() })
}

pub(crate) fn unknown(ours: Ours) -> Outcome {
    Outcome::Unknown { ours, words: "ours".into() }
}

pub(crate) fn slow() -> Outcome {
    let words = ["", "at most 2 s", "3 s"].map(str::to_owned);
    let [subject, expected, got] = words;
    Outcome::Degraded(vec![Finding { check: Check::Slow, subject, expected, got, weight: Weight::Warn }])
}

/// The chain of one certificate that runs out at `not_after`, not trusted because of `distrust`.
pub(crate) fn chain(not_after: Moment, distrust: Option<Fault>) -> TlsFacts {
    let certificate = Certificate {
        subject: "CN=epr".into(),
        issuer: "CN=ca".into(),
        names: vec!["epr".into()],
        serial: "01".into(),
        not_before: Moment::default(),
        not_after,
        key: "EC P-256".into(),
        sha256: "00".into(),
    };
    TlsFacts { chain: vec![certificate].into(), distrust, ..TlsFacts::default() }
}
