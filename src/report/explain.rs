//! Which stretches of time are behind the figures of a service?

use std::{fmt::Write as _, time::Duration};

use jiff::tz::TimeZone;

use super::{ServiceReport, words};
use crate::model::{Period, ServiceState};

/// The stretches of a service one by one, with what each counts as, and the sums that the report tells.
pub fn explain(service: &ServiceReport, zone: &TimeZone) -> String {
    let mut text = format!("{} ({})\n\n", service.title, service.service);
    for stretch in &service.stretches {
        let Period { from, until } = stretch.period;
        let (from, until) = (words::exact(from, zone), words::exact(until, zone));
        let (lasted, state) = (seconds(stretch.period.length()), stretch.state.label());
        let because = because(service, stretch.period);
        let _ = writeln!(text, "{from}  {until}  {lasted:>14} s  {state}{because}");
    }
    text + "\n" + &works(service, zone) + &sums(service)
}

/// The incidents that a stretch is of.
fn because(service: &ServiceReport, period: Period) -> String {
    let touches =
        |since, until: Option<_>| since < period.until && until.is_none_or(|until| until > period.from);
    let of = service.incidents.iter().filter(|one| touches(one.since, one.until));
    of.map(|one| ["  ", one.id.as_str()].concat()).collect()
}

fn works(service: &ServiceReport, zone: &TimeZone) -> String {
    let one = |work: &super::Work| {
        let counts = if work.window.late { "announced late, excludes nothing" } else { "excluded" };
        let Period { from, until } = work.window.period;
        format!(
            "planned  {}  {}  {counts}: {}\n",
            words::exact(from, zone),
            words::exact(until, zone),
            work.reason
        )
    };
    service.maintenance.iter().map(one).collect()
}

fn sums(service: &ServiceReport) -> String {
    let (tally, gross) = (service.tally, service.gross);
    let row = |name: &str, net: Duration, gross: Duration| {
        format!("{name:<12}{:>16} s{:>16} s\n", seconds(net), seconds(gross))
    };
    let states =
        ServiceState::ALL.map(|state| row(state.label(), tally.part_of(state), gross.part_of(state)));
    format!("{:<12}{:>18}{:>18}\n", "", "contractual", "gross")
        + &states.concat()
        + &row("maintenance", tally.maintenance, gross.maintenance)
        + &row("watched", tally.total(), gross.total())
}

/// `12.345`: exact.
fn seconds(span: Duration) -> String {
    format!("{}.{:03}", span.as_secs(), span.subsec_millis())
}
