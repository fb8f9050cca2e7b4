//! Which certificate ends when, and are names found?

use serde_json::json;

use super::{
    Dashboard,
    figures::next_end,
    frame::{self, CERTIFICATES, OF_ROW, OF_SERIES, to_probe},
    grid::Section,
    model::About,
    panel::{Panel, Unit},
    query::{
        BY_PROBE, BY_SERVICE, FAULT, PROBE, SERVICE, SITE, Series, highest, highest_of, max, moment,
        recorded, sum,
    },
    records::{CERTIFICATE_END, DNS_STATE, FAULTS_OF_PROBE, NOT_TRUSTED, PHASE_COUNT, PHASE_SUM},
    words::{self, GREEN, RED},
};
use crate::{
    metrics::{Label, catalogue::TRUSTED},
    model::Phase,
};

const ABOUT: About = About {
    uid: CERTIFICATES,
    title: "Wardround: certificates and DNS",
    description: "Which certificate ends next, which is not trusted, and are names found, and how fast? For whoever renews certificates and runs \
                  the name servers.",
    from: "now-7d",
};

const DAY: u32 = 86_400;

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites(), frame::tiers(), frame::services(), frame::probes()];
    let sections = vec![
        Section::new("Certificates", vec![soon(), ended(), ends(), trust(), tls_faults()]),
        Section::new("DNS", vec![name_servers(), resolving(), names()]),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

fn soon() -> Panel {
    let within = |days: u32| format!("count({} < {}) or 0 * count({})", left(), days * DAY, left());
    Panel::stat([
        "End soon",
        "How many certificates end within a week, within three weeks, and within three months.",
        words::NO_CERTIFICATE,
    ])
    .ask_now(within(7), "within 7 days")
    .ask_now(within(21), "within 21 days")
    .ask_now(within(90), "within 90 days")
    .size_of(16, 4)
}

fn ended() -> Panel {
    Panel::stat(["Have ended", "How many certificates have ended.", words::NO_CERTIFICATE])
        .ask_now(format!("count({} <= 0) or 0 * count({})", left(), left()), "ended")
        .size_of(8, 4)
}

fn left() -> String {
    next_end(BY_PROBE, BY_PROBE)
}

fn ends() -> Panel {
    Panel::table([
        "Certificates",
        "The first certificate of each chain that was last seen, the one that ends next at the top. Less than nothing left: it has ended.",
        words::NO_CERTIFICATE,
    ])
    .column("Ends in", Unit::Left, format!("sort({})", left()))
    .column("Ends", Unit::Date, moment(super::query::min(BY_PROBE, recorded(CERTIFICATE_END, BY_PROBE))))
    .column("Chain", Unit::Plain, highest(&TRUSTED, BY_PROBE))
    .with_words(words::yes_no(("trusted", GREEN), ("not trusted", RED)))
    .label(SITE, "Site")
    .label(SERVICE, "Service")
    .label(PROBE, "Probe")
    .with("links", json!([{"title": "Open the probe", "url": to_probe(OF_ROW)}]))
    .without(&["Time"])
    .size_of(24, 10)
}

fn trust() -> Panel {
    Panel::timeline(
        [
            "Chains that were not trusted",
            "When the chain that was seen had run out, was of another name, or was signed by unknown people. Trusted ones are not shown.",
            "Every chain that was seen in this time was trusted, or none was seen.",
        ],
        words::yes_no(("trusted", GREEN), ("not trusted", RED)),
    )
    .ask(
        max(BY_PROBE, highest_of(recorded(NOT_TRUSTED, BY_PROBE))),
        "{{probe}} of {{service}} from {{site}}",
    )
    .step("4m")
    .link("Open the probe", to_probe(OF_SERIES))
}

/// Bad looks by reason, of the reasons that `is_meant`.
fn faults(is_meant: impl Fn(&str) -> bool) -> String {
    let meant: Vec<_> = Label::Fault.values().into_iter().filter(|fault| is_meant(fault)).collect();
    let failures = Series::recorded(FAULTS_OF_PROBE).among(Label::Fault, &meant).chosen(BY_PROBE);
    sum(&[SERVICE, FAULT], format!("sum_over_time({failures}[$__interval])"))
}

fn tls_faults() -> Panel {
    let is_meant = |fault: &str| fault.starts_with("certificate_") || fault.contains("tls");
    Panel::bars([
        "Faults of certificates and TLS",
        "Looks that were bad because of the certificate or of TLS, by reason.",
        words::NO_FAULT,
    ])
    .ask(faults(is_meant), "{{service}}: {{fault}}")
    .step("4m")
    .unit(Unit::Count)
}

fn name_servers() -> Panel {
    Panel::timeline(
        [
            "Name servers",
            "What is believed of each probe that asks a name server: of each step the worst.",
            "No probe of the kind dns is among those chosen.",
        ],
        words::probe_state(),
    )
    .ask(max(BY_PROBE, highest_of(recorded(DNS_STATE, BY_PROBE))), "{{probe}} of {{service}} from {{site}}")
    .step("4m")
    .link("Open the probe", to_probe(OF_SERIES))
    .size_of(24, 7)
}

fn resolving() -> Panel {
    let [spent, looks] = [PHASE_SUM, PHASE_COUNT].map(|record| {
        let series = Series::recorded(record).is(Label::Phase, Phase::Resolve.label()).chosen(BY_SERVICE);
        sum(BY_SERVICE, format!("sum_over_time({series}[$__interval])"))
    });
    Panel::lines([
        "Finding names",
        "How long it takes to find the address of a name, on average over all looks that had to, half an hour at a time or more.",
        words::NO_LATENCY,
    ])
    .ask(format!("{spent} / ({looks} > 0)"), "{{service}} from {{site}}")
    .unit(Unit::Seconds)
    .step("30m")
    .zero_based()
}

fn names() -> Panel {
    const OF_NAMES: [&str; 4] = ["timeout_resolve", "no_such_name", "no_address", "resolve_failed"];
    const OF_ANSWERS: [&str; 5] =
        ["expect_rcode", "expect_answers", "expect_ttl", "expect_flags", "expect_serial"];
    let is_meant = |fault: &str| OF_NAMES.contains(&fault) || OF_ANSWERS.contains(&fault);
    Panel::bars([
        "Faults of names",
        "Looks that were bad because a name was not found, or the answer was wrong, by reason.",
        words::NO_FAULT,
    ])
    .ask(faults(is_meant), "{{service}}: {{fault}}")
    .step("4m")
    .unit(Unit::Count)
}
