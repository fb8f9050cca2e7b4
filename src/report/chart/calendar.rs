//! How was a service, hour by hour? A row a day; in longer periods a column a day.

use super::{
    Shade, WIDTH,
    cell::{Cell, legend},
    colour::{DARK_GREY, MID_GREY, WHITE},
    svg::{Element, group, label, line, picture, width},
};
use crate::model::{Moment, Period};

/// More days than this are columns.
const ROWS: usize = 45;
const HOURS: f64 = 24.0;

/// A day of the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// What it is called: `Thu 1`.
    pub label: String,
    /// From midnight to midnight: 23, 24 or 25 hours.
    pub period: Period,
    /// Whether it is the first of a month, and then what that is called: `Oct`.
    pub month: Option<String>,
}

/// A time in which it was so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// When.
    pub period: Period,
    /// How it was.
    pub shade: Shade,
}

/// The calendar of a service, as an `<svg>` element. Pieces in any order; where there are none it was not watched.
pub fn calendar(name: &str, days: &[Day], pieces: &[Piece]) -> String {
    let grid = if days.len() <= ROWS { Grid::rows(days) } else { Grid::columns(days) };
    let mut pieces = pieces.to_vec();
    pieces.sort_by_key(|piece| (piece.shade, piece.period));
    let painted = days.iter().enumerate().flat_map(|(number, day)| {
        let grid = &grid;
        let empty = grid.cell(number, day, day.period).outline();
        let inside = pieces.iter().filter_map(move |piece| grid.painted(number, day, *piece));
        std::iter::once(empty).chain(inside).collect::<Vec<_>>()
    });
    let description = described(days, &pieces);
    let legend = legend(grid.height - 8.0);
    let frame = picture(WIDTH, grid.height, name, &description);
    frame.child(&group().children(painted)).child(&grid.scale(days)).child(&legend).to_string()
}

fn described(days: &[Day], pieces: &[Piece]) -> String {
    let of = |shade: Shade| pieces.iter().filter(move |piece| piece.shade == shade);
    let worst = Shade::ALL.into_iter().filter(|shade| *shade != Shade::Up);
    let told: Vec<_> = worst
        .filter(|shade| of(*shade).next().is_some())
        .map(|shade| format!("{} {} times", shade.words().to_lowercase(), of(shade).count()))
        .collect();
    let told = match told.join(", ") {
        told if !told.is_empty() => told + ". The tables have the times",
        _ if pieces.is_empty() => "not watched".to_owned(),
        _ => "nothing but up".to_owned(),
    };
    format!("{} days: {told}.", days.len())
}

/// Where days and hours lie.
struct Grid {
    rows: bool,
    left: f64,
    top: f64,
    day: f64,
    hour: f64,
    height: f64,
}

impl Grid {
    fn rows(days: &[Day]) -> Self {
        let (left, top, day) = (58.0, 20.0, 15.0);
        // 25 hours have room.
        let hour = (WIDTH - left - 4.0) / (HOURS + 1.0);
        Self { rows: true, left, top, day, hour, height: top + day * count(days) + 34.0 }
    }

    fn columns(days: &[Day]) -> Self {
        let (left, top, hour) = (40.0, 10.0, 5.0);
        let day = (WIDTH - left - 4.0) / count(days);
        Self { rows: false, left, top, day, hour, height: top + hour * (HOURS + 1.0) + 52.0 }
    }

    /// The part of a day that `period` is.
    fn cell(&self, number: usize, day: &Day, period: Period) -> Cell {
        let hours = |at: Moment| at.since(day.period.from).as_secs_f64() / 3600.0 * self.hour;
        let (from, until) = (hours(period.from), hours(period.until));
        let across = f64::from(u32::try_from(number).unwrap_or(u32::MAX)) * self.day;
        let gap = if self.rows { 2.0 } else { (self.day * 0.15).min(1.0) };
        if self.rows {
            Cell { x: self.left + from, y: self.top + across, width: until - from, height: self.day - gap }
        } else {
            Cell { x: self.left + across, y: self.top + from, width: self.day - gap, height: until - from }
        }
    }

    fn painted(&self, number: usize, day: &Day, piece: Piece) -> Option<Element> {
        let part = piece.period.within(day.period);
        (!part.is_empty()).then(|| {
            let cell = self.cell(number, day, part);
            cell.seen(self.rows, piece.shade).paint(piece.shade, self.rows)
        })
    }

    /// Names of days and hours.
    fn scale(&self, days: &[Day]) -> Element {
        let names = group().set("fill", DARK_GREY).at("font-size", 11.0);
        if self.rows { names.children(self.row_names(days)) } else { names.children(self.column_names(days)) }
    }

    fn row_names(&self, days: &[Day]) -> Vec<Element> {
        let day = |(number, day): (usize, &Day)| {
            let cell = self.cell(number, day, day.period);
            label(self.left - 8.0, cell.y + 10.5, &day.label).set("text-anchor", "end")
        };
        let hours = (0..=24_u32).step_by(3).map(|hour| {
            let x = self.left + f64::from(hour) * self.hour;
            label(x, self.top - 7.0, &format!("{hour:02}:00")).set("text-anchor", "middle")
        });
        let thread = (3..24_u32).step_by(3).map(|hour| {
            let x = self.left + f64::from(hour) * self.hour;
            line((x, self.top), (x, self.top + self.day * count(days) - 2.0), WHITE).set("opacity", "0.6")
        });
        days.iter().enumerate().map(day).chain(hours).chain(thread).collect()
    }

    fn column_names(&self, days: &[Day]) -> Vec<Element> {
        let hours = (0..=24_u32).step_by(6).map(|hour| {
            let y = self.top + f64::from(hour) * self.hour;
            label(self.left - 6.0, y + 4.0, &format!("{hour:02}:00")).set("text-anchor", "end")
        });
        let months = days.iter().enumerate().filter_map(|(number, day)| {
            let cell = self.cell(number, day, day.period);
            let bottom = self.top + (HOURS + 1.0) * self.hour;
            let month = day.month.as_ref().filter(|month| cell.x + width(month) < WIDTH)?;
            let name = label(cell.x + 3.0, bottom + 12.0, month);
            Some(group().child(&line((cell.x, self.top), (cell.x, bottom + 12.0), MID_GREY)).child(&name))
        });
        hours.chain(months).collect()
    }
}

fn count(days: &[Day]) -> f64 {
    f64::from(u32::try_from(days.len()).unwrap_or(u32::MAX))
}
