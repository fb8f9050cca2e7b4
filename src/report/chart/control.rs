//! Did it change? The chart of a measure: its figures, mean, limits, target, and what is special.

use super::{
    WIDTH,
    colour::{BLACK, DARK_GREY, DARK_RED, FAINT, MID_GREY, PALE_GREY, RED, WHITE},
    icon,
    number::{estimate, figure, written},
    scale::Scale,
    svg::{Element, cut, group, label, line, path, picture, rect, width},
};
use crate::report::spc::{Chart, ENOUGH, Figure, Kind, Limits, Segment, Unit};

const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = WIDTH - 118.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = HEIGHT - 34.0;
/// How far apart two texts beside the chart are at least.
const LINE: f64 = 14.0;

/// The chart of a measure, as an `<svg>` element.
pub fn control(chart: &Chart) -> String {
    let plot = Plot::of(chart);
    let layers = [plot.axis(), plot.limits(), plot.target(), plot.breaks(), plot.course(), plot.names()];
    picture(WIDTH, HEIGHT, &chart.measure.name, &described(chart)).children(layers).to_string()
}

/// What the chart shows, in a few sentences.
pub fn described(chart: &Chart) -> String {
    let (variation, assurance) = (chart.variation.words(), chart.assurance.words());
    [points_of(chart), limits_of(chart), format!("Variation: {variation}. Assurance: {assurance}.")].concat()
}

fn points_of(chart: &Chart) -> String {
    let measure = &chart.measure;
    let (Some(first), Some(last)) = (measure.points.first(), measure.points.last()) else {
        return "Nothing was measured. ".to_owned();
    };
    let points = match measure.points.len() {
        1 => format!("One point, {}", last.label),
        count => format!("{count} points, {} to {}", first.label, last.label),
    };
    let value = figure(last.value.value(), measure.better);
    format!("{points}; the last is {value} {}. ", measure.unit.word())
}

fn limits_of(chart: &Chart) -> String {
    let Some(Segment { mean, limits: Some(limits), based_on, .. }) = chart.latest() else {
        return String::new();
    };
    let trial = if *based_on < ENOUGH { "trial limits" } else { "limits" };
    let [mean, lower, upper] = [*mean, limits.lower, limits.upper].map(estimate);
    format!("Mean {mean}, {trial} {lower} to {upper}. ")
}

struct Plot<'a> {
    chart: &'a Chart,
    across: Scale,
    up: Scale,
    ticks: Vec<f64>,
}

impl<'a> Plot<'a> {
    fn of(chart: &'a Chart) -> Self {
        let last = chart.measure.points.len().saturating_sub(1);
        let half = 10.0;
        let whole = if matches!(chart.measure.unit, Unit::Count(_)) { 1.0 } else { 0.0 };
        let (up, ticks) = Scale::round(extent(chart), (BOTTOM, TOP), whole);
        let across = Scale::new((0.0, index(last)), (LEFT + half, RIGHT - half));
        Self { chart, across, up, ticks }
    }

    fn place(&self, point: usize) -> (f64, f64) {
        let value = self.chart.measure.points[point].value.value();
        (self.across.place(index(point)), self.up.place(value))
    }

    /// Grey lines with their numbers, and the names of the points that have room.
    fn axis(&self) -> Element {
        let marks = self.ticks.iter().flat_map(|tick| {
            let y = self.up.place(*tick);
            let number = label(LEFT - 6.0, y + 4.0, &written(*tick)).set("text-anchor", "end");
            [line((LEFT, y), (RIGHT, y), PALE_GREY), number]
        });
        let points = &self.chart.measure.points;
        let every = self.apart();
        let shown = (0..points.len()).rev().step_by(every);
        let names = shown.map(|point| {
            let name = label(self.place(point).0, BOTTOM + 18.0, &points[point].label);
            name.set("text-anchor", "middle")
        });
        let unit = match self.chart.measure.unit {
            Unit::Percent => "per cent".to_owned(),
            unit => unit.word().to_owned(),
        };
        let unit = label(8.0, 14.0, &unit).set("font-weight", "bold");
        group().set("fill", DARK_GREY).children(marks).children(names).child(&unit)
    }

