//! How are times and lengths told to a person?

use jiff::tz::TimeZone;
use serde::Serialize;

pub(super) use crate::model::{at, clock, lapse};
use crate::{
    entry::Tail,
    model::{Incident, Length, Moment, Suspect},
};

/// How long something lasted, in JSON.
#[derive(Debug, Serialize)]
pub(super) struct Lasted {
    /// By the looks that showed it.
    #[serde(rename = "lasted_ms")]
    told: u128,
    /// From the first look that showed it to the last.
    #[serde(rename = "at_least_ms", skip_serializing_if = "Option::is_none")]
    least: Option<u128>,
    /// From the last look before it to the first after it.
    #[serde(rename = "at_most_ms")]
    most: u128,
}

impl Lasted {
    /// How long `incident` lasted, as far as it is known at `now`; at least is left out while it lasts.
    pub(super) fn of(incident: &Incident, now: Moment) -> Self {
        let Length { told, least, most } = incident.length(now);
        let least = (!incident.is_open()).then_some(least.as_millis());
        Self { told: told.as_millis(), least, most: most.as_millis() }
    }
}

/// The zone of the plan that is remembered.
pub(super) fn zone(tail: &Tail) -> TimeZone {
    TimeZone::get(&tail.outline.zone).unwrap_or(TimeZone::UTC)
}

/// `42 m 10 s (at least 41 m 40 s, at most 42 m 40 s)` of an incident, as far as it is known at `now`. For one that lasts
/// there is no last look yet that could say how long it was at least.
pub(super) fn length(incident: &Incident, now: Moment) -> String {
    let Length { told, least, most } = incident.length(now);
    let least = if incident.is_open() { String::new() } else { format!("at least {}, ", lapse(least)) };
    format!("{} ({least}at most {})", lapse(told), lapse(most))
}

/// `; with names down since 10:02:11`: whom it may be owed to. What is owed to nobody gives nothing.
pub(super) fn suspects(suspects: &[Suspect], told: impl Fn(&Suspect) -> (String, String)) -> String {
    let one = |suspect| {
        let (service, since) = told(suspect);
        format!("; with {service} down since {since}")
    };
    suspects.iter().map(one).collect()
}

/// A bare table, its columns set apart by blanks.
pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(header.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
