//! How is Prometheus asked? Names come from the catalogue and from the list of recorded series, and from nowhere else.

use std::fmt;

use crate::metrics::{Family, Label, catalogue::STARTED};

pub(super) const SITE: &str = Label::Site.name();
pub(super) const SERVICE: &str = Label::Service.name();
pub(super) const PROBE: &str = Label::Probe.name();
/// The label by which Prometheus tells two agents of one site apart.
pub(super) const AGENT: &str = "instance";

pub(super) const BOUND: &str = Label::Bound.name();
pub(super) const FAULT: &str = Label::Fault.name();
pub(super) const INCIDENT_KIND: &str = Label::IncidentKind.name();
pub(super) const PART: &str = Label::Phase.name();

pub(super) const BY_SITE: &[&str] = &[SITE];
pub(super) const BY_SERVICE: &[&str] = &[SITE, SERVICE];
pub(super) const BY_PROBE: &[&str] = &[SITE, SERVICE, PROBE];
pub(super) const BY_OBJECTIVE: &[&str] = &[SITE, SERVICE, Label::Objective.name()];
pub(super) const BY_AGENT: &[&str] = &[SITE, AGENT];

/// Series of one name, narrowed by labels.
#[derive(Clone)]
pub(super) struct Series {
    name: String,
    matchers: Vec<String>,
}

impl Series {
    pub(super) fn of(family: &Family) -> Self {
        Self { name: family.name.to_owned(), matchers: Vec::new() }
    }

    pub(super) fn buckets(family: &Family) -> Self {
        Self { name: format!("{}_bucket", family.name), matchers: Vec::new() }
    }

    pub(super) fn sum(family: &Family) -> Self {
        Self { name: format!("{}_sum", family.name), matchers: Vec::new() }
    }

    pub(super) fn count(family: &Family) -> Self {
        Self { name: format!("{}_count", family.name), matchers: Vec::new() }
    }

    /// A series that Prometheus records.
    pub(super) fn recorded(record: &str) -> Self {
        Self { name: record.to_owned(), matchers: Vec::new() }
    }

    pub(super) fn is(self, label: Label, value: &str) -> Self {
        self.matching(format!("{}=\"{value}\"", label.name()))
    }

    /// Any of some values of a closed set.
    pub(super) fn among(self, label: Label, values: &[&str]) -> Self {
        self.matching(format!("{}=~\"{}\"", label.name(), values.join("|")))
    }

    /// Only what the variables of these names allow. Grafana escapes what a name may hold.
    pub(super) fn chosen(self, variables: &[&str]) -> Self {
        variables.iter().fold(self, |series, name| series.matching(format!("{name}=~\"${name}\"")))
    }

    fn matching(mut self, matcher: String) -> Self {
        self.matchers.push(matcher);
        self
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.matchers.is_empty() { Ok(()) } else { write!(f, "{{{}}}", self.matchers.join(",")) }
    }
}

/// The gauge of a family, of the chosen; of several agents the greatest.
pub(super) fn highest(family: &Family, by: &[&str]) -> String {
    max(by, Series::of(family).chosen(named(by)))
}

/// A recorded series, of the chosen.
pub(super) fn recorded(record: &str, by: &[&str]) -> String {
    Series::recorded(record).chosen(named(by)).to_string()
}

/// The same without its name, so that a table can join it to others.
pub(super) fn plain(record: &str, by: &[&str]) -> String {
    max(by, recorded(record, by))
}

/// What is recorded in slots, added up in the steps shown.
pub(super) fn slots(record: &str, by: &[&str]) -> String {
    format!("sum_over_time({}[$__interval])", recorded(record, by))
}

/// The highest within a step: of states the worst.
pub(super) fn highest_of(series: impl fmt::Display) -> String {
    format!("max_over_time({series}[$__interval])")
}

/// The mean within a step.
pub(super) fn mean_of(series: impl fmt::Display) -> String {
    format!("avg_over_time({series}[$__interval])")
}

