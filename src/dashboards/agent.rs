//! Is the watcher well?

use serde_json::Value;

use super::{
    Dashboard,
    columns::{highest_of_agent, versions, well},
    frame::{self, THE_AGENT},
    grid::Section,
    model::About,
    panel::{Panel, Unit, Words},
    query::{AGENT, BY_AGENT, BY_SITE, SITE, Series, grown, increase, max, moment, percentile, rate, sum},
    words::{self, BLUE, GREEN, RED},
};
use crate::metrics::{
    Family, Label,
    catalogue::{
        BUILD_INFO, CLOCK_STEPS, CPU, CUT_OFF, DELIVERIES, GAPS, IN_FLIGHT, LATENESS, LEDGER_APPEND,
        LEDGER_BACKLOG, LEDGER_DROPPED, LEDGER_LOOKS, LEDGER_LOST, LEDGER_SIZE, LEDGER_SUCCESS, LEDGER_UP,
        MAX_FDS, MISSED, NOTIFY_DROPPED, NOTIFY_FAILING, NOTIFY_PENDING, NOTIFY_SUCCESS, OPEN_FDS, PANICS,
        RELOAD_AT, RESIDENT, STARTED, THREADS,
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

fn counter(family: &Family) -> Series {
    Series::of(family).chosen(BY_SITE)
}

/// A gauge of each agent, over time.
fn gauge(words: Words, family: &Family, unit: Unit) -> Panel {
    of_each(words, highest_of_agent(family), unit)
}

/// A line for each agent.
fn of_each(words: Words, expr: String, unit: Unit) -> Panel {
    Panel::lines(words).ask(expr, ONE).unit(unit).zero_based()
}

/// What is so or not, over time.
fn whether(words: Words, mappings: Vec<Value>, expr: String, legend: &'static str) -> Panel {
    Panel::timeline(words, mappings).ask(expr, legend).size_of(24, 5)
}

/// What was counted, by reason.
fn by_reason(words: Words, family: &Family) -> Panel {
    Panel::bars(words)
        .ask(sum(&[SITE, REASON], increase(&counter(family))), "{{reason}} in {{site}}")
        .unit(Unit::Count)
}

fn agents() -> Panel {
    let each = highest_of_agent;
    let grown = |family| sum(BY_AGENT, grown(&counter(family)));
    let words = ["Agents", "Which agents look, since when, and with which configuration.", words::NO_AGENT];
    let table = well(Panel::table(words))
        .column("In force since", Unit::Ago, moment(each(&RELOAD_AT)))
        .column("Started", Unit::Ago, moment(each(&STARTED)))
        .column("Last remembered", Unit::Ago, moment(each(&LEDGER_SUCCESS)))
        .or_else("nothing yet")
        .column("Times the clock was set", Unit::Count, grown(&CLOCK_STEPS))
        .with("decimals", 0)
        .column("Panics", Unit::Count, grown(&PANICS))
        .with("decimals", 0);
    versions(table)
}

fn lateness() -> Panel {
    let buckets = rate(&Series::buckets(&LATENESS).chosen(BY_SITE));
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
    let words = ["Looks in flight", "Looks that are under way at one time.", words::NO_AGENT];
    gauge(words, &IN_FLIGHT, Unit::Count)
}

fn missed() -> Panel {
    let words = [
        "Looks that were missed",
        "Looks that were due and not taken, or not remembered, by reason. That time is unknown.",
        words::NO_AGENT,
    ];
    by_reason(words, &MISSED)
}

fn gaps() -> Panel {
    by_reason(["Gaps", "Stretches of a probe without looks, by reason.", words::NO_AGENT], &GAPS)
}

fn cut_off() -> Panel {
    let words = [
        "Sites cut off",
        "Whether a site saw the hospital at all. What it saw while it was cut off is unknown.",
        words::NO_AGENT,
    ];
    whether(words, words::yes_no(("cut off", RED), ("sees", GREEN)), highest_of_agent(&CUT_OFF), ONE)
}

fn ledger() -> Panel {
    let words = ["Ledger", "Whether what is seen is remembered.", words::NO_AGENT];
    let mappings = words::yes_no(("remembers", GREEN), ("failing", RED));
    whether(words, mappings, highest_of_agent(&LEDGER_UP), ONE)
}

fn backlog() -> Panel {
    let words = ["Waiting to be remembered", "At 100,000 entries looks are dropped.", words::NO_AGENT];
    gauge(words, &LEDGER_BACKLOG, Unit::Count)
}

fn append() -> Panel {
    let words = ["How long remembering takes", "A batch, at most, for 99 in 100 of them.", words::NO_AGENT];
    let buckets = rate(&Series::buckets(&LEDGER_APPEND).chosen(BY_SITE));
    of_each(words, percentile("0.99", BY_AGENT, buckets), Unit::Seconds)
}

fn looks() -> Panel {
    let words = ["Looks remembered", "How many a second.", words::NO_AGENT];
    of_each(words, sum(BY_AGENT, rate(&counter(&LEDGER_LOOKS))), Unit::PerSecond)
}

fn size() -> Panel {
    gauge(["Size of the ledger", "Of its files together.", words::NO_AGENT], &LEDGER_SIZE, Unit::Bytes)
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
    let words = ["Receivers", "Whether each receiver can be told.", NO_RECEIVER];
    let mappings = words::yes_no(("cannot be told", RED), ("told", GREEN));
    let expr = max(BY_RECEIVER, counter(&NOTIFY_FAILING));
    whether(words, mappings, expr, "{{receiver}} by {{instance}}")
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
    let words = ["Processor", "Share of one core.", words::NO_AGENT];
    of_each(words, sum(BY_AGENT, rate(&counter(&CPU))), Unit::Share)
}

fn memory() -> Panel {
    let words = ["Memory", "What is resident in the machine's memory.", words::NO_AGENT];
    gauge(words, &RESIDENT, Unit::Bytes)
}

fn files() -> Panel {
    Panel::lines(["File descriptors", "Those open, and as many as may be.", words::NO_AGENT])
        .ask(highest_of_agent(&OPEN_FDS), "{{instance}} in {{site}}, open")
        .ask(highest_of_agent(&MAX_FDS), "{{instance}} in {{site}}, at most")
        .unit(Unit::Count)
        .zero_based()
}

fn threads() -> Panel {
    gauge(["Threads", "Threads of each agent.", words::NO_AGENT], &THREADS, Unit::Count)
}

/// What Prometheus tells of the agents' pages, which know nothing of sites.
fn scraped(name: &str) -> String {
    format!("0 * {} + on ({AGENT}) group_left () max by ({AGENT}) ({name})", highest_of_agent(&BUILD_INFO))
}

fn scrape_size() -> Panel {
    let words = [
        "Size of a scrape",
        "Samples that Prometheus takes from each agent at a time: about 35 a probe.",
        words::NO_AGENT,
    ];
    of_each(words, scraped("scrape_samples_scraped"), Unit::Count)
}

fn scrape_time() -> Panel {
    let words = ["Duration of a scrape", "How long Prometheus waits for each agent's page.", words::NO_AGENT];
    of_each(words, scraped("scrape_duration_seconds"), Unit::Seconds)
}