    /// How many points lie between two whose names are shown.
    fn apart(&self) -> usize {
        let points = &self.chart.measure.points;
        let widest = points.iter().map(|point| width(&point.label)).fold(0.0, f64::max) + 10.0;
        let room = (RIGHT - LEFT) / index(points.len().max(1));
        let fits = |every: &usize| index(*every) * room >= widest;
        (1..points.len().max(2)).find(fits).unwrap_or(points.len().max(1))
    }

    /// From the middle between it and the point before to the middle between it and the next.
    fn reach(&self, segment: &Segment) -> (f64, f64) {
        let (first, last) = (index(segment.points.start), index(segment.points.end) - 1.0);
        let edge = |at: f64| {
            let half = (self.across.place(1.0) - self.across.place(0.0)) / 2.0;
            (self.across.place(at.floor()) + (at - at.floor()) * 2.0 * half).clamp(LEFT, RIGHT)
        };
        let from = if segment.points.start == 0 { LEFT } else { edge(first - 0.5) };
        let until =
            if segment.points.end == self.chart.measure.points.len() { RIGHT } else { edge(last + 0.5) };
        (from, until)
    }

    fn limits(&self) -> Element {
        group().children(self.chart.segments.iter().map(|segment| {
            let (from, until) = self.reach(segment);
            let level = |at: f64, colour| {
                let y = self.up.place(at);
                line((from, y), (until, y), colour)
            };
            let band = segment.limits.map(|Limits { lower, upper, .. }| {
                let (top, bottom) = (self.up.place(upper), self.up.place(lower));
                let limit = |at| level(at, DARK_GREY).set("stroke-dasharray", "6 4");
                // Figures that are all the same have no band: a rectangle needs a height.
                let band = (bottom - top >= 0.01)
                    .then(|| rect(from, top, until - from, bottom - top).set("fill", FAINT));
                group().children(band).child(&limit(lower)).child(&limit(upper))
            });
            group().children(band).child(&level(segment.mean, BLACK).at("stroke-width", 1.5))
        }))
    }

    fn target(&self) -> Element {
        let target = self.chart.measure.target.filter(|target| self.shows(target.value())).map(|target| {
            let y = self.up.place(target.value());
            line((LEFT, y), (RIGHT, y), RED).at("stroke-width", 1.5).set("stroke-dasharray", "2 3")
        });
        group().children(target)
    }

    /// Whether a number is on the chart.
    fn shows(&self, number: f64) -> bool {
        let ends = self.ticks.first().zip(self.ticks.last());
        ends.is_some_and(|(low, high)| (*low..=*high).contains(&number))
    }

    /// Where a change was declared: a line, and what changed.
    fn breaks(&self) -> Element {
        let changed = self.chart.segments.iter().filter(|segment| !segment.rebased.is_empty());
        group().children(changed.map(|segment| {
            let (x, until) = self.reach(segment);
            let notes: Vec<_> = segment.rebased.iter().map(|change| change.note.as_str()).collect();
            let (note, room) = (notes.join("; "), until - x - 6.0);
            let line = line((x, TOP - 12.0), (x, BOTTOM), DARK_GREY).set("stroke-dasharray", "1 3");
            let note = label(x + 5.0, TOP - 4.0, &cut(&note, room.max(60.0))).set("fill", DARK_GREY);
            group().child(&line).child(&note)
        }))
    }

    /// The figures, joined within a segment.
    fn course(&self) -> Element {
        let paths = self.chart.segments.iter().map(|segment| {
            let points: Vec<_> = segment.points.clone().map(|point| self.place(point)).collect();
            path(&points).set("fill", "none").set("stroke", MID_GREY).at("stroke-width", 1.5)
        });
        let marks = (0..self.chart.measure.points.len()).map(|point| {
            let (x, y) = self.place(point);
            icon::mark(x, y, self.chart.specials[point], self.chart.measure.better)
        });
        group().children(paths).child(&group().set("stroke", WHITE).children(marks))
    }

