//! Which panels about looks stand on several dashboards? How long they took, where the time went, and what they found.

use super::{
    panel::{Panel, Unit},
    query::{BY_PROBE, PROBE, SERVICE, SITE, Series, increase, percentile, rate, sum},
    words,
};
use crate::metrics::{
    Label,
    catalogue::{DURATION, FAILURES, LOOKS, PHASE},
};

const LE: &str = Label::Bound.name();
const PART: &str = Label::Phase.name();
const FAULT: &str = Label::Fault.name();
const OUTCOME: &str = Label::Outcome.name();

/// The whole distribution of the durations.
pub(super) fn distribution() -> Panel {
    Panel::heat([
        "All durations",
        "How many good looks took how long: a column a moment, a row a range of durations, and the brighter the more looks. One bright band: \
         steady. Two: two ways through. A band that widens or climbs: trouble that no average shows.",
        words::NO_LATENCY,
    ])
    .ask_buckets(sum(&[LE], increase(&Series::buckets(&DURATION).chosen(BY_PROBE))))
    .unit(Unit::Seconds)
}

/// The usual percentiles of each probe.
pub(super) fn percentiles() -> Panel {
    let buckets = Series::buckets(&DURATION).chosen(BY_PROBE);
    let by = [SITE, SERVICE, PROBE];
    Panel::lines([
        "Latency by probe",
        "The median, the 95th and the 99th percentile of good looks. Bad looks are left out, so that an outage does not look fast. They are read \
         from the buckets of a histogram, and are as exact as those are narrow.",
        words::NO_LATENCY,
    ])
    .ask(percentile("0.5", &by, &buckets), "{{probe}} from {{site}}, median")
    .ask(percentile("0.95", &by, &buckets), "{{probe}} from {{site}}, 95th percentile")
    .ask(percentile("0.99", &by, &buckets), "{{probe}} from {{site}}, 99th percentile")
    .unit(Unit::Seconds)
    .zero_based()
    .size_of(24, 9)
}

/// Where the time goes.
pub(super) fn phases() -> Panel {
    let seconds = sum(&[PART], rate(&Series::sum(&PHASE).chosen(BY_PROBE)));
    let known = Series::of(&LOOKS).isnt(Label::Outcome, "unknown").chosen(BY_PROBE);
    Panel::stacked([
        "Where the time goes",
        "The mean duration of a look, good or bad, in its phases: finding the name, connecting, TLS, sending, waiting for the first byte, receiving \
         the rest. Waiting is theirs, resolving is the name servers', connecting and TLS are mostly the network's.",
        words::NO_LATENCY,
    ])
    .ask(format!("{seconds} / on () group_left () (sum({}) > 0)", rate(&known)), "{{phase}}")
    .unit(Unit::Seconds)
    .zero_based()
    .coloured(words::phases())
}

/// What the looks found.
pub(super) fn outcomes() -> Panel {
    Panel::bars([
        "Looks by outcome",
        "How many looks found what. Unknown is our own failure, and counts neither as up nor as down.",
        words::NOT_SEEN,
    ])
    .ask(sum(&[OUTCOME], increase(&Series::of(&LOOKS).chosen(BY_PROBE))), "{{outcome}}")
    .unit(Unit::Count)
    .coloured(words::outcomes())
}

/// Why bad looks were bad.
pub(super) fn faults() -> Panel {
    Panel::bars([
        "Faults by reason",
        "Why looks were not up. A plain name is the target's fault, expect_… a proper reply that broke an expectation, own_… our own failure. \
         A fault's very first look begins its series and is not counted here.",
        words::NO_FAULT,
    ])
    .ask(
        format!("{} > 0", sum(&[FAULT], increase(&Series::of(&FAILURES).chosen(BY_PROBE)))),
        "{{fault}}",
    )
    .unit(Unit::Count)
}
