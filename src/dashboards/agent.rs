//! Is the watcher well?

use super::{
    Dashboard,
    frame::{self, THE_AGENT},
    grid::Section,
    model::About,
    panel::{Panel, Unit},
    query::{AGENT, BY_AGENT, BY_SITE, SITE, Series, grown, increase, max, moment, percentile, rate, sum},
    words::{self, BLUE, GREEN, RED},
};
use crate::metrics::{
    Family, Label,
    catalogue::{
        BUILD_INFO, CLOCK_STEPS, CPU, CUT_OFF, DELIVERIES, GAPS, IN_FLIGHT, LATENESS, LEDGER_APPEND,
        LEDGER_BACKLOG, LEDGER_DROPPED, LEDGER_LOOKS, LEDGER_LOST, LEDGER_SIZE, LEDGER_SUCCESS, LEDGER_UP,
        MAX_FDS, MISSED, NOTIFY_DROPPED, NOTIFY_FAILING, NOTIFY_PENDING, NOTIFY_SUCCESS, OPEN_FDS, PANICS,
        RELOAD_AT, RELOAD_OK, RESIDENT, STARTED, THREADS,
    },
};

const ABOUT: About = About {
    uid: THE_AGENT,
    title: "Wardround itself",
    description: "Is the watcher well: is it in time, does it remember, is somebody told, and what does it cost? For whoever runs Wardround.",
    from: "now-24h",
};

