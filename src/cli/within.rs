//! Which stretch of time is asked for, and how is a length of time typed?

use std::time::Duration;

use clap::Args;
use jiff::tz::TimeZone;

use crate::{
    model::{Moment, Period},
    raw::Lapse,
    report::{self, BadPeriod},
};

/// A stretch of time: by its name, or so long until now.
#[derive(Debug, Args)]
pub(super) struct Within {
    /// A month (2026-10), quarter (2026-Q1), year, financial year (FY2026), day, or A..B.
    #[arg(long, conflicts_with = "last")]
    period: Option<String>,
    /// So long until now.
    #[arg(long, value_name = "LENGTH", default_value = "7d", value_parser = length)]
    last: Duration,
}

impl Within {
    /// The stretch that is meant at `now`, by the clock of `zone`.
    pub(super) fn period(&self, now: Moment, zone: &TimeZone) -> Result<Period, BadPeriod> {
        let last = Period::new(now - self.last, now);
        self.period.as_deref().map_or(Ok(last), |text| report::period(text, zone))
    }
}

/// A length of time as it is typed: `90m`, `2h 30m`, `7d`.
pub(super) fn length(text: &str) -> Result<Duration, String> {
    let lapse = Lapse::parse(text);
    lapse.map(|lapse| lapse.0).map_err(|_| format!("`{text}` is no length of time like 90m, 2h or 7d"))
}
