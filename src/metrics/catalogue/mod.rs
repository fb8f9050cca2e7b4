//! Which series are there? Every name, type, unit, label and help text; `docs/metrics.md` is written from it.

mod agent;
mod document;
mod label;
mod ledger;
mod notify;
mod probe;
mod reports;
mod serve;
mod service;

pub use document::document;
pub use label::Label;

pub(crate) use agent::*;
pub(crate) use ledger::*;
pub(crate) use notify::*;
pub(crate) use probe::*;
pub(crate) use reports::*;
pub(crate) use serve::*;
pub(crate) use service::*;

/// A metric: all series of one name.
#[derive(Debug)]
pub struct Family {
    /// Its name; those of a histogram and a summary are followed by `_bucket`, `_sum` and `_count`.
    pub name: &'static str,
    /// Its type.
    pub shape: Shape,
    /// What one of it is.
    pub unit: Unit,
    /// Its labels, in the order in which they are written.
    pub labels: &'static [Label],
    /// What it says.
    pub help: &'static str,
    /// When there is no series although the probe or service exists. Empty: never.
    pub absent: &'static str,
}

/// The type of a metric, as Prometheus names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Only grows, until the agent starts anew.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by upper bound, with a sum and a count.
    Histogram,
    /// A sum and a count.
    Summary,
}

impl Shape {
    /// The word in a `# TYPE` line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
        }
    }
}

/// What one of a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A second.
    Seconds,
    /// A second since 1970 in UTC; 0 is never.
    Timestamp,
    /// A byte.
    Bytes,
    /// A thing that is counted.
    Count,
    /// A part of the whole, from 0 to 1.
    Ratio,
    /// A number that stands for a word.
    Code,
    /// Always 1: what matters is in the labels.
    One,
}

impl Unit {
    /// The words in the documentation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Timestamp => "Unix time in seconds",
            Self::Bytes => "bytes",
            Self::Count => "count",
            Self::Ratio => "ratio, 0 to 1",
            Self::Code => "code",
            Self::One => "always 1",
        }
    }
}

impl Family {
    const fn new(name: &'static str, shape: Shape, unit: Unit, help: &'static str) -> Self {
        Self { name, shape, unit, labels: &[Label::Site], help, absent: "" }
    }

    const fn counter(name: &'static str, unit: Unit, help: &'static str) -> Self {
        Self::new(name, Shape::Counter, unit, help)
    }

    const fn gauge(name: &'static str, unit: Unit, help: &'static str) -> Self {
        Self::new(name, Shape::Gauge, unit, help)
    }

    /// The names of its series: some shapes have several.
    pub fn series(&self) -> impl Iterator<Item = String> {
        let parts: &[&str] = match self.shape {
            Shape::Histogram => &["_bucket", "_sum", "_count"],
            Shape::Summary => &["_sum", "_count"],
            Shape::Counter | Shape::Gauge => &[""],
        };
        parts.iter().map(|part| format!("{}{part}", self.name))
    }

    const fn labels(mut self, labels: &'static [Label]) -> Self {
        self.labels = labels;
        self
    }

    const fn absent(mut self, absent: &'static str) -> Self {
        self.absent = absent;
        self
    }
}

/// Every metric.
pub fn catalogue() -> impl Iterator<Item = &'static Family> {
    [AGENT, LEDGER, NOTIFY, PROBE, REPORTS, SERVE, SERVICE].into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_follow_the_conventions() {
        let mut names: Vec<_> = catalogue().map(|family| family.name).collect();
        for family in catalogue() {
            assert_eq!(family.labels.first(), Some(&Label::Site), "{}", family.name);
            let counts = family.shape == Shape::Counter;
            assert_eq!(family.name.ends_with("_total"), counts, "{}", family.name);
            assert!(family.name.starts_with("wardround_") || family.name.starts_with("process_"));
            assert!(family.help.ends_with('.') && !family.help.contains(['\n', '\\']), "{}", family.name);
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
