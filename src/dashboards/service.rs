//! What is the matter with one service, and since when?

use super::{
    Dashboard,
    columns::about_service,
    figures::{availability, budget_left, state_now, unknown_share},
    frame::{self, OF_ROW, OF_SERIES, ONE_SERVICE, to_probe, to_service},
    grid::Section,
    looking,
    model::About,
    panel::{Panel, Unit, Words},
    query::{
        BY_OBJECTIVE, BY_PROBE, BY_SERVICE, INCIDENT_KIND, PROBE, SERVICE, SITE, Series, floored, highest,
        highest_of, max, moment, plain, recorded,
    },
    records::{
        BUDGET_LEFT, BURN_NOW, DEPENDENCY_STATE, ERROR_BUDGET, ERRORS_1D, ERRORS_1H, ERRORS_3D, ERRORS_6H,
        OBJECTIVE, STATE_CODE,
    },
    words,
};
use crate::metrics::catalogue::{CAUSE, INCIDENT_OPEN, LAST_GOOD, PROBE_INFO, PROBE_STATE, SINCE};

const ABOUT: About = About {
    uid: ONE_SERVICE,
    title: "Wardround: service",
    description: "What is the matter with one service, since when, and where does its time go? For on-call, and for whoever looks after the \
                  service.",
    from: "now-24h",
};

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites(), frame::tiers(), frame::service(), frame::probes()];
    let sections = vec![
        Section::new(
            "Now",
            vec![state(), since(), available(), unknown(), budget(), about(), open(), dependencies()],
        ),
        Section::new("Over time", vec![history(), probes_over_time()]),
        Section::new(
            "Latency",
            vec![looking::percentiles(), looking::distribution(), looking::phases(), looking::faults()],
        ),
        Section::new("Looks and probes", vec![looking::outcomes(), probes()]),
        Section::new("What is promised", vec![objectives(), burning(), budget_over_time()]),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

fn state() -> Panel {
    Panel::stat(["State", "What is believed of the service now, from each site.", words::NOT_SEEN])
        .ask_now(state_now(), "{{site}}")
        .read_as(words::service_state())
        .size_of(6, 4)
}

fn since() -> Panel {
    Panel::stat(["Since", "Since when it has been in this state.", words::NOT_SEEN])
        .ask_now(moment(highest(&SINCE, BY_SERVICE)), "{{site}}")
        .unit(Unit::Ago)
        .size_of(6, 4)
}

/// A share, of each site.
fn share(words: Words, expr: String) -> Panel {
    Panel::stat(words).ask_now(expr, "{{site}}").unit(Unit::Share).decimals(3).size_of(4, 4)
}

fn available() -> Panel {
    let words = [
        "Available",
        "The share of the known time outside planned work in which the service was not down, over the time chosen above, from samples every 15 \
         seconds: a shorter outage may be missing. Never rounded up.",
        "Nothing is known of this time outside planned work. It is not 0 %.",
    ];
    share(words, availability())
}

fn unknown() -> Panel {
    let words = [
        "Unknown",
        "The share of all time above of which nothing is known: the availability beside it says nothing about that time.",
        words::NOT_YET,
    ];
    share(words, unknown_share())
}

fn budget() -> Panel {
    let words = [
        "Error budget left",
        "What is left of the budget of thirty days; of several objectives the least. Less than nothing: it is overspent.",
        words::NO_OBJECTIVE,
    ];
    share(words, budget_left()).decimals(1)
}

fn about() -> Panel {
    about_service(Panel::table([
        "About",
        "Who looks after it, how much it matters, and what to do when it is down.",
        words::NOT_YET,
    ]))
    .size_of(24, 4)
}

fn open() -> Panel {
    let by = [SITE, SERVICE, INCIDENT_KIND];
    let cause = max(&[SITE, SERVICE, INCIDENT_KIND, "cause"], Series::of(&CAUSE).chosen(BY_SERVICE));
    let own = max(&by, Series::of(&INCIDENT_OPEN).chosen(BY_SERVICE));
    Panel::table([
        "Open incidents",
        "What is wrong now, and which service it is blamed on, where it is another one.",
        words::NO_INCIDENT,
    ])
    .column("Open", Unit::Plain, format!("{cause} or on (site, service, kind) {own} == 1"))
    .hidden()
    .label(SITE, "Site")
    .label(INCIDENT_KIND, "What")
    .label("cause", "Because of")
    .or_else("itself, as far as is known")
    .without(&["Time", SERVICE])
    .size_of(12, 5)
}

fn dependencies() -> Panel {
    let of_dependency = "/d/wardround-service?var-site=${__data.fields.site}&var-service=${__data.fields.dependency}\
                         &var-datasource=${datasource}&${__url_time_range}";
    Panel::table([
        "Depends on",
        "The services without which this one does not work, and how they are.",
        "It depends on no other service.",
    ])
    .column("Known", Unit::Plain, recorded(DEPENDENCY_STATE, BY_SERVICE))
    .hidden()
    .label(SITE, "Site")
    .label("dependency", "Service")
    .leading("Open the service", of_dependency)
    .label("state", "State")
    .with_words(words::state_label())
    .without(&["Time", "__name__", SERVICE])
    .size_of(12, 5)
}

fn history() -> Panel {
    Panel::timeline(
        [
            "States",
            "The state of the service from each site: of each step the worst. Planned work is a state of its own, and says in brackets what was \
             seen in it.",
            words::NOT_YET,
        ],
        words::service_state(),
    )
    .ask(highest_of(recorded(STATE_CODE, BY_SERVICE)), "from {{site}}")
    .step("1m")
    .size_of(24, 5)
}

fn probes_over_time() -> Panel {
    looking::states([
        "States of its probes",
        "What is believed of each probe: of each step the worst.",
        words::NOT_SEEN,
    ])
    .link("Open the probe", to_probe(OF_SERIES))
    .size_of(24, 8)
}

fn probes() -> Panel {
    Panel::table(["Probes", "What is looked at, how, and when it was last well.", words::NOT_SEEN])
        .column("State", Unit::Plain, highest(&PROBE_STATE, BY_PROBE))
        .with_words(words::probe_state())
        .column("Last good look", Unit::Ago, moment(highest(&LAST_GOOD, BY_PROBE)))
        .or_else("none yet")
        .column(
            "Known",
            Unit::Plain,
            max(&[SITE, SERVICE, PROBE, "kind", "target"], Series::of(&PROBE_INFO).chosen(BY_PROBE)),
        )
        .hidden()
        .label(SITE, "Site")
        .label(PROBE, "Probe")
        .leading("Open the probe", to_probe(OF_ROW))
        .label("kind", "Kind")
        .label("target", "Looks at")
        .without(&["Time", SERVICE])
}

fn objectives() -> Panel {
    Panel::table([
        "Objectives",
        "What is promised, and what is left of it in thirty days.",
        words::NO_OBJECTIVE,
    ])
    .column("Promised", Unit::Share, plain(OBJECTIVE, BY_OBJECTIVE))
    .with("decimals", 2)
    .column("Budget left", Unit::Share, floored(plain(BUDGET_LEFT, BY_OBJECTIVE)))
    .with("decimals", 1)
    .or_else("no budget")
    .column("Burns now, times the allowed pace", Unit::Count, plain(BURN_NOW, BY_OBJECTIVE))
    .with("decimals", 1)
    .or_else("not counted now")
    .label(SITE, "Site")
    .label("objective", "Objective")
    .without(&["Time", SERVICE])
    .size_of(24, 5)
}

fn burning() -> Panel {
    let pace =
        |record| format!("{} / ({} > 0)", recorded(record, BY_SERVICE), recorded(ERROR_BUDGET, BY_SERVICE));
    Panel::lines([
        "How fast the budget burns",
        "1: the budget of thirty days lasts for thirty days. 14.4 for an hour: two per cent of it are gone, and somebody is paged.",
        words::NO_OBJECTIVE,
    ])
    .ask(pace(ERRORS_1H), "{{objective}} from {{site}}, last hour")
    .ask(pace(ERRORS_6H), "{{objective}} from {{site}}, last 6 hours")
    .ask(pace(ERRORS_1D), "{{objective}} from {{site}}, last day")
    .ask(pace(ERRORS_3D), "{{objective}} from {{site}}, last 3 days")
    .unit(Unit::Count)
    .zero_based()
    .link("Open the service", to_service(OF_SERIES))
}

fn budget_over_time() -> Panel {
    Panel::lines([
        "Error budget left",
        "What is left of the budget of the thirty days that end at each moment. Below nothing: it is overspent.",
        words::NO_OBJECTIVE,
    ])
    .ask(recorded(BUDGET_LEFT, BY_SERVICE), "{{objective}} from {{site}}")
    .unit(Unit::Share)
}
