//! When is what slow? Services, sites and weeks side by side, and the hours of the day.

use serde_json::json;

use super::{
    Dashboard,
    columns::named,
    frame::{self, LATENCY, OF_SERIES, to_service},
    grid::Section,
    model::About,
    panel::{Panel, Unit},
    query::{
        BOUND, BY_PROBE, BY_SERVICE, BY_SITE, PART, hour, max, mean_of, percentile, recorded, slots, sum,
        weekday,
    },
    records::{BUCKETS, MEDIAN, P95, PHASE_COUNT, PHASE_SUM, SLOWNESS},
    words,
};

const ABOUT: About = About {
    uid: LATENCY,
    title: "Wardround: latency history",
    description: "When is what slow, and slower than it was? For whoever plans, argues with a supplier, or asks when the record is slow.",
    from: "now-28d",
};

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites(), frame::tiers(), frame::services(), frame::probes()];
    let sections = vec![
        Section::new("This week against last", vec![weeks(), change()]),
        Section::new(
            "Services and sites",
            vec![services(), sites(), distribution(), phases(), phases_before()],
        ),
        Section::new("When is it slow?", vec![hours(), week()]),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

/// The slowest probe of each service, perhaps as it was a week earlier.
fn slowest(shift: &str) -> String {
    max(BY_SERVICE, format!("{}{shift}", recorded(SLOWNESS, BY_PROBE)))
}

fn weeks() -> Panel {
    Panel::lines([
        "This week against last",
        "The 95th percentile of each half hour, of each service the slowest probe: as it is, and as it was a week before at the same hour.",
        words::NO_LATENCY,
    ])
    .ask(slowest(""), "{{service}} from {{site}}")
    .ask(slowest(" offset 1w"), "{{service}} from {{site}}, a week before")
    .unit(Unit::Seconds)
    .zero_based()
    .since("now-7d")
    .link("Open the service", to_service(OF_SERIES))
    .size_of(24, 9)
}

fn change() -> Panel {
    let mean = |shift| max(BY_SERVICE, format!("avg_over_time({}[1w]{shift})", recorded(SLOWNESS, BY_PROBE)));
    let (now, before) = (mean(""), mean(" offset 1w"));
    let table = Panel::table([
        "How much slower",
        "The mean of the half hours' 95th percentiles over the last seven days and over the seven before, of each service the slowest probe. 10 %: \
         a tenth slower than in the week before.",
        words::NO_LATENCY,
    ])
    .column("Last seven days", Unit::Seconds, now.clone())
    .with("decimals", 3)
    .or_else("no good look")
    .column("The seven before", Unit::Seconds, before.clone())
    .with("decimals", 3)
    .or_else("not watched then")
    .column("Slower by", Unit::Share, format!("{now} / ({before} > 0) - 1"))
    .with("decimals", 0)
    .or_else("cannot be told");
    named(table).without(&["Time"]).size_of(24, 8)
}

fn services() -> Panel {
    let of = |record| mean_of(recorded(record, BY_SERVICE));
    Panel::lines([
        "Services side by side",
        "The median and the 95th percentile of the good looks of each half hour at each service. Of a step that is longer than that, their mean.",
        words::NO_LATENCY,
    ])
    .ask(of(MEDIAN), "{{service}} from {{site}}, median")
    .ask(of(P95), "{{service}} from {{site}}, 95th percentile")
    .unit(Unit::Seconds)
    .zero_based()
    .step("30m")
    .link("Open the service", to_service(OF_SERIES))
    .size_of(12, 10)
}

/// Some hundred columns are as many as a picture of months needs.
const COLUMNS: u32 = 200;

fn sites() -> Panel {
    let of = |part| percentile(part, BY_SITE, slots(BUCKETS, BY_SERVICE));
    Panel::lines([
        "Sites side by side",
        "The median, the 95th and the 99th percentile of all good looks at the chosen services, by the site from which was looked.",
        words::NO_LATENCY,
    ])
    .ask(of("0.5"), "{{site}}, median")
    .ask(of("0.95"), "{{site}}, 95th percentile")
    .ask(of("0.99"), "{{site}}, 99th percentile")
    .unit(Unit::Seconds)
    .zero_based()
    .step("30m")
    .points(COLUMNS)
    .size_of(12, 10)
}

fn distribution() -> Panel {
    Panel::heat([
        "All durations",
        "How many good looks at the chosen services took how long: a column a moment, a row a range of durations, and the brighter the more looks.",
        words::NO_LATENCY,
    ])
    .ask_buckets(sum(&[BOUND], slots(BUCKETS, BY_SERVICE)))
    .unit(Unit::Seconds)
    .step("30m")
    .points(COLUMNS)
}

fn phases() -> Panel {
    phase_panel([
        "Phases",
        "The mean time that looks at the chosen services spend in each phase: of those that come to it.",
        words::NO_LATENCY,
    ])
}

fn phases_before() -> Panel {
    phase_panel(["Phases, a week before", "The same as beside it, a week earlier.", words::NO_LATENCY])
        .shifted("1w")
}

fn phase_panel(about: [&'static str; 3]) -> Panel {
    let [spent, looks] = [PHASE_SUM, PHASE_COUNT].map(|record| sum(&[PART], slots(record, BY_SERVICE)));
    Panel::stacked(about)
        .ask(format!("{spent} / ({looks} > 0)"), "{{phase}}")
        .unit(Unit::Seconds)
        .zero_based()
        .step("30m")
        .points(COLUMNS)
        .coloured(words::phases())
}

/// The 95th percentile of all good looks that were taken when the clock said the same: `told` are its labels.
fn by_clock(kept: &[&str], told: &str, clock: &str) -> String {
    let each =
        sum(&[kept, &[BOUND]].concat(), format!("sum_over_time({}[1h])", recorded(BUCKETS, BY_SERVICE)));
    let at_clock = format!("{each} * on () group_left ({told}) {clock}");
    format!("histogram_quantile(0.95, sum_over_time(({at_clock})[28d:1h]))")
}

fn hours() -> Panel {
    let matrix = json!({"columnField": "site", "rowField": "hour", "valueField": "Value"});
    Panel::columns(
        [
            "By hour of the day",
            "The 95th percentile of all good looks at the chosen services in each hour of the day, over the four weeks that end with the time chosen \
             above. Hours are those of London, summer time included.",
            words::NO_LATENCY,
        ],
        r"hour\site",
    )
    .ask_now(by_clock(BY_SITE, "hour", &hour()), "{{site}}")
    .sorted("hour")
    .transformed("groupingToMatrix", &matrix)
    .unit(Unit::Seconds)
    .size_of(24, 9)
}

fn week() -> Panel {
    let clock = format!("({} * on () group_left (weekday) {})", hour(), weekday());
    let matrix = json!({"columnField": "weekday", "rowField": "hour", "valueField": "Value"});
    let panel = Panel::table([
        "By weekday and hour",
        "The 95th percentile of all good looks at the chosen services, from all the chosen sites together: a row an hour of the day, a column a \
         weekday, by the clock of London, over the four weeks that end with the time chosen above. The colour goes from fast to slow.",
        words::NO_LATENCY,
    ])
    .ask_now(by_clock(&[], "hour, weekday", &clock), "")
    .sorted("weekday")
    .sorted("hour")
    .transformed("groupingToMatrix", &matrix)
    .unit(Unit::Seconds)
    .decimals(3)
    .shaded()
    .label(r"hour\weekday", "Hour")
    .size_of(24, 14);
    DAYS.into_iter()
        .zip(["0", "1", "2", "3", "4", "5", "6"])
        .fold(panel, |panel, (day, number)| panel.label(number, day))
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
