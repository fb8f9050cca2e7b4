//! How is every figure told to machines?

use super::Report;

/// The report as one JSON object. Moments are milliseconds since 1970 in UTC, lengths of time are exact seconds.
pub(super) fn json(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}
