//! Where do the figures of a steady process lie?

use std::ops::Range;

use serde::Serialize;

use super::{ENOUGH, Figure, Kind, Rebase, Rules, Segment};

/// Three standard deviations, as a multiple of the mean moving range: 3 / 1.128.
const LIMIT: f64 = 2.66;
/// Two of them.
const OUTER_THIRD: f64 = 1.7733;
/// The upper limit of a moving range itself, as a multiple of their mean.
const FAR: f64 = 3.267;
/// Times between rare events, raised to the inverse of this, are spread evenly about their mean (Nelson 1994).
const SKEW: f64 = 3.6;

/// Lines about the mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limits {
    /// The lower limit.
    pub lower: f64,
    /// Where the lower outer third ends.
    pub lower_third: f64,
    /// Where the upper outer third begins.
    pub upper_third: f64,
    /// The upper limit.
    pub upper: f64,
}

impl Limits {
    fn about(mean: f64, moving_range: f64) -> Self {
        let at = |factor: f64| mean + factor * moving_range;
        Self {
            lower: at(-LIMIT),
            lower_third: at(-OUTER_THIRD),
            upper_third: at(OUTER_THIRD),
            upper: at(LIMIT),
        }
    }

    fn map(self, line: impl Fn(f64) -> f64) -> Self {
        Self {
            lower: line(self.lower),
            lower_third: line(self.lower_third),
            upper_third: line(self.upper_third),
            upper: line(self.upper),
        }
    }
}

/// What is worked out of the values of one segment.
pub(super) struct Lines {
    pub(super) based_on: usize,
    pub(super) mean: f64,
    pub(super) limits: Option<Limits>,
}

/// The mean and the limits of values of which there is one at least.
pub(super) fn lines(values: &[f64], rules: &Rules) -> Lines {
    let fixed_on = rules.fixed_on.map(|points| points.max(ENOUGH));
    let based_on = values.len().min(fixed_on.unwrap_or(usize::MAX));
    let basis = &values[..based_on];
    let mean = mean(basis);
    let limits = mean_moving_range(basis, rules.screen).map(|range| Limits::about(mean, range));
    Lines { based_on, mean, limits }
}

/// From the first, so that what never changes is its own mean to the last bit.
fn mean(values: &[f64]) -> f64 {
    let first = values.first().copied().unwrap_or_default();
    let distances: f64 = values.iter().map(|value| value - first).sum();
    first + distances / Figure::count(values.len().max(1)).value()
}

fn mean_moving_range(values: &[f64], screen: bool) -> Option<f64> {
    let ranges: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let all = (!ranges.is_empty()).then(|| mean(&ranges))?;
    let near: Vec<f64> = ranges.into_iter().filter(|range| *range < FAR * all).collect();
    Some(if screen && !near.is_empty() { mean(&near) } else { all })
}

/// The scale on which limits are worked out, and the way back from it.
pub(super) struct Scale {
    kind: Kind,
    floor: f64,
}

impl Scale {
    pub(super) fn of(kind: Kind, lower_bound: Option<Figure>) -> Self {
        let floor = lower_bound.map_or(f64::NEG_INFINITY, Figure::value);
        Self { kind, floor: if kind == Kind::Time { floor.max(0.0) } else { floor } }
    }

    /// A figure on the scale.
    pub(super) fn onto(&self, figure: Figure) -> f64 {
        match self.kind {
            Kind::Xmr => figure.value(),
            Kind::Time => figure.value().max(0.0).powf(1.0 / SKEW),
        }
    }

    /// A line back from it, no lower than figures can be.
    fn back(&self, line: f64) -> f64 {
        match self.kind {
            Kind::Xmr => line.max(self.floor),
            Kind::Time => line.max(0.0).powf(SKEW).max(self.floor),
        }
    }

    pub(super) fn segment(&self, points: Range<usize>, rebased: Vec<Rebase>, lines: &Lines) -> Segment {
        let mean = self.back(lines.mean);
        let limits = lines.limits.map(|limits| limits.map(|line| self.back(line)));
        Segment { points, rebased, based_on: lines.based_on, mean, limits }
    }
}
