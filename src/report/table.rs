//! How is every figure told to a spreadsheet, one a row?

use std::time::Duration;

use super::{
    Availability, Blips, Bounds, Happened, Kept, Kinds, Looks, Report, ServiceReport, Tally, spc::Chart,
};

/// What each row says.
const HEADER: [&str; 7] = ["site", "service", "part", "item", "figure", "value", "unit"];

/// The rows of one service.
struct Rows<'w, W: std::io::Write> {
    to: &'w mut csv::Writer<W>,
    site: &'w str,
    service: &'w str,
}

/// The report as a table: site, service, part, item, figure, value, unit.
pub(super) fn table(report: &Report) -> csv::Result<Vec<u8>> {
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(HEADER)?;
    for site in &report.sites {
        for service in &site.services {
            Rows { to: &mut to, site: &site.site, service: service.service.as_str() }.all(service)?;
        }
    }
    to.into_inner().map_err(|error| error.into_error().into())
}

impl<W: std::io::Write> Rows<'_, W> {
    fn all(&mut self, service: &ServiceReport) -> csv::Result<()> {
        self.text("service", "", "title", &service.title)?;
        self.time("service", "", "watched", service.watched)?;
        self.tally("contractual", "", service.tally)?;
        self.tally("gross", "", service.gross)?;
        self.availability("availability", "contractual", service.availability)?;
        self.availability("availability", "gross", service.gross_availability)?;
        self.availability("availability", "incident-free", service.incident_free)?;
        for one in &service.calendars {
            self.tally("during calendar", &one.name, one.during)?;
            self.tally("outside calendar", &one.name, one.outside)?;
        }
        service.objectives.iter().try_for_each(|one| self.objective(one))?;
        service.kinds.iter().try_for_each(|one| self.kind(one))?;
        service.incidents.iter().try_for_each(|one| self.incident(one))?;
        self.blips(service.blips)?;
        service.looks.iter().try_for_each(|one| self.looks(one))?;
        if let Some(lost) = service.lost {
            self.number("estimate", "", "users", &lost.users)?;
            self.time("estimate", "", "clinicians' time lost", lost.time)?;
        }
        for one in &service.before {
            self.tally("before", &one.name, one.tally)?;
            self.number("before", &one.name, "outages", &one.outages)?;
        }
        service.charts.iter().try_for_each(|one| self.chart(one))
    }

    fn objective(&mut self, one: &Kept) -> csv::Result<()> {
        self.text("objective", &one.name, "target", &one.target)?;
        self.time("objective", &one.name, "counted", one.counted)?;
        self.time("objective", &one.name, "allowance", one.allowance)?;
        self.availability("objective", &one.name, one.availability)?;
        self.text("objective", &one.name, "verdict", one.verdict.words())
    }

    fn kind(&mut self, one: &Kinds) -> csv::Result<()> {
        let kind = one.kind.label();
        self.number("incidents", kind, "count", &one.count)?;
        self.bounds("incidents", kind, "all", one.all)?;
        self.bounds("incidents", kind, "longest", one.longest)?;
        self.bounds("incidents", kind, "median", one.median)
    }

    fn incident(&mut self, one: &Happened) -> csv::Result<()> {
        let id = one.id.as_str();
        self.text("incident", id, "kind", one.kind.label())?;
        self.text("incident", id, "since", &one.since.to_string())?;
        self.text("incident", id, "until", &one.until.map_or_else(String::new, |until| until.to_string()))?;
        self.bounds("incident", id, "lasted", one.lasted)?;
        self.time("incident", id, "planned", one.planned)?;
        self.number("incident", id, "runs", &one.runs)?;
        let cause =
            one.cause.as_ref().map_or_else(String::new, |cause| format!("{}: {}", cause.probe, cause.words));
        self.text("incident", id, "cause", &cause)
    }

    fn blips(&mut self, blips: Blips) -> csv::Result<()> {
        self.number("blips", "", "count", &blips.count)?;
        self.number("blips", "", "looks", &blips.looks)?;
        self.time("blips", "", "suspect", blips.suspect)
    }

    fn looks(&mut self, one: &Looks) -> csv::Result<()> {
        let probe = one.probe.as_str();
        let counts = [
            ("up", one.up),
            ("degraded", one.degraded),
            ("down", one.down),
            ("unknown", one.unknown),
            ("missed", one.missed),
        ];
        counts.into_iter().try_for_each(|(figure, count)| self.number("looks", probe, figure, &count))?;
        let times = [("p50", one.p50), ("p95", one.p95), ("p99", one.p99), ("slow", one.slow)];
        for (figure, time) in times {
            time.map_or(Ok(()), |time| self.time("looks", probe, figure, time))?;
        }
        one.over_slow.map_or(Ok(()), |count| self.number("looks", probe, "over slow", &count))
    }

    fn chart(&mut self, chart: &Chart) -> csv::Result<()> {
        let (name, unit) = (&*chart.measure.name, chart.measure.unit.word());
        for point in &chart.measure.points {
            self.row("chart", name, &point.label, &point.value.value().to_string(), unit)?;
        }
        Ok(())
    }

    fn tally(&mut self, part: &str, item: &str, tally: Tally) -> csv::Result<()> {
        let names = ["up", "at_risk", "degraded", "partial", "down", "maintenance", "unknown"];
        let mut parts = names.into_iter().zip(tally.parts());
        parts.try_for_each(|(figure, time)| self.time(part, item, figure, time))
    }

    fn availability(&mut self, part: &str, item: &str, one: Availability) -> csv::Result<()> {
        self.time(part, item, "good", one.good)?;
        self.time(part, item, "bad", one.bad)?;
        self.time(part, item, "unknown", one.unknown)
    }

    fn bounds(&mut self, part: &str, item: &str, what: &str, bounds: Bounds) -> csv::Result<()> {
        self.time(part, item, what, bounds.told)?;
        self.time(part, item, &format!("{what}, at least"), bounds.least)?;
        self.time(part, item, &format!("{what}, at most"), bounds.most)
    }

    fn time(&mut self, part: &str, item: &str, figure: &str, time: Duration) -> csv::Result<()> {
        let value = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
        self.row(part, item, figure, &value, "s")
    }

    fn number(&mut self, part: &str, item: &str, figure: &str, value: &dyn ToString) -> csv::Result<()> {
        self.row(part, item, figure, &value.to_string(), "")
    }

    fn text(&mut self, part: &str, item: &str, figure: &str, value: &str) -> csv::Result<()> {
        self.row(part, item, figure, &harmless(value), "")
    }

    fn row(&mut self, part: &str, item: &str, figure: &str, value: &str, unit: &str) -> csv::Result<()> {
        self.to.write_record([self.site, self.service, part, &harmless(item), figure, value, unit])
    }
}

/// A cell that a spreadsheet would take for a formula is told as text.
fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}
