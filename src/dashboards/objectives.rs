//! What is promised, and how much may still go wrong?

use super::{
    Dashboard,
    columns::named,
    figures::{availability, unknown_share},
    frame::{self, OBJECTIVES, OF_SERIES, to_service},
    grid::Section,
    model::About,
    panel::{Panel, Unit},
    query::{BY_OBJECTIVE, BY_SERVICE, floored, min, plain, recorded, total},
    records::{
        AVAILABLE, BAD, BUDGET_LEFT, BURN_1D, BURN_NOW, COUNTED, DOWN, ERRORS_1D, ERRORS_3D, ERRORS_30D,
        OBJECTIVE, PLANNED, UNKNOWN,
    },
    words,
};

const ABOUT: About = About {
    uid: OBJECTIVES,
    title: "Wardround: objectives and error budgets",
    description: "What is promised of each service, was it kept, and how much may still go wrong? For service owners and those who report to \
                  the board.",
    from: "now-30d",
};

pub(super) fn dashboard() -> Dashboard {
    let variables = vec![frame::source(), frame::sites(), frame::tiers(), frame::services()];
    let sections = vec![
        Section::new("The last thirty days", vec![rolling(), left(), burning()]),
        Section::new("Calendar", vec![this_month(), last_month(), chosen()]),
        Section::new("Where the time went", vec![parts()]),
    ];
    Dashboard::new(&ABOUT, variables, sections)
}

fn by_objective(table: Panel) -> Panel {
    named(table).label("objective", "Objective").without(&["Time"]).size_of(24, 8)
}

fn rolling() -> Panel {
    let kept = |record| floored(format!("1 - {}", recorded(record, BY_SERVICE)));
    by_objective(
        Panel::table([
            "Rolling windows",
            "Every objective over the windows that end now. The budget is that of thirty days: less than nothing left means that it is overspent.",
            words::NO_OBJECTIVE,
        ])
        .column("Promised", Unit::Share, plain(OBJECTIVE, BY_OBJECTIVE))
        .with("decimals", 2)
        .column("Last day", Unit::Share, kept(ERRORS_1D))
        .with("decimals", 3)
        .or_else("no known time")
        .column("Last 3 days", Unit::Share, kept(ERRORS_3D))
        .with("decimals", 3)
        .or_else("no known time")
        .column("Last 30 days", Unit::Share, kept(ERRORS_30D))
        .with("decimals", 3)
        .or_else("no known time")
        .column("Budget left", Unit::Share, floored(recorded(BUDGET_LEFT, BY_SERVICE)))
        .with("decimals", 1)
        .or_else("no budget")
        .column("Burns now, times the allowed pace", Unit::Count, plain(BURN_NOW, BY_OBJECTIVE))
        .with("decimals", 1)
        .or_else("not counted now"),
    )
}

fn left() -> Panel {
    Panel::lines([
        "Error budgets over time",
        "What is left of each service's budget of the thirty days that end at each moment; of several objectives the least.",
        words::NO_OBJECTIVE,
    ])
    .ask(min(BY_SERVICE, recorded(BUDGET_LEFT, BY_SERVICE)), "{{service}} from {{site}}")
    .unit(Unit::Share)
    .link("Open the service", to_service(OF_SERIES))
}

fn burning() -> Panel {
    Panel::lines([
        "How fast the budgets burn",
        "Over the day that ends at each moment. 1: the budget of thirty days lasts for thirty days; 3: for ten.",
        words::NO_OBJECTIVE,
    ])
    .ask(recorded(BURN_1D, BY_SERVICE), "{{service}} from {{site}}, {{objective}}")
    .unit(Unit::Count)
    .zero_based()
    .link("Open the service", to_service(OF_SERIES))
}

/// Every objective over the time that the panel shows.
fn over(title: &'static str, description: &'static str) -> Panel {
    let (bad, counted) = (total(BAD), format!("({} > 0)", total(COUNTED)));
    let promised = plain(OBJECTIVE, BY_OBJECTIVE);
    by_objective(
        Panel::table([title, description, words::NO_OBJECTIVE])
            .column("Promised", Unit::Share, promised.clone())
            .with("decimals", 2)
            .column("Kept", Unit::Share, floored(format!("1 - {bad} / {counted}")))
            .with("decimals", 3)
            .or_else("no known time")
            .column("Down in time that counts", Unit::Left, format!("15 * {bad}"))
            .column("Allowed", Unit::Left, format!("floor(15 * {counted} * (1 - {promised}))")),
    )
}

fn this_month() -> Panel {
    over(
        "This month so far",
        "Only known time within the objective's calendar and outside planned work counts. What is allowed grows with the month.",
    )
    .since("now/M")
}

fn last_month() -> Panel {
    over("Last month", "The whole of the month before this one.").since("now/M").shifted("1M/M")
}

fn chosen() -> Panel {
    over(
        "The time chosen above",
        "The same for any time: months, quarters and financial years, which begin in April, are in the time picker.",
    )
}

fn parts() -> Panel {
    let panel = Panel::table([
        "The parts of the time",
        "All the time chosen above, with an objective or without: available, down, planned work, unknown. Availability is of the first two. They \
         are added up from samples every 15 seconds.",
        words::NOT_YET,
    ]);
    by_objective(
        panel
            .column("Available", Unit::Left, total(AVAILABLE))
            .column("Down", Unit::Left, total(DOWN))
            .column("Planned work", Unit::Left, total(PLANNED))
            .column("Unknown", Unit::Left, total(UNKNOWN))
            .column("Availability", Unit::Share, availability())
            .with("decimals", 3)
            .or_else("no known time")
            .column("Unknown share", Unit::Share, unknown_share())
            .with("decimals", 3),
    )
}
