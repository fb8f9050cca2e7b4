//! Did anything change, or does it merely vary? Statistical process control, as boards in the NHS read it.
//!
//! ```text
//! measure     what is charted: figures in order, a target, which way is better
//! limits      where figures of a steady process lie
//! rules       which points are no chance
//! verdict     what the last point and the target say of the whole
//! ```
//!
//! Floats are right here, and only here: a limit is an estimate. Exact durations stay in the tallies.

mod limits;
mod measure;
mod rules;
mod verdict;

use std::ops::Range;

use serde::Serialize;

pub use limits::Limits;
pub use measure::{Better, Figure, Measure, Point, Rebase, Unit};
pub use rules::{Cause, Rules, Side, Special};
pub use verdict::{Assurance, Variation};

use limits::Scale;

/// Limits from fewer points than this are on trial.
pub const ENOUGH: usize = 12;

/// Which chart it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Each figure, with limits from how far it moves from one to the next.
    Xmr,
    /// Time between rare events: the same, on a scale on which such times are no longer skewed.
    Time,
}

/// A measure, judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// Which chart it is.
    pub kind: Kind,
    /// What was judged, its points in order of time.
    pub measure: Measure,
    /// By which rules.
    pub rules: Rules,
    /// What is special about each point of the measure.
    pub specials: Vec<Option<Special>>,
    /// The stretches between declared changes of the process. There is one at least if there is a point.
    pub segments: Vec<Segment>,
    /// What its last point says.
    pub variation: Variation,
    /// What can be expected of it.
    pub assurance: Assurance,
}

/// Points of one process: from one declared change of it to the next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// Which points of the measure.
    pub points: Range<usize>,
    /// The changes with which it begins.
    pub rebased: Vec<Rebase>,
    /// How many of its points, from the first, the mean and the limits were worked out from.
    pub based_on: usize,
    /// The line in the middle.
    pub mean: f64,
    /// Where the figures of a steady process lie; one point alone says nothing of that.
    pub limits: Option<Limits>,
}

impl Segment {
    /// Whether its limits come from so few points that they may yet move a good deal.
    pub fn is_on_trial(&self) -> bool {
        self.based_on < ENOUGH
    }
}

impl Chart {
    /// The segment of the last point.
    pub fn latest(&self) -> Option<&Segment> {
        self.segments.last()
    }
}

/// An `XmR` chart: each figure, a mean, and limits from how far figures move from one to the next.
pub fn xmr(measure: &Measure, rules: &Rules) -> Chart {
    chart(Kind::Xmr, measure, rules)
}

/// A T-chart, of times between rare events. They are skewed, so the limits are worked out of their 3.6th roots.
pub fn t_chart(measure: &Measure, rules: &Rules) -> Chart {
    chart(Kind::Time, measure, rules)
}

fn chart(kind: Kind, measure: &Measure, rules: &Rules) -> Chart {
    let measure = measure.in_order();
    let scale = Scale::of(kind, measure.lower_bound);
    let (mut segments, mut specials) = (Vec::new(), Vec::new());
    for (points, rebased) in stretches(&measure) {
        let values: Vec<f64> = measure.points[points.clone()].iter().map(|it| scale.onto(it.value)).collect();
        let lines = limits::lines(&values, rules);
        specials.extend(rules::specials(&values, &lines, rules));
        segments.push(scale.segment(points, rebased, &lines));
    }
    let latest = segments.last();
    let variation = verdict::variation(latest, specials.last().copied().flatten(), measure.better);
    let assurance = verdict::assurance(latest, measure.target, measure.better);
    Chart { kind, rules: *rules, specials, segments, variation, assurance, measure }
}

/// The points between declared changes, where there are any. A change before the first point or after the last parts nothing.
fn stretches(measure: &Measure) -> Vec<(Range<usize>, Vec<Rebase>)> {
    let mut stretches: Vec<(Range<usize>, Vec<Rebase>)> = vec![(0..0, Vec::new())];
    for change in &measure.rebase {
        let at = measure.points.partition_point(|point| point.from < change.at);
        match stretches.last_mut() {
            _ if at == 0 || at == measure.points.len() => {}
            Some((points, rebased)) if points.start == at => rebased.push(change.clone()),
            Some((points, _)) => {
                points.end = at;
                stretches.push((at..at, vec![change.clone()]));
            }
            None => {}
        }
    }
    if let Some((points, _)) = stretches.last_mut() {
        points.end = measure.points.len();
    }
    stretches.retain(|(points, _)| !points.is_empty());
    stretches
}

#[cfg(test)]
mod tests;
