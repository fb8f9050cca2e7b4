//! How is the hospital, now and over time, as seen from each site?

use serde_json::json;

use super::{
    Dashboard,
    columns::{about_service, highest_of_agent, versions, well},
    figures::{availability, budget_left, next_end, slowest, state_now, unknown_share},
    frame::{self, OF_ROW, OF_SERIES, OVERVIEW, to_probe, to_service},
    grid::Section,
    model::About,
    panel::{Panel, Unit},
    query::{
        BY_AGENT, BY_PROBE, BY_SERVICE, BY_SITE, INCIDENT_KIND, SERVICE, SITE, Series, count, grown, highest,
        highest_of, max, moment, recorded, sum,
    },
    records::{AGENTS, CODE_4M, SERVICE_STATE},
    words::{self, GREEN, RED},
};
use crate::{
    metrics::{
        Label,
        catalogue::{
            CAUSE, CUT_OFF, GAPS, INCIDENT_OPEN, MAINTENANCE, NOTIFY_FAILING, SERVICE_STATE as STATE, SINCE,
        },
    },
    model::ServiceState,
};

const ABOUT: About = About {
    uid: OVERVIEW,
    title: "Wardround: hospital",
    description: "How is every clinical service, now and over time, as seen from each site? For the service desk, on-call, and whoever \
                  asks whether it is only them.",
    from: "now-24h",
};

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites(), frame::tiers(), frame::services()];
    let sections = vec![
        Section::new("Now", vec![states(), incidents(), planned(), cut_off(), looking()]),
        Section::new("Services", vec![services(), open()]),
        Section::new("Over time, sites side by side", vec![history(), sides()]),
        Section::new("Latency and certificates", vec![latency(), certificates()]),
        Section::new("The agents", vec![agents()]),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

fn states() -> Panel {
    let label = Label::State.name();
    let zeros = format!("0 * {}", sum(&[label], Series::of(&STATE).chosen(BY_SERVICE)));
    Panel::stat([
        "Services by state",
        "How many services are in which state now. A service that two sites watch counts once for each.",
        words::NOT_SEEN,
    ])
    .ask_now(format!("{} or {zeros}", count(&[label], recorded(SERVICE_STATE, BY_SERVICE))), "{{state}}")
    .label(ServiceState::AtRisk.label(), "at risk")
    .size_of(12, 4)
}

fn incidents() -> Panel {
    Panel::stat([
        "Open incidents",
        "Incidents that are open now, whoever is to blame, planned work included.",
        words::NOT_SEEN,
    ])
    .ask_now(format!("sum({})", highest_by_kind()), "open")
    .size_of(3, 4)
}

fn highest_by_kind() -> String {
    max(&[SITE, SERVICE, INCIDENT_KIND], Series::of(&INCIDENT_OPEN).chosen(BY_SERVICE))
}

fn planned() -> Panel {
    Panel::stat(["In planned work", "Services on which planned work is under way now.", words::NOT_SEEN])
        .ask_now(format!("sum({})", highest(&MAINTENANCE, BY_SERVICE)), "in planned work")
        .size_of(3, 4)
}

fn cut_off() -> Panel {
    Panel::stat([
        "Sites",
        "Whether a site sees the hospital at all. What a site that is cut off sees of its services is unknown.",
        words::NO_AGENT,
    ])
    .ask_now(highest(&CUT_OFF, BY_SITE), "{{site}}")
    .read_as(words::yes_no(("cut off", RED), ("sees", GREEN)))
    .size_of(3, 4)
}

fn looking() -> Panel {
    Panel::stat(["Agents", "How many agents look from each site now.", words::NO_AGENT])
        .ask_now(Series::recorded(AGENTS).chosen(BY_SITE).to_string(), "{{site}}")
        .size_of(3, 4)
}

fn services() -> Panel {
    let table = Panel::table([
        "Services",
        "Each service as each site sees it. Availability is the share of the known time outside planned work in which it was not \
         down, over the time chosen above, from samples every 15 seconds: a shorter outage may be missing. Beside it the share of all \
         time of which nothing is known. Neither is rounded in our favour.",
        words::NOT_SEEN,
    ])
    .column("State", Unit::Plain, state_now())
    .with_words(words::service_state())
    .column("Since", Unit::Ago, moment(max(BY_SERVICE, Series::of(&SINCE).chosen(BY_SERVICE))))
    .column("Available", Unit::Share, availability())
    .with("decimals", 3)
    .or_else("no known time")
    .column("Unknown", Unit::Share, unknown_share())
    .with("decimals", 3)
    .column("Error budget left", Unit::Share, budget_left())
    .with("decimals", 1)
    .or_else("no budget")
    .column("Slowest probe, 95th percentile", Unit::Seconds, slowest())
    .with("decimals", 3)
    .or_else("no good look")
    .column("First certificate ends in", Unit::Left, next_end(BY_SERVICE, BY_SERVICE))
    .or_else("none seen");
    about_service(table).size_of(24, 10)
}

fn open() -> Panel {
    let cause = max(&[SITE, SERVICE, INCIDENT_KIND, "cause"], Series::of(&CAUSE).chosen(BY_SERVICE));
    let own = format!("{} == 1", highest_by_kind());
    Panel::table([
        "Open incidents",
        "What is wrong now, and which service is at the root of it, where it is another one.",
        words::NO_INCIDENT,
    ])
    .column("Open", Unit::Plain, format!("{cause} or on (site, service, kind) {own}"))
    .hidden()
    .label(SITE, "Site")
    .label(SERVICE, "Service")
    .leading("Open the service", to_service(OF_ROW))
    .label(INCIDENT_KIND, "What")
    .label("cause", "Because of")
    .or_else("itself, as far as is known")
    .without(&["Time"])
    .size_of(24, 6)
}

fn history() -> Panel {
    Panel::timeline(
        [
            "States",
            "The state of each service over time: the worst of four minutes, or of a longer step; a service's own dashboard has each minute. \
             Planned work is a state of its own, and says in brackets what was seen in it. Where there is no bar, nothing was known of the \
             service at all.",
            words::NOT_YET,
        ],
        words::service_state(),
    )
    .ask(highest_of(recorded(CODE_4M, BY_SERVICE)), "{{service}} from {{site}}")
    .link("Open the service", to_service(OF_SERIES))
    .step("4m")
    .size_of(24, 12)
}

fn sides() -> Panel {
    Panel::table([
        "Seen from each site",
        "A row a service, a column a site. Where one site sees it down and another up, look at what is between.",
        words::NOT_YET,
    ])
    .ask_now(state_now(), "")
    .transformed("groupingToMatrix", &json!({"columnField": "site", "rowField": "service", "valueField": "Value"}))
    .cells(words::service_state())
    .empty_cells("not watched from there")
    .size_of(24, 8)
}

fn latency() -> Panel {
    Panel::lines([
        "The slowest services",
        "The ten services with the highest 95th percentile of the last half hour of good looks, of each the slowest probe. The colour \
         goes from fast to slow.",
        words::NO_LATENCY,
    ])
    .ask(format!("topk(10, {})", slowest()), "{{service}} from {{site}}")
    .unit(Unit::Seconds)
    .zero_based()
    .link("Open the service", to_service(OF_SERIES))
}

fn certificates() -> Panel {
    Panel::table([
        "Certificates that end next",
        "How long the certificate that was last seen is still good; the ten that end first. Less than nothing: it has ended.",
        words::NO_CERTIFICATE,
    ])
    .column("Ends in", Unit::Left, format!("sort(bottomk(10, {}))", next_end(BY_PROBE, BY_SERVICE)))
    .label(SITE, "Site")
    .label(SERVICE, "Service")
    .label("probe", "Probe")
    .leading("Open the probe", to_probe(OF_ROW))
    .without(&["Time"])
}

fn agents() -> Panel {
    let table = Panel::table([
        "The agents",
        "Whether those who watch are well: what is remembered, which configuration is in force, who is told.",
        words::NO_AGENT,
    ]);
    let gaps = sum(BY_AGENT, grown(&Series::of(&GAPS).chosen(BY_SITE)));
    let table = well(table)
        .column("Receivers", Unit::Plain, highest_of_agent(&NOTIFY_FAILING))
        .with_words(words::yes_no(("cannot be told", RED), ("told", GREEN)))
        .or_else("nobody is to be told")
        .column("Gaps", Unit::Count, gaps)
        .with("decimals", 0);
    versions(table)
}
