//! Which panels about looks stand on several dashboards? How long they took, where the time went, and what they found.

use super::{
    panel::{Panel, Unit, Words},
    query::{
        BOUND, BY_PROBE, FAULT, PART, Series, highest_of, increase, increase_from_nothing, max, percentile,
        slots, sum,
    },
    records::{BUCKETS_OF_PROBE, LOOKS_OF_PROBE, PHASES_OF_PROBE},
    words,
};
use crate::metrics::{
    Label,
    catalogue::{FAILURES, LOOKS, PROBE_STATE},
};

const OUTCOME: &str = Label::Outcome.name();

/// The whole distribution of the durations.
pub(super) fn distribution() -> Panel {
    Panel::heat([
        "All durations",
        "How many good looks took how long: a column a moment, a row a range of durations, and the brighter the more looks. One bright band: \
         steady. Two: two ways through. A band that widens or climbs: trouble that no average shows.",
        words::NO_LATENCY,
    ])
    .ask_buckets(sum(&[BOUND], slots(BUCKETS_OF_PROBE, BY_PROBE)))
    .unit(Unit::Seconds)
    .step("4m")
}

/// The usual percentiles of each probe.
pub(super) fn percentiles() -> Panel {
    let of = |part| percentile(part, BY_PROBE, slots(BUCKETS_OF_PROBE, BY_PROBE));
    Panel::lines([
        "Latency by probe",
        "The median, the 95th and the 99th percentile of good looks, four minutes at a time or more. Bad looks are left out, so that an outage \
         does not look fast. They are read from the buckets of a histogram, and are as exact as those are narrow.",
        words::NO_LATENCY,
    ])
    .ask(of("0.5"), "{{probe}} from {{site}}, median")
    .ask(of("0.95"), "{{probe}} from {{site}}, 95th percentile")
    .ask(of("0.99"), "{{probe}} from {{site}}, 99th percentile")
    .unit(Unit::Seconds)
    .zero_based()
    .step("4m")
    .size_of(24, 9)
}

/// Where the time goes.
pub(super) fn phases() -> Panel {
    let seconds = sum(&[PART], slots(PHASES_OF_PROBE, BY_PROBE));
    let looks = format!("(sum({}) > 0)", slots(LOOKS_OF_PROBE, BY_PROBE));
    Panel::stacked([
        "Where the time goes",
        "The mean duration of a look, good or bad, in its phases: finding the name, connecting, TLS, sending, waiting for the first byte, receiving \
         the rest. Waiting is theirs, resolving is the name servers', connecting and TLS are mostly the network's.",
        words::NO_LATENCY,
    ])
    .ask(format!("{seconds} / on () group_left () {looks}"), "{{phase}}")
    .unit(Unit::Seconds)
    .zero_based()
    .step("4m")
    .coloured(words::phases())
}

/// What is believed of each probe, over time.
pub(super) fn states(words: Words) -> Panel {
    let worst = max(BY_PROBE, highest_of(Series::of(&PROBE_STATE).chosen(BY_PROBE)));
    Panel::timeline(words, words::probe_state()).ask(worst, "{{probe}} from {{site}}").step("1m")
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
         A look that was not up counts once.",
        words::NO_FAULT,
    ])
    .ask(
        format!("{} > 0", sum(&[FAULT], increase_from_nothing(&Series::of(&FAILURES).chosen(BY_PROBE)))),
        "{{fault}}",
    )
    .unit(Unit::Count)
}