const RECEIVER: &str = Label::Receiver.name();
const REASON: &str = Label::Reason.name();
const ONE: &str = "{{instance}} in {{site}}";

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites()];
    let sections = vec![
        Section::new("The agents", vec![agents()]),
        Section::new("Looking", vec![lateness(), in_flight(), missed(), gaps(), cut_off()]),
        Section::new("Remembering", vec![ledger(), backlog(), append(), looks(), size(), lost()]),
        Section::new("Telling", vec![failing(), deliveries(), pending(), receivers()]),
        Section::new(
            "What it costs",
            vec![processor(), memory(), files(), threads(), scrape_size(), scrape_time()],
        ),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

/// A gauge of each agent.
fn each(family: &Family) -> String {
    max(BY_AGENT, Series::of(family).chosen(BY_SITE))
}

fn counter(family: &Family) -> Series {
    Series::of(family).chosen(BY_SITE)
}

fn agents() -> Panel {
    Panel::table(["Agents", "Which agents look, since when, and with which configuration.", words::NO_AGENT])
        .column("Ledger", Unit::Plain, each(&LEDGER_UP))
        .with_words(words::yes_no(("remembers", GREEN), ("failing", RED)))
        .column("Configuration", Unit::Plain, each(&RELOAD_OK))
        .with_words(words::yes_no(("in force", GREEN), ("the newer one is wrong", RED)))
        .column("In force since", Unit::Ago, moment(each(&RELOAD_AT)))
        .column("Started", Unit::Ago, moment(each(&STARTED)))
        .column("Last remembered", Unit::Ago, moment(each(&LEDGER_SUCCESS)))
        .column("Times the clock was set", Unit::Count, sum(BY_AGENT, grown(&counter(&CLOCK_STEPS))))
        .with("decimals", 0)
        .column("Panics", Unit::Count, sum(BY_AGENT, grown(&counter(&PANICS))))
        .with("decimals", 0)
        .column("Known", Unit::Plain, max(&[SITE, AGENT, "version"], counter(&BUILD_INFO)))
        .with("custom.hidden", true)
        .label(SITE, "Site")
        .label(AGENT, "Agent")
        .label("version", "Version")
        .without(&["Time"])
        .size_of(24, 6)
}

fn lateness() -> Panel {
    let buckets = Series::buckets(&LATENESS).chosen(BY_SITE);
    Panel::lines([
        "Lateness",
        "How late looks began, at most, for half of them and for 99 in 100. It is ours, never the target's.",
        words::NO_AGENT,
    ])
    .ask(percentile("0.5", BY_AGENT, &buckets), "{{instance}} in {{site}}, median")
    .ask(percentile("0.99", BY_AGENT, &buckets), "{{instance}} in {{site}}, 99th percentile")
    .unit(Unit::Seconds)
    .zero_based()
}

fn in_flight() -> Panel {
    Panel::lines(["Looks in flight", "Looks that are under way at one time.", words::NO_AGENT])
        .ask(each(&IN_FLIGHT), ONE)
        .unit(Unit::Count)
        .zero_based()
}

fn missed() -> Panel {
    Panel::bars([
        "Looks that were missed",
        "Looks that were due and not taken, or not remembered, by reason. That time is unknown.",
        words::NO_AGENT,
    ])
    .ask(sum(&[SITE, REASON], increase(&counter(&MISSED))), "{{reason}} in {{site}}")
    .unit(Unit::Count)
}

fn gaps() -> Panel {
    Panel::bars(["Gaps", "Stretches of a probe without looks, by reason.", words::NO_AGENT])
        .ask(sum(&[SITE, REASON], increase(&counter(&GAPS))), "{{reason}} in {{site}}")
        .unit(Unit::Count)
}

fn cut_off() -> Panel {
    Panel::timeline(
        [
            "Sites cut off",
            "Whether a site saw the hospital at all. What it saw while it was cut off is unknown.",
            words::NO_AGENT,
        ],
        words::yes_no(("cut off", RED), ("sees", GREEN)),
    )
    .ask(each(&CUT_OFF), ONE)
    .size_of(24, 5)
}

fn ledger() -> Panel {
    Panel::timeline(
        ["Ledger", "Whether what is seen is remembered.", words::NO_AGENT],
        words::yes_no(("remembers", GREEN), ("failing", RED)),
    )
    .ask(each(&LEDGER_UP), ONE)
    .size_of(24, 5)
}

fn backlog() -> Panel {
    Panel::lines(["Waiting to be remembered", "At 100,000 entries looks are dropped.", words::NO_AGENT])
        .ask(each(&LEDGER_BACKLOG), ONE)
        .unit(Unit::Count)
        .zero_based()
}

fn append() -> Panel {
    let buckets = Series::buckets(&LEDGER_APPEND).chosen(BY_SITE);
    Panel::lines(["How long remembering takes", "A batch, at most, for 99 in 100 of them.", words::NO_AGENT])
        .ask(percentile("0.99", BY_AGENT, &buckets), ONE)
        .unit(Unit::Seconds)
        .zero_based()
}

fn looks() -> Panel {
    Panel::lines(["Looks remembered", "How many a second.", words::NO_AGENT])
        .ask(sum(BY_AGENT, rate(&counter(&LEDGER_LOOKS))), ONE)
        .unit(Unit::PerSecond)
        .zero_based()
}

fn size() -> Panel {
    Panel::lines(["Size of the ledger", "Of its files together.", words::NO_AGENT])
        .ask(each(&LEDGER_SIZE), ONE)
        .unit(Unit::Bytes)
        .zero_based()
}

fn lost() -> Panel {
    Panel::bars([
        "Lost for want of room",
        "Looks, other entries, and messages to receivers that will not be remembered or told any more.",
        words::NO_AGENT,
    ])
    .ask(sum(BY_AGENT, increase(&counter(&LEDGER_DROPPED))), "looks, {{instance}} in {{site}}")
    .ask(sum(BY_AGENT, increase(&counter(&LEDGER_LOST))), "other entries, {{instance}} in {{site}}")
    .ask(sum(BY_AGENT, increase(&counter(&NOTIFY_DROPPED))), "messages, {{instance}} in {{site}}")
    .unit(Unit::Count)
    .size_of(24, 7)
}

const NO_RECEIVER: &str = "Nobody is told: no receiver is configured, or no agent was seen.";
const BY_RECEIVER: &[&str] = &[SITE, AGENT, RECEIVER];

fn failing() -> Panel {
    Panel::timeline(
        ["Receivers", "Whether each receiver can be told.", NO_RECEIVER],
        words::yes_no(("cannot be told", RED), ("told", GREEN)),
    )
    .ask(max(BY_RECEIVER, counter(&NOTIFY_FAILING)), "{{receiver}} by {{instance}}")
    .size_of(24, 6)
}

fn deliveries() -> Panel {
    Panel::bars(["Attempts to tell", "By what came of them.", NO_RECEIVER])
        .ask(sum(&["outcome"], increase(&counter(&DELIVERIES))), "{{outcome}}")
        .unit(Unit::Count)
        .coloured(vec![("delivered", BLUE), ("failed", RED)])
}

fn pending() -> Panel {
    Panel::lines(["Waiting to be told", "Messages that a receiver has not acknowledged yet.", NO_RECEIVER])
        .ask(max(BY_RECEIVER, counter(&NOTIFY_PENDING)), "{{receiver}} by {{instance}}")
        .unit(Unit::Count)
        .zero_based()
}

fn receivers() -> Panel {
    Panel::table(["Last acknowledged", "When each receiver last acknowledged.", NO_RECEIVER])
        .column("Last", Unit::Ago, moment(max(BY_RECEIVER, counter(&NOTIFY_SUCCESS))))
        .label(SITE, "Site")
        .label(AGENT, "Agent")
        .label(RECEIVER, "Receiver")
        .without(&["Time"])
        .size_of(24, 6)
}

fn processor() -> Panel {
    Panel::lines(["Processor", "Share of one core.", words::NO_AGENT])
        .ask(sum(BY_AGENT, rate(&counter(&CPU))), ONE)
        .unit(Unit::Share)
        .zero_based()
}

fn memory() -> Panel {
    Panel::lines(["Memory", "What is resident in the machine's memory.", words::NO_AGENT])
        .ask(each(&RESIDENT), ONE)
        .unit(Unit::Bytes)
        .zero_based()
}

fn files() -> Panel {
    Panel::lines(["File descriptors", "Those open, and as many as may be.", words::NO_AGENT])
        .ask(each(&OPEN_FDS), "{{instance}} in {{site}}, open")
        .ask(each(&MAX_FDS), "{{instance}} in {{site}}, at most")
        .unit(Unit::Count)
        .zero_based()
}

fn threads() -> Panel {
    Panel::lines(["Threads", "Threads of each agent.", words::NO_AGENT])
        .ask(each(&THREADS), ONE)
        .unit(Unit::Count)
        .zero_based()
}

/// What Prometheus tells of the agents' pages, which know nothing of sites.
fn scraped(name: &str) -> String {
    format!("0 * {} + on ({AGENT}) group_left () max by ({AGENT}) ({name})", each(&BUILD_INFO))
}

fn scrape_size() -> Panel {
    Panel::lines([
        "Size of a scrape",
        "Samples that Prometheus takes from each agent at a time: about 35 a probe.",
        words::NO_AGENT,
    ])
    .ask(scraped("scrape_samples_scraped"), ONE)
    .unit(Unit::Count)
    .zero_based()
}

fn scrape_time() -> Panel {
    Panel::lines([
        "Duration of a scrape",
        "How long Prometheus waits for each agent's page.",
        words::NO_AGENT,
    ])
    .ask(scraped("scrape_duration_seconds"), ONE)
    .unit(Unit::Seconds)
    .zero_based()
}
