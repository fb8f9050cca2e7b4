//! Which certificate ends when, and are names found?

use serde_json::json;

use super::{
    Dashboard,
    figures::next_end,
    frame::{self, CERTIFICATES, OF_ROW, OF_SERIES, to_probe},
    grid::Section,
    model::About,
    panel::{Panel, Unit},
    query::{BY_PROBE, PROBE, SERVICE, SITE, Series, highest, increase, max, mean, moment, recorded, sum},
    records::CERTIFICATE_END,
    words::{self, GREEN, RED},
};
use crate::{
    metrics::{
        Label,
        catalogue::{FAILURES, PHASE, PROBE_INFO, PROBE_STATE, TRUSTED},
    },
    model::Phase,
};

const ABOUT: About = About {
    uid: CERTIFICATES,
    title: "Wardround: certificates and DNS",
    description: "Which certificate ends next, which is not trusted, and are names found, and how fast? For whoever renews certificates and runs \
                  the name servers.",
    from: "now-7d",
};

const FAULT: &str = Label::Fault.name();
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
        ["Trust over time", "Whether the chain that was seen was trusted.", words::NO_CERTIFICATE],
        words::yes_no(("trusted", GREEN), ("not trusted", RED)),
    )
    .ask(highest(&TRUSTED, BY_PROBE), "{{probe}} of {{service}} from {{site}}")
    .link("Open the probe", to_probe(OF_SERIES))
}

/// Bad looks by reason, of the reasons that `is_meant`.
fn faults(is_meant: impl Fn(&str) -> bool) -> String {
    let meant: Vec<_> = Label::Fault.values().into_iter().filter(|fault| is_meant(fault)).collect();
    let failures = Series::of(&FAILURES).among(Label::Fault, &meant).chosen(BY_PROBE);
    format!("{} > 0", sum(&[SERVICE, FAULT], increase(&failures)))
}

fn tls_faults() -> Panel {
    let is_meant = |fault: &str| fault.starts_with("certificate_") || fault.contains("tls");
    Panel::bars([
        "Faults of certificates and TLS",
        "Looks that were bad because of the certificate or of TLS, by reason.",
        words::NO_FAULT,
    ])
    .ask(faults(is_meant), "{{service}}: {{fault}}")
    .unit(Unit::Count)
}

fn name_servers() -> Panel {
    let kind = Series::of(&PROBE_INFO).is(Label::Kind, "dns").chosen(BY_PROBE);
    let states = Series::of(&PROBE_STATE).chosen(BY_PROBE);
    let worst = max(BY_PROBE, format!("max_over_time({states}[$__interval])"));
    Panel::timeline(
        [
            "Name servers",
            "What is believed of each probe that asks a name server.",
            "No probe of the kind dns is among those chosen.",
        ],
        words::probe_state(),
    )
    .ask(format!("{worst} and on (site, service, probe) {kind}"), "{{probe}} of {{service}} from {{site}}")
    .step("1m")
    .link("Open the probe", to_probe(OF_SERIES))
    .size_of(24, 7)
}

fn resolving() -> Panel {
    let [sums, counts] = [Series::sum(&PHASE), Series::count(&PHASE)]
        .map(|series| series.is(Label::Phase, Phase::Resolve.label()).chosen(BY_PROBE));
    Panel::lines([
        "Finding names",
        "How long it takes to find the address of a name, on average over all looks that had to.",
        words::NO_LATENCY,
    ])
    .ask(mean(&[SITE, SERVICE], &sums, &counts), "{{service}} from {{site}}")
    .unit(Unit::Seconds)
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
    .unit(Unit::Count)
}
