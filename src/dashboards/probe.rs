//! What does one probe see, look by look?

use super::{
    Dashboard,
    figures::next_end,
    frame::{self, ONE_PROBE},
    grid::Section,
    looking,
    model::About,
    panel::{Panel, Unit},
    query::{
        BY_AGENT, BY_PROBE, BY_SITE, Series, highest, increase, max, mean, moment, percentile, rate, sum,
    },
    words::{self, GREEN, RED},
};
use crate::metrics::{
    Label,
    catalogue::{
        CONSECUTIVE, DURATION, FAILED_DURATION, HTTP_STATUS, INTERVAL, LAST_GOOD, LAST_LOOK, LATENESS, LOOKS,
        MISSED, PROBE_STATE, SLOW, TRUSTED,
    },
};

const ABOUT: About = About {
    uid: ONE_PROBE,
    title: "Wardround: probe",
    description: "What does one probe see, look by look, and where does each look's time go? For whoever hunts a fault.",
    from: "now-6h",
};

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites(), frame::tiers(), frame::service(), frame::probe()];
    let sections = vec![
        Section::new(
            "Now",
            vec![state(), last_look(), last_good(), failures(), status(), certificate(), trusted()],
        ),
        Section::new("What it found", vec![history(), statuses(), looking::outcomes(), looking::faults()]),
        Section::new(
            "How long it took",
            vec![durations(), looking::phases(), looking::percentiles(), looking::distribution()],
        ),
        Section::new("How it was looked", vec![rechecks(), lateness(), missed()]),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

fn state() -> Panel {
    Panel::stat(["State", "What is believed of the probe now, from each site.", words::NOT_SEEN])
        .ask_now(highest(&PROBE_STATE, BY_PROBE), "{{site}}")
        .read_as(words::probe_state())
        .size_of(6, 4)
}

fn last_look() -> Panel {
    Panel::stat(["Last look", "When the last look began, whatever it found.", words::NOT_SEEN])
        .ask_now(moment(highest(&LAST_LOOK, BY_PROBE)), "{{site}}")
        .unit(Unit::Ago)
        .size_of(3, 4)
}

fn last_good() -> Panel {
    Panel::stat(["Last good look", "When the last good look began.", "There has been no good look yet."])
        .ask_now(moment(highest(&LAST_GOOD, BY_PROBE)), "{{site}}")
        .unit(Unit::Ago)
        .size_of(3, 4)
}

fn failures() -> Panel {
    Panel::stat(["Bad looks in a row", "Bad looks since the last good one.", words::NOT_SEEN])
        .ask_now(highest(&CONSECUTIVE, BY_PROBE), "{{site}}")
        .size_of(3, 4)
}

fn status() -> Panel {
    Panel::stat(["HTTP status", "What the last look was answered.", NO_STATUS])
        .ask_now(highest(&HTTP_STATUS, BY_PROBE), "{{site}}")
        .size_of(3, 4)
}

const NO_STATUS: &str = "The last look got no HTTP status, or the probe speaks no HTTP.";

fn certificate() -> Panel {
    Panel::stat([
        "Certificate ends in",
        "How long the first certificate of the chain that was last seen is still good.",
        words::NO_CERTIFICATE,
    ])
    .ask_now(next_end(BY_PROBE, BY_PROBE), "{{site}}")
    .unit(Unit::Left)
    .size_of(3, 4)
}

fn trusted() -> Panel {
    Panel::stat([
        "Certificate chain",
        "Whether the chain that was last seen was trusted.",
        words::NO_CERTIFICATE,
    ])
    .ask_now(highest(&TRUSTED, BY_PROBE), "{{site}}")
    .read_as(words::yes_no(("trusted", GREEN), ("not trusted", RED)))
    .size_of(3, 4)
}

fn history() -> Panel {
    let words = ["States", "What is believed of the probe: of each step the worst.", words::NOT_SEEN];
    looking::states(words).size_of(24, 5)
}

fn statuses() -> Panel {
    Panel::timeline(
        ["HTTP status over time", "What the last look was answered at each moment.", NO_STATUS],
        Vec::new(),
    )
    .ask(highest(&HTTP_STATUS, BY_PROBE), "from {{site}}")
    .size_of(24, 5)
}

fn durations() -> Panel {
    let of = |family| {
        mean(BY_PROBE, &Series::sum(family).chosen(BY_PROBE), &Series::count(family).chosen(BY_PROBE))
    };
    Panel::lines([
        "Duration of looks",
        "How long good looks took, and bad ones, each for itself; and from where on a look is too slow. Zoomed in, a point is one look.",
        words::NOT_SEEN,
    ])
    .ask(of(&DURATION), "good, from {{site}}")
    .ask(of(&FAILED_DURATION), "bad, from {{site}}")
    .ask(highest(&SLOW, BY_PROBE), "too slow from here, {{site}}")
    .unit(Unit::Seconds)
    .zero_based()
}

fn rechecks() -> Panel {
    let looks = sum(BY_AGENT_AND_PROBE, rate(&Series::of(&LOOKS).chosen(BY_PROBE)));
    let joined =
        format!("{} * on (site, service, probe) {}", max(BY_PROBE, looks), highest(&INTERVAL, BY_PROBE));
    Panel::lines([
        "Looks in each interval",
        "1: every look that was due, and no more. More: bad looks were followed by quick rechecks. Less: looks were missed.",
        words::NOT_SEEN,
    ])
    .ask(joined, "from {{site}}")
    .unit(Unit::Count)
    .zero_based()
    .size_of(8, 8)
}

const BY_AGENT_AND_PROBE: &[&str] = &["site", "service", "probe", "instance"];

fn lateness() -> Panel {
    let buckets = rate(&Series::buckets(&LATENESS).chosen(BY_SITE));
    Panel::lines([
        "Lateness of the agent",
        "How late looks of all probes began, at most, for 99 in 100. It is ours, never the target's.",
        words::NO_AGENT,
    ])
    .ask(percentile("0.99", BY_AGENT, buckets), "{{instance}} in {{site}}")
    .unit(Unit::Seconds)
    .zero_based()
    .size_of(8, 8)
}

fn missed() -> Panel {
    let reason = Label::Reason.name();
    Panel::bars([
        "Looks that were missed",
        "Looks of all probes that were due and not taken, or not remembered, by reason. That time is unknown.",
        words::NO_AGENT,
    ])
    .ask(sum(&[reason], increase(&Series::of(&MISSED).chosen(BY_SITE))), "{{reason}}")
    .unit(Unit::Count)
    .size_of(8, 8)
}
