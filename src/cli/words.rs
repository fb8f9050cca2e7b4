//! How are times and lengths told to a person?

use jiff::tz::TimeZone;

use crate::entry::Tail;
pub(super) use crate::{
    model::{at, clock, lapse, length, suspects},
    serve::board::Lasted,
};

/// The zone of the plan that is remembered.
pub(super) fn zone(tail: &Tail) -> TimeZone {
    TimeZone::get(&tail.outline.zone).unwrap_or(TimeZone::UTC)
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
