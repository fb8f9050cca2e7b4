//! Which points are no chance?

use serde::Serialize;

use super::{Limits, limits::Lines};

/// How the points of a measure are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// So many points in a row on one side of the mean are a shift.
    pub shift: usize,
    /// So many points in a row, each above the one before or each below it, are a trend.
    pub trend: usize,
    /// Whether a moving range that is itself out of its limit is left out of the mean of them.
    pub screen: bool,
    /// Whether limits stay as the first so many points of a segment made them, twelve at least.
    pub fixed_on: Option<usize>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { shift: 7, trend: 7, screen: false, fixed_on: None }
    }
}

/// Why a point is no chance. Of several that hold, the first of these is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It is outside the limits.
    Outside,
    /// It is part of a run of points that rise all the way, or fall.
    Trend,
    /// It is one of two of three points in the outer third on one side.
    TwoOfThree,
    /// It is part of a run of points on one side of the mean.
    Shift,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Above the mean, or rising.
    High,
    /// Below the mean, or falling.
    Low,
}

/// What is special about a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Special {
    /// Why it is no chance.
    pub cause: Cause,
    /// Which way.
    pub side: Side,
}

/// What is special about each of the values of one segment.
pub(super) fn specials(values: &[f64], lines: &Lines, rules: &Rules) -> Vec<Option<Special>> {
    let mut found = vec![None; values.len()];
    let Some(limits) = lines.limits else { return found };
    let places: Vec<Place> = values.iter().map(|value| Place::of(*value, lines.mean, limits)).collect();
    mark(&mut found, Cause::Outside, outside(&places));
    mark(&mut found, Cause::Trend, runs(values, rules.trend, trend));
    mark(&mut found, Cause::TwoOfThree, two_of_three(&places));
    mark(&mut found, Cause::Shift, runs(&places, rules.shift, shift));
    found
}

/// Marks what nothing was said of yet.
fn mark(found: &mut [Option<Special>], cause: Cause, points: Vec<(usize, Side)>) {
    for (point, side) in points {
        found[point].get_or_insert(Special { cause, side });
    }
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Place {
    side: Option<Side>,
    zone: Zone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    Inner,
    OuterThird,
    Outside,
}

impl Place {
    fn of(value: f64, mean: f64, limits: Limits) -> Self {
        let zone = match value {
            _ if value < limits.lower || value > limits.upper => Zone::Outside,
            _ if value < limits.lower_third || value > limits.upper_third => Zone::OuterThird,
            _ => Zone::Inner,
        };
        Self { side: side(mean, value), zone }
    }
}

/// On which side of `from` it is; on none if they are the same.
fn side(from: f64, to: f64) -> Option<Side> {
    match to {
        _ if to > from => Some(Side::High),
        _ if to < from => Some(Side::Low),
        _ => None,
    }
}

fn outside(places: &[Place]) -> Vec<(usize, Side)> {
    let outside = places.iter().enumerate().filter(|(_, place)| place.zone == Zone::Outside);
    outside.filter_map(|(point, place)| Some((point, place.side?))).collect()
}

/// The points in the outer third, where two of three are and all three are on that side.
fn two_of_three(places: &[Place]) -> Vec<(usize, Side)> {
    let outer = |point: &usize| places[*point].zone == Zone::OuterThird;
    let marked = |first: usize| {
        let side = shift(&places[first..first + 3])?;
        let points: Vec<usize> = (first..first + 3).filter(outer).collect();
        (points.len() >= 2).then_some(points.into_iter().map(move |point| (point, side)))
    };
    (0..places.len().saturating_sub(2)).filter_map(marked).flatten().collect()
}

/// Every point of every run of `length`, which is two at least.
fn runs<T>(points: &[T], length: usize, way: impl Fn(&[T]) -> Option<Side>) -> Vec<(usize, Side)> {
    let length = length.max(2);
    let runs = points.windows(length).enumerate().filter_map(|(first, run)| Some((first, way(run)?)));
    runs.flat_map(|(first, side)| (first..first + length).map(move |point| (point, side))).collect()
}

/// Which way values go, if all the way the same.
fn trend(run: &[f64]) -> Option<Side> {
    all_alike(run.windows(2).map(|pair| side(pair[0], pair[1])))
}

/// On which side of the mean they are, if all on one.
fn shift(run: &[Place]) -> Option<Side> {
    all_alike(run.iter().map(|place| place.side))
}

fn all_alike(mut sides: impl Iterator<Item = Option<Side>>) -> Option<Side> {
    let first = sides.next()??;
    sides.all(|side| side == Some(first)).then_some(first)
}
