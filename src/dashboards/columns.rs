//! Which columns stand in several tables?

use super::{
    frame::{OF_ROW, to_service},
    panel::{Panel, Unit},
    query::{AGENT, BY_AGENT, BY_SITE, SERVICE, SITE, Series, max, recorded},
    records::SERVICE_INFO,
    words::{self, GREEN, RED},
};
use crate::metrics::{
    Family, Label,
    catalogue::{BUILD_INFO, LEDGER_UP, RELOAD_OK},
};

const OF_SERVICE: [Label; 4] = [Label::Title, Label::Owner, Label::Tier, Label::Runbook];

/// What a service is, and the ways to it and to its runbook.
pub(super) fn about_service(table: Panel) -> Panel {
    let by = [&[SITE, SERVICE], &OF_SERVICE.map(Label::name)[..]].concat();
    named(table.column("Known", Unit::Plain, max(&by, recorded(SERVICE_INFO, &by))).hidden())
        .label("title", "Name")
        .label("owner", "Owner")
        .label("tier", "Tier")
        .label("runbook", "Runbook")
        .with("links", words::runbook())
        .or_else("none is known")
        .without(&["Time"])
}

/// Which service, and the way to it.
pub(super) fn named(table: Panel) -> Panel {
    table.label(SITE, "Site").label(SERVICE, "Service").leading("Open the service", to_service(OF_ROW))
}

/// A gauge of each agent.
pub(super) fn highest_of_agent(family: &Family) -> String {
    max(BY_AGENT, Series::of(family).chosen(BY_SITE))
}

/// Whether each agent remembers, and has the newest configuration.
pub(super) fn well(table: Panel) -> Panel {
    table
        .column("Ledger", Unit::Plain, highest_of_agent(&LEDGER_UP))
        .with_words(words::yes_no(("remembers", GREEN), ("failing", RED)))
        .column("Configuration", Unit::Plain, highest_of_agent(&RELOAD_OK))
        .with_words(words::yes_no(("in force", GREEN), ("the newer one is wrong", RED)))
}

/// Which agent, and of which version.
pub(super) fn versions(table: Panel) -> Panel {
    let known = max(&[SITE, AGENT, Label::Version.name()], Series::of(&BUILD_INFO).chosen(BY_SITE));
    table
        .column("Known", Unit::Plain, known)
        .hidden()
        .label(SITE, "Site")
        .label(AGENT, "Agent")
        .label("version", "Version")
        .without(&["Time"])
        .size_of(24, 6)
}