/// Those labels that are variables too.
fn named<'a, 'b>(by: &'a [&'b str]) -> &'a [&'b str] {
    let ours = by.iter().take_while(|name| [SITE, SERVICE, PROBE].contains(name)).count();
    &by[..ours]
}

pub(super) fn max(by: &[&str], of: impl fmt::Display) -> String {
    format!("max by ({}) ({of})", by.join(", "))
}

pub(super) fn min(by: &[&str], of: impl fmt::Display) -> String {
    format!("min by ({}) ({of})", by.join(", "))
}

pub(super) fn sum(by: &[&str], of: impl fmt::Display) -> String {
    format!("sum by ({}) ({of})", by.join(", "))
}

pub(super) fn count(by: &[&str], of: impl fmt::Display) -> String {
    format!("count by ({}) ({of})", by.join(", "))
}

/// How fast a counter grows, a second.
pub(super) fn rate(counter: &Series) -> String {
    format!("rate({counter}[$__rate_interval])")
}

/// By how much a counter grew within a step.
pub(super) fn increase(counter: &Series) -> String {
    format!("increase({counter}[$__rate_interval])")
}

/// By how much a counter grew within all that is shown.
pub(super) fn grown(counter: &Series) -> String {
    format!("increase({counter}[$__range])")
}

/// The same of a counter whose series begins with its first count. That one is growth too, unless the series is new to us only
/// because the agent is.
pub(super) fn increase_from_nothing(counter: &Series) -> String {
    let started = Series::of(&STARTED).chosen(BY_SITE);
    let appeared = format!("{counter} unless {counter} offset $__interval");
    let known = format!("{started} offset $__interval or {started} > time() - $__interval_ms / 1000");
    format!("{appeared} and on (job, instance) ({known}) or {}", increase(counter))
}

/// The sum of all samples within all that is shown.
pub(super) fn total(record: &str) -> String {
    format!("sum_over_time({}[$__range])", recorded(record, BY_SERVICE))
}

/// The duration that a part of those in the buckets did not exceed.
pub(super) fn percentile(part: &str, by: &[&str], buckets: impl fmt::Display) -> String {
    let with_bound = [by, &[BOUND]].concat();
    format!("histogram_quantile({part}, {})", sum(&with_bound, buckets))
}

/// The mean within a step; nothing where nothing was counted.
pub(super) fn mean(by: &[&str], sums: &Series, counts: &Series) -> String {
    format!("{} / ({} > 0)", sum(by, rate(sums)), sum(by, rate(counts)))
}

/// A good share never rounds up.
pub(super) fn floored(share: impl fmt::Display) -> String {
    format!("floor(100000 * ({share})) / 100000")
}

/// A bad share never rounds down.
pub(super) fn raised(share: impl fmt::Display) -> String {
    format!("ceil(100000 * ({share})) / 100000")
}

/// Grafana takes times in milliseconds. Never is 0, and not shown.
pub(super) fn moment(seconds: impl fmt::Display) -> String {
    format!("1000 * ({seconds} > 0)")
}

/// The hour of the day in London half an hour ago, as the label `hour` with two digits.
pub(super) fn hour() -> String {
    format!("label_replace(count_values(\"hour\", hour({})), \"hour\", \"0$1\", \"hour\", \"(.)\")", london())
}

/// The day of the week there, as the label `weekday`: 0 is Monday.
pub(super) fn weekday() -> String {
    format!("count_values(\"weekday\", (day_of_week({}) + 6) % 7)", london())
}

/// What the clock shows in London. Summer time is from the last Sunday in March to the last in October, from 1:00 to 1:00 UTC.
fn london() -> String {
    let utc = "vector(time() - 5400)";
    let (month, sunday) = (format!("month({utc})"), format!("day_of_month({utc}) - day_of_week({utc})"));
    format!(
        "(vector(time() - 1800) + 3600 * (({month} > bool 3) * ({month} < bool 10) \
         + ({month} == bool 3) * ({sunday} >= bool 25) + ({month} == bool 10) * ({sunday} < bool 25)))"
    )
}