    /// What the lines are, beside them, and what is to be known of the limits, above.
    fn names(&self) -> Element {
        let mut names = Vec::new();
        if let Some(segment) = self.chart.latest() {
            names.push((segment.mean, format!("Mean {}", estimate(segment.mean)), BLACK));
            if let Some(Limits { lower, upper, .. }) = segment.limits {
                names.push((upper, format!("Upper limit {}", estimate(upper)), DARK_GREY));
                names.push((lower, format!("Lower limit {}", estimate(lower)), DARK_GREY));
            }
        }
        if let Some(target) = self.chart.measure.target.map(Figure::value) {
            let beyond = match self.ticks.first() {
                _ if self.shows(target) => "",
                Some(low) if target < *low => " ↓",
                _ => " ↑",
            };
            names.push((target, format!("Target {}{beyond}", estimate(target)), DARK_RED));
        }
        let names = apart(names.into_iter().map(|(at, name, colour)| (self.up.place(at), name, colour)));
        let names =
            names.into_iter().map(|(y, name, colour)| label(RIGHT + 8.0, y + 4.0, &name).set("fill", colour));
        group().children(names).children(self.caution())
    }

    fn caution(&self) -> Option<Element> {
        let said = match self.chart.latest()? {
            segment if segment.limits.is_none() => "One point: no limits".to_owned(),
            segment if segment.is_on_trial() => {
                format!("Trial limits: {} points of {ENOUGH}", segment.based_on)
            }
            _ if self.chart.kind == Kind::Time => "Limits on a scale for skewed times".to_owned(),
            _ => return None,
        };
        Some(
            label(RIGHT, 14.0, &said)
                .set("text-anchor", "end")
                .set("fill", DARK_GREY)
                .set("font-style", "italic"),
        )
    }
}

/// From the lowest of all that is drawn to the highest; from nothing on, where nothing is less than nothing.
fn extent(chart: &Chart) -> (f64, f64) {
    let values = chart.measure.points.iter().map(|point| point.value.value());
    let lines = chart.segments.iter().flat_map(|segment| {
        let limits = segment.limits.map(|limits| [limits.lower, limits.upper]);
        limits.into_iter().flatten().chain([segment.mean])
    });
    let all: Vec<f64> = values.chain(lines).collect();
    let low = all.iter().copied().reduce(f64::min).unwrap_or(0.0);
    let high = all.iter().copied().reduce(f64::max).unwrap_or(1.0);
    let low = if chart.measure.unit == Unit::Percent { low } else { low.min(0.0) };
    let target = chart.measure.target.map(Figure::value).filter(|target| is_near(*target, (low, high)));
    let target = target.unwrap_or(high);
    (low.min(target), high.max(target))
}

/// Whether what is between `low` and `high` can still be told apart if a target is on the chart as well.
fn is_near(target: f64, (low, high): (f64, f64)) -> bool {
    let most = 1.5 * (high - low);
    high <= low || (low - most..=high + most).contains(&target)
}

/// Texts moved down, and then up, until none stands on another.
fn apart<'a>(names: impl Iterator<Item = (f64, String, &'a str)>) -> Vec<(f64, String, &'a str)> {
    let mut names: Vec<_> = names.collect();
    names.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = TOP;
    for name in &mut names {
        name.0 = name.0.max(free);
        free = name.0 + LINE;
    }
    let mut free = BOTTOM;
    for name in names.iter_mut().rev() {
        name.0 = name.0.min(free);
        free = name.0 - LINE;
    }
    names
}

fn index(index: usize) -> f64 {
    f64::from(u32::try_from(index).unwrap_or(u32::MAX))
}
